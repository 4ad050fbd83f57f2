/* What the tests of compute/ expect of decimal numbers. */
#ifndef NB_TESTS_DECIMAL_SUPPORT_H
#define NB_TESTS_DECIMAL_SUPPORT_H

#include <criterion/criterion.h>
#include <gmp.h>

#include "base/residue.h"
#include "compute/cost.h"
#include "decimal/number.h"
#include "exact.h"

/* n! / 10^z, z being the exponent of five in it. */
static inline void factorial_without_zeros(mpz_t value, uint64_t n)
{
    mpz_t power;
    mpz_init(power);
    mpz_fac_ui(value, n);
    mpz_ui_pow_ui(power, 10, nb_cost_legendre(n, 5));
    mpz_divexact(value, value, power);
    mpz_clear(power);
}

static inline void decimal_to_mpz(mpz_t value, const nb_decimal *number)
{
    cr_assert(number->digits != NULL && number->num_digits > 0);
    digits_to_integer(value, number->digits, number->num_digits);
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
