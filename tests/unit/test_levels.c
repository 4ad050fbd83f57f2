/* Products of primes by the bits of their exponents, against GMP. */
#include "compute/levels.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compute/cost.h"
#include "decimal_support.h"
#include "team_support.h"

TestSuite(levels, .timeout = 120);

/* ---- exponents ---- */

Test(levels, exponents_are_those_without_tens)
{
    const uint64_t primes[] = {2, 3, 5, 7, 31, 499, 503};
    mpz_t value, rest, prime;
    mpz_inits(value, rest, prime, NULL);
    for (uint64_t n = 0; n < 1010; n += 1 + n / 20) {
        factorial_without_zeros(value, n);
        for (size_t i = 0; i < sizeof(primes) / sizeof(primes[0]); i++) {
            mpz_set_ui(prime, primes[i]);
            cr_expect_eq(nb_levels_exponent(n, primes[i]), mpz_remove(rest, value, prime));
        }
    }
    mpz_clears(value, rest, prime, NULL);
}

/* ---- products ---- */

static bool *sieve(uint64_t n)
{
    bool *composite = calloc(n + 1, sizeof(*composite));
    cr_assert_not_null(composite);
    for (uint64_t p = 2; p * p <= n; p++) {
        for (uint64_t q = p * p; !composite[p] && q <= n; q += p) {
            composite[q] = true;
        }
    }
    return composite;
}

/* The product of the primes whose exponents have bit k. */
static void expected_level(mpz_t value, uint64_t n, const bool *composite, size_t k)
{
    mpz_set_ui(value, 1);
    for (uint64_t p = 2; p <= n; p++) {
        if (!composite[p] && (nb_levels_exponent(n, p) >> k & 1) != 0) {
            mpz_mul_ui(value, value, p);
        }
    }
}

static void expect_levels(uint64_t n, unsigned members)
{
    bool *composite = sieve(n);
    mpz_t expected;
    mpz_init(expected);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.team = new_team(members);
    cr_assert_eq(nb_multiplier_prepare(&multiplier, n / 4 + 100), NBANG_OK);

    nb_levels levels;
    char *memory = malloc(n + 1);
    memset(memory, 1, n + 1);
    const nb_levels_memory ahead[] = {{memory, n}, {NULL, 0}};
    cr_assert_eq(nb_levels_init(&levels, &multiplier, n, ahead, 2), NBANG_OK);
    cr_expect_eq(memory[n], 1);
    free(memory);
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_geq(levels.num_stretches, members);
    for (size_t k = levels.count; k-- > 0;) {
        nb_decimal product;
        nb_decimal_init(&product);
        cr_assert_eq(nb_levels_take(&levels, k, &product, &multiplier), NBANG_OK);
        expected_level(expected, n, composite, k);
        expect_decimal(&product, expected, "level", k);
        nb_decimal_clear(&product);
    }
    expected_level(expected, n, composite, levels.count);
    cr_expect_eq(mpz_cmp_ui(expected, 1), 0, "there are no more levels");
    nb_levels_clear(&levels);
    nb_multiplier_release(&multiplier);
    nb_team_destroy(multiplier.team);
    mpz_clear(expected);
    free(composite);
}

Test(levels, multiply_the_primes_by_the_bits_of_their_exponents)
{
    for (uint64_t n = 0; n < 300; n++) {
        expect_levels(n, 1);
    }
    expect_levels(5000, 1);
}

Test(levels, are_the_same_by_every_team)
{
    const uint64_t sample[] = {0, 1, 2, 100, 16383, 16384, 32768, 50021, 200003};
    for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
        for (unsigned members = 1; members <= 5; members++) {
            expect_levels(sample[i], members);
        }
    }
}

Test(levels, may_be_cleared_before_they_are_taken)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.team = new_team(3);
    cr_assert_eq(nb_multiplier_prepare(&multiplier, 100000), NBANG_OK);
    nb_levels levels;
    cr_assert_eq(nb_levels_init(&levels, &multiplier, 100000, NULL, 0), NBANG_OK);
    nb_levels_clear(&levels);
    nb_levels_clear(&levels);
    nb_multiplier_release(&multiplier);
    nb_team_destroy(multiplier.team);
}
