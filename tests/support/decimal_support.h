/* What the tests of decimal numbers share: the way back to GMP, with arithmetic of its own. */
#ifndef NB_TESTS_DECIMAL_SUPPORT_H
#define NB_TESTS_DECIMAL_SUPPORT_H

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/number.h"

/* Sets `value` (initialised) to the number behind these digits (decimal/digits.h), which must not
 * be negative. */
static inline void digits_to_mpz(mpz_t value, const int32_t *digits, size_t num_digits)
{
    const size_t len = num_digits * NB_DIGIT_WIDTH + 1;
    char *string = malloc(len + 1);
    cr_assert_not_null(string);
    int64_t carry = 0;
    char *end = string + len;
    *end = '\0';
    for (size_t i = 0; i < num_digits; i++) {
        int64_t digit = digits[i] + carry;
        carry = digit / NB_DIGIT_BASE - (digit % NB_DIGIT_BASE < 0);
        digit -= carry * NB_DIGIT_BASE;
        for (int k = 0; k < NB_DIGIT_WIDTH; k++, digit /= 10) {
            *--end = (char)('0' + digit % 10);
        }
    }
    cr_assert(carry >= 0 && carry <= 9);
    *--end = (char)('0' + carry);
    cr_assert_eq(mpz_set_str(value, string, 10), 0);
    free(string);
}

static inline void decimal_to_mpz(mpz_t value, const nb_decimal *number)
{
    cr_assert(number->digits != NULL && number->num_digits > 0);
    digits_to_mpz(value, number->digits, number->num_digits);
}

/* Asserts that the number is `expected`, and that what it says about itself is true. */
static inline void expect_decimal(const nb_decimal *number, const mpz_t expected, const char *what,
                                  unsigned long n)
{
    mpz_t value;
    mpz_init(value);
    decimal_to_mpz(value, number);
    cr_assert_eq(mpz_cmp(value, expected), 0, "%s %lu", what, n);
    cr_assert_eq(number->residue, mpz_fdiv_ui(expected, NB_RESIDUE_MODULUS), "%s %lu", what, n);
    cr_assert_neq(number->digits[number->num_digits - 1], 0, "%s %lu", what, n);
    cr_assert_leq(number->num_digits, number->capacity, "%s %lu", what, n);
    mpz_clear(value);
}

#endif
