#include <criterion/criterion.h>
#include <gmp.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "compute/chain.h"
#include "compute/factorial.h"
#include "compute/residue.h"
#include "decimal_support.h"

static nb_multiplier multiplier;

static void init_multiplier(void)
{
    nb_multiplier_init(&multiplier);
}

static void release_multiplier(void)
{
    nb_multiplier_release(&multiplier);
}

TestSuite(factorial, .init = init_multiplier, .fini = release_multiplier);

enum { MAX_PARTS = 1000 };

/* All of the digits, zeros included, as a string that the caller frees. */
static char *whole_text(const nb_decimal_text *text)
{
    size_t len = (size_t)nb_decimal_text_length(text);
    char *string = malloc(len + 1);
    cr_assert_eq(nb_decimal_text_read(text, 0, string, len), NBANG_OK);
    string[len] = '\0';
    return string;
}

static bool text_is(const nb_decimal_text *text, const char *expected)
{
    char *digits = whole_text(text);
    bool same = strcmp(digits, expected) == 0;
    free(digits);
    return same;
}

static bool path_gives(uint64_t n, nb_factorial_path path, const char *expected)
{
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, n, path), NBANG_OK);
    bool same = text_is(&text, expected);
    nb_decimal_text_clear(&text);
    return same;
}

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

static char *factorial_by_gmp(uint64_t n)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, n);
    char *string = mpz_get_str(NULL, 10, value);
    mpz_clear(value);
    return string;
}

/* ---- whole ---- */

Test(factorial, of_small_numbers)
{
    static const char *const expected[] = {"1", "1", "2", "6", "24", "120", "720"};
    for (uint64_t n = 0; n < sizeof expected / sizeof expected[0]; n++) {
        cr_expect(path_gives(n, NB_FACTORIAL_PRIMES, expected[n]));
        cr_expect(path_gives(n, NB_FACTORIAL_GMP, expected[n]));
    }
}

Test(factorial, agrees_with_gmp_up_to_3000, .timeout = 280)
{
    const uint64_t end = 3000;
    for (uint64_t n = 0; n <= end; n++) {
        char *expected = factorial_by_gmp(n);
        const uint64_t whole[] = {2, n + 1};
        cr_assert(path_gives(n, NB_FACTORIAL_PRIMES, expected), "n = %lu", n);
        cr_assert(path_gives(n, NB_FACTORIAL_GMP, expected), "n = %lu", n);
        /* nb_factorial_text leaves small n to GMP on both paths; this does not. */
        cr_assert(parts_give(n, whole, 1, expected), "n = %lu", n);
        free(expected);
    }
}

Test(factorial, agrees_with_gmp_on_large_numbers, .timeout = 280)
{
    const uint64_t fixed[] = {65535, 65536, 65537, 100000, 200000};
    srand(3);
    for (int i = 0; i < 15; i++) {
        uint64_t n = i < 5 ? fixed[i] : (uint64_t)rand() % 200000;
        char *expected = factorial_by_gmp(n);
        cr_expect(path_gives(n, NB_FACTORIAL_PRIMES, expected), "n = %lu", n);
        cr_expect(path_gives(n, NB_FACTORIAL_GMP, expected), "n = %lu", n);
        free(expected);
    }
}

Test(factorial, has_the_residue_of_its_own_path)
{
    for (uint64_t n = 0; n < 30000; n += 1 + n / 7) {
        nb_decimal_text text;
        nb_decimal_text_init(&text);
        cr_assert_eq(nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES), NBANG_OK);
        cr_expect_eq(nb_decimal_text_residue(&text), nb_factorial_residue(n));
        nb_decimal_text_clear(&text);
    }
}

/* ---- parts ---- */

Test(factorial, part_is_the_product_of_its_prime_powers)
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

Test(factorial, joins_parts_of_any_number)
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

Test(factorial, joins_parts_cut_anywhere)
{
    const uint64_t n = 1234;
    const uint64_t cuts[] = {2, 2, 3, 3, 5, 6, 8, 9, 10, 617, 618, 1231, 1235};
    char *expected = factorial_by_gmp(n);
    cr_expect(parts_give(n, cuts, sizeof cuts / sizeof cuts[0] - 1, expected));
    free(expected);
}

Test(factorial, cuts_ascend_from_2_to_the_end)
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

Test(factorial, gives_large_numbers_as_many_parts_as_asked_for)
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

Test(factorial, parts_are_balanced)
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
