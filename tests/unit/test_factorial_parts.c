/* One factorial in parts: cuts, parts, and what they are joined to. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <math.h>
#include <stdlib.h>

#include "compute/chain.h"
#include "decimal/digits.h"
#include "decimal_support.h"
#include "factorial_support.h"

static nb_multiplier multiplier;

static void init_multiplier(void)
{
    nb_multiplier_init(&multiplier);
}

static void release_multiplier(void)
{
    nb_multiplier_release(&multiplier);
}

TestSuite(factorial_parts, .init = init_multiplier, .fini = release_multiplier, .timeout = 280);

enum { MAX_PARTS = 1000 };

/* Whether the parts between `cuts`, joined, are `expected`. */
static bool parts_give(uint64_t n, const uint64_t *cuts, size_t num_parts, const char *expected)
{
    nb_decimal parts[MAX_PARTS];
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    /* Backwards: the order in which parts are computed does not matter. */
    for (size_t i = num_parts; i-- > 0;) {
        nb_decimal_init(&parts[i]);
        cr_assert_eq(nb_factorial_part(&parts[i], &multiplier, n, cuts[i], cuts[i + 1]), NBANG_OK);
    }
    cr_assert_eq(nb_factorial_join(&text, &multiplier, n, parts, num_parts), NBANG_OK);
    bool same = text_is(&text, expected);
    for (size_t i = 0; i < num_parts; i++) {
        cr_expect_null(parts[i].digits, "parts are consumed");
    }
    nb_decimal_text_clear(&text);
    return same;
}

Test(factorial_parts, are_products_of_their_prime_powers)
{
    /* 100! / 10^24 = 2^73 3^48 7^16 11^9 13^7 ... 47^2 53 59 ... 97 */
    static const struct {
        uint64_t lo, hi;
        unsigned long prime[3], exponent[3];
    } cases[] = {
        {2, 3, {2, 1, 1}, {73, 0, 0}},     {0, 7, {2, 3, 1}, {73, 48, 0}},
        {3, 4, {3, 1, 1}, {48, 0, 0}},     {3, 7, {3, 1, 1}, {48, 0, 0}},
        {5, 6, {1, 1, 1}, {0, 0, 0}},      {4, 8, {7, 1, 1}, {16, 0, 0}},
        {7, 14, {7, 11, 13}, {16, 9, 7}},  {8, 11, {1, 1, 1}, {0, 0, 0}},
        {47, 60, {47, 53, 59}, {2, 1, 1}}, {90, 101, {97, 1, 1}, {1, 0, 0}},
        {90, 200, {97, 1, 1}, {1, 0, 0}},  {101, 200, {1, 1, 1}, {0, 0, 0}},
    };
    nb_decimal part;
    nb_decimal_init(&part);
    mpz_t found, expected, power;
    mpz_inits(found, expected, power, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mpz_set_ui(expected, 1);
        for (int j = 0; j < 3; j++) {
            mpz_ui_pow_ui(power, cases[i].prime[j], cases[i].exponent[j]);
            mpz_mul(expected, expected, power);
        }
        cr_assert_eq(nb_factorial_part(&part, &multiplier, 100, cases[i].lo, cases[i].hi),
                     NBANG_OK);
        decimal_to_mpz(found, &part);
        cr_expect_eq(mpz_cmp(found, expected), 0, "[%lu, %lu)", cases[i].lo, cases[i].hi);
    }
    mpz_clears(found, expected, power, NULL);
    nb_decimal_clear(&part);
}

Test(factorial_parts, joined_are_the_whole)
{
    const uint64_t ns[] = {0,  1,  2,   3,   4,   5,   6,    7,    10,   15,   16,    17,
                           47, 48, 100, 255, 256, 257, 1000, 4095, 4096, 5000, 20000, 60000};
    const size_t wanted[] = {1, 2, 3, 7, 64, MAX_PARTS};
    for (size_t i = 0; i < sizeof ns / sizeof ns[0]; i++) {
        char *expected = factorial_by_gmp(ns[i]);
        for (size_t j = 0; j < sizeof wanted / sizeof wanted[0]; j++) {
            uint64_t cuts[MAX_PARTS + 1];
            size_t num_parts = nb_factorial_cuts(ns[i], wanted[j], cuts);
            cr_assert(num_parts >= 1 && num_parts <= wanted[j]);
            cr_expect(parts_give(ns[i], cuts, num_parts, expected), "%zu parts of %lu", num_parts,
                      ns[i]);
        }
        free(expected);
    }
}

Test(factorial_parts, may_be_cut_anywhere)
{
    const uint64_t n = 1234;
    const uint64_t cuts[] = {2, 2, 3, 3, 5, 6, 8, 9, 10, 617, 618, 1231, 1235};
    char *expected = factorial_by_gmp(n);
    cr_expect(parts_give(n, cuts, sizeof cuts / sizeof cuts[0] - 1, expected));
    free(expected);
}

Test(factorial_parts, cuts_ascend_from_2_to_the_end)
{
    for (uint64_t n = 2; n <= NB_FACTORIAL_MAX_N; n += 1 + n / 3) {
        for (size_t wanted = 1; wanted <= MAX_PARTS; wanted += 1 + wanted / 2) {
            uint64_t cuts[MAX_PARTS + 1];
            size_t num_parts = nb_factorial_cuts(n, wanted, cuts);
            cr_assert(num_parts >= 1 && num_parts <= wanted);
            cr_expect_eq(cuts[0], 2);
            cr_expect_eq(cuts[num_parts], n + 1);
            for (size_t i = 0; i < num_parts; i++) {
                cr_assert(cuts[i] < cuts[i + 1]);
            }
        }
    }
}

Test(factorial_parts, are_as_many_as_asked_for_if_the_number_is_large)
{
    uint64_t cuts[MAX_PARTS + 1];
    for (uint64_t n = 100000; n <= NB_FACTORIAL_MAX_N; n *= 3) {
        cr_expect_eq(nb_factorial_cuts(n, 2, cuts), 2);
        cr_expect_eq(nb_factorial_cuts(n, 64, cuts), 64);
        cr_expect_eq(nb_factorial_cuts(n, MAX_PARTS, cuts), MAX_PARTS);
    }
}

/* The digits of the least prime power in a part: cuts cannot be finer than that. */
static double least_prime_digits(uint64_t n, uint64_t cut)
{
    mpz_t prime;
    mpz_init_set_ui(prime, cut - 1);
    mpz_nextprime(prime, prime);
    uint64_t p = mpz_get_ui(prime) == 5 ? 7 : mpz_get_ui(prime);
    mpz_clear(prime);
    return (double)nb_chain_exponent(n, p) * log10((double)p);
}

/* Each part has its share of what the parts before it leave, within `tolerance` and one prime. */
static void expect_balance(uint64_t n, size_t wanted, double tolerance)
{
    uint64_t cuts[MAX_PARTS + 1];
    double digits[MAX_PARTS], left = 0;
    size_t num_parts = nb_factorial_cuts(n, wanted, cuts);
    cr_assert_eq(num_parts, wanted);
    nb_decimal part;
    nb_decimal_init(&part);
    for (size_t i = 0; i < num_parts; i++) {
        cr_assert_eq(nb_factorial_part(&part, &multiplier, n, cuts[i], cuts[i + 1]), NBANG_OK);
        digits[i] = NB_DIGIT_WIDTH * (double)part.num_digits;
        left += digits[i];
    }
    nb_decimal_clear(&part);

    for (size_t i = 0; i < num_parts; i++) {
        double share = left / (double)(num_parts - i);
        cr_expect_leq(fabs(digits[i] - share), tolerance * share + least_prime_digits(n, cuts[i]),
                      "n = %lu: part %zu of %zu has %.3f times its share", n, i, num_parts,
                      digits[i] / share);
        left -= digits[i];
    }
}

Test(factorial_parts, are_balanced)
{
    expect_balance(1000, 2, 0.02);
    expect_balance(1000, 7, 0.05);
    expect_balance(30000, 2, 0.02);
    expect_balance(30000, 7, 0.05);
    expect_balance(30000, 64, 0.15);
    expect_balance(1000000, 2, 0.02);
    expect_balance(1000000, 7, 0.02);
    expect_balance(1000000, 64, 0.07); /* 60 to 80 primes in some, as luck has it */
}

/* ---- products that fail their check ---- */

Test(factorial_parts, are_computed_again_with_care_if_a_product_fails)
{
    nb_decimal part;
    nb_decimal_init(&part);
    mpz_t found, expected;
    mpz_inits(found, expected, NULL);
    setenv("NBANG_FAULT", "product:0", 1);
    cr_assert_eq(nb_factorial_part(&part, &multiplier, 20000, 10000, 20001), NBANG_OK);
    cr_expect_eq(multiplier.num_failed, 1);
    cr_expect_not(multiplier.careful);
    /* The primes between 10000 and 20000. */
    mpz_primorial_ui(expected, 20000);
    mpz_primorial_ui(found, 10000);
    mpz_divexact(expected, expected, found);
    decimal_to_mpz(found, &part);
    cr_expect_eq(mpz_cmp(found, expected), 0);
    mpz_clears(found, expected, NULL);
    nb_decimal_clear(&part);
}

Test(factorial_parts, that_fail_with_care_too_are_none)
{
    nb_decimal part;
    nb_decimal_init(&part);
    setenv("NBANG_FAULT", "product:0,split-product:0", 1);
    cr_expect_eq(nb_factorial_part(&part, &multiplier, 20000, 2, 20001), NBANG_UNVERIFIED);
    cr_expect_null(part.digits);
    nb_decimal_clear(&part);
}

Test(factorial_parts, are_consumed_by_a_join_that_fails)
{
    enum { WANTED = 3 };
    nb_decimal parts[WANTED];
    uint64_t cuts[WANTED + 1];
    cr_assert_eq(nb_factorial_cuts(20000, WANTED, cuts), WANTED);
    for (size_t i = 0; i < WANTED; i++) {
        nb_decimal_init(&parts[i]);
        cr_assert_eq(nb_factorial_part(&parts[i], &multiplier, 20000, cuts[i], cuts[i + 1]),
                     NBANG_OK);
    }
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, 5, NB_FACTORIAL_PRIMES), NBANG_OK);
    setenv("NBANG_FAULT", "product:0", 1);
    cr_expect_eq(nb_factorial_join(&text, &multiplier, 20000, parts, WANTED), NBANG_UNVERIFIED);
    cr_expect(text_is(&text, "120"), "what was there is still there");
    for (size_t i = 0; i < WANTED; i++) {
        cr_expect_null(parts[i].digits);
    }
    nb_decimal_text_clear(&text);
}
