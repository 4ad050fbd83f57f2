/* What the tests of decimal numbers share: the way back to GMP. */
#ifndef NB_TESTS_DECIMAL_SUPPORT_H
#define NB_TESTS_DECIMAL_SUPPORT_H

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "decimal/format.h"
#include "decimal/number.h"

/* Sets `value` (initialised) to the number behind these digits, which must not be negative. */
static inline void digits_to_mpz(mpz_t value, const int32_t *digits, size_t num_digits)
{
    int32_t *copy = malloc((num_digits + 1) * sizeof(*copy));
    memcpy(copy, digits, num_digits * sizeof(*copy));
    size_t count = nb_digits_canonicalise(copy, num_digits);
    char *string = malloc(count * NB_DIGIT_WIDTH + NB_FORMAT_SLACK + 2);
    string[0] = '0';
    nb_digits_format(string + 1, copy, 0, count);
    string[1 + count * NB_DIGIT_WIDTH] = '\0';
    cr_assert_eq(mpz_set_str(value, string, 10), 0);
    free(string);
    free(copy);
}

static inline void decimal_to_mpz(mpz_t value, const nb_decimal *number)
{
    cr_assert(number->digits != NULL && number->num_digits > 0);
    digits_to_mpz(value, number->digits, number->num_digits);
}

#endif
