/* Factorials made of smaller ones, against GMP. */
#include "compute/kept.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "compute/cost.h"
#include "compute/factorial.h"
#include "compute/residue.h"
#include "decimal/digits.h"
#include "kernels.h"

TestSuite(kept, .timeout = 120);

/* Keeps n!, computed from nothing. */
static void keep(nb_kept *kept, nb_multiplier *multiplier, uint64_t n)
{
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, multiplier, n, NB_FACTORIAL_PRIMES), NBANG_OK);
    cr_assert_eq(nb_kept_set(kept, n, &text, nb_factorial_residue(n, NULL)), NBANG_OK);
    cr_assert_null(text.characters);
    cr_assert_null(text.digits);
}

/* What is kept is n!, by its characters and by its residue. */
static void expect_kept(const nb_kept *kept, uint64_t n, const mpz_t factorial)
{
    cr_assert(nb_kept_is_there(kept));
    cr_assert_eq(kept->n, n);
    const nb_decimal_text text = nb_kept_text(kept);
    char *expected = mpz_get_str(NULL, 10, factorial);
    const size_t len = (size_t)nb_decimal_text_length(&text);
    cr_assert_eq(len, strlen(expected), "%lu!", n);
    char *found = malloc(len);
    cr_assert_not_null(found);
    cr_assert_eq(nb_decimal_text_read(&text, 0, found, len), NBANG_OK);
    cr_assert_eq(memcmp(found, expected, len), 0, "%lu!", n);
    cr_assert_eq(nb_decimal_text_residue(&text, NULL), kept->residue);
    cr_assert_eq(kept->residue, nb_factorial_residue(n, NULL));
    cr_assert(kept->number.digits[0] != 0 || kept->number.num_digits == 1);
    free(found);
    free(expected);
}

KERNEL_TEST(kept, makes_each_of_the_first_thousands_of_the_one_before)
{
    enum { END = 2200 };
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    keep(&kept, &multiplier, 0);
    mpz_t factorial;
    mpz_init_set_ui(factorial, 1);
    expect_kept(&kept, 0, factorial);
    for (uint64_t n = 1; n <= END; n++) {
        mpz_mul_ui(factorial, factorial, n);
        cr_assert_eq(nb_kept_advance(&kept, &multiplier, n), NBANG_OK);
        if (n < 150 || n % 61 == 0 || n == END) {
            expect_kept(&kept, n, factorial);
        }
    }
    mpz_clear(factorial);
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}

/* From and to numbers that text has characters and digits of, by words and by products, of few and
 * of many factors, ten and its powers among them. */
KERNEL_TEST(kept, makes_larger_ones_over_any_gap)
{
    static const uint64_t starts[] = {0, 1, 2, 24, 399, 1498, 1499, 1500, 9990, 33333};
    static const uint64_t gaps[] = {0, 1, 2, 3, 7, 10, 30, 100, 333, 1000, 5000, 66666};
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    mpz_t factorial;
    mpz_init(factorial);
    unsigned by_words = 0, by_products = 0;
    for (size_t s = 0; s < sizeof(starts) / sizeof(starts[0]); s++) {
        for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
            const uint64_t n = starts[s] + gaps[g];
            keep(&kept, &multiplier, starts[s]);
            cr_assert_eq(nb_kept_advance(&kept, &multiplier, n), NBANG_OK);
            mpz_fac_ui(factorial, n);
            expect_kept(&kept, n, factorial);
            *(nb_cost_of_steps(starts[s], n).by_words ? &by_words : &by_products) += 1;
        }
    }
    cr_expect_gt(by_words, 20);
    cr_expect_gt(by_products, 20);
    cr_expect_eq(multiplier.num_failed, 0);
    mpz_clear(factorial);
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}

/* Steps of every size, one after the other. */
KERNEL_TEST(kept, goes_on_from_what_it_made)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    keep(&kept, &multiplier, 700);
    mpz_t factorial;
    mpz_init(factorial);
    uint64_t n = 700;
    for (uint64_t step = 1; n < 40000; step += 1 + step / 3) {
        n += step;
        cr_assert_eq(nb_kept_advance(&kept, &multiplier, n), NBANG_OK);
        mpz_fac_ui(factorial, n);
        expect_kept(&kept, n, factorial);
    }
    mpz_clear(factorial);
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}

/* The product of two factors beyond 2^32 does not fit into 64 bits. What it is multiplied with need
 * not be a factorial. */
Test(kept, factors_may_have_more_than_32_bits)
{
    const uint64_t first = UINT64_C(1) << 32, last = first + 3;
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    mpz_t expected;
    mpz_init_set_ui(expected, 1);
    keep(&kept, &multiplier, 1);
    kept.n = first - 1;
    cr_assert(nb_cost_of_steps(kept.n, last).by_words);
    cr_assert_eq(nb_kept_advance(&kept, &multiplier, last), NBANG_OK);
    for (uint64_t factor = first; factor <= last; factor++) {
        mpz_mul_ui(expected, expected, factor);
    }
    const nb_decimal_text text = nb_kept_text(&kept);
    char found[64] = "", *characters = mpz_get_str(NULL, 10, expected);
    cr_assert_lt(nb_decimal_text_length(&text), sizeof(found));
    cr_assert_eq(nb_decimal_text_read(&text, 0, found, (size_t)nb_decimal_text_length(&text)),
                 NBANG_OK);
    cr_expect_str_eq(found, characters);
    cr_expect_eq(nb_decimal_text_residue(&text, NULL), kept.residue);
    free(characters);
    mpz_clear(expected);
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}

/* The residue that goes along does not follow a wrong digit, whichever way the next number is made.
 */
Test(kept, wrong_digit_is_found_in_all_that_is_made_of_it)
{
    static const uint64_t gaps[] = {0, 1, 20, 2000};
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
        for (size_t part = 1; part < 8; part++) {
            keep(&kept, &multiplier, 3000);
            kept.number.digits[kept.number.num_digits * part / 8] ^= 1;
            cr_assert_eq(nb_kept_advance(&kept, &multiplier, 3000 + gaps[g]), NBANG_OK);
            const nb_decimal_text text = nb_kept_text(&kept);
            cr_expect_neq(nb_decimal_text_residue(&text, NULL), kept.residue);
            cr_expect_eq(kept.residue, nb_factorial_residue(3000 + gaps[g], NULL));
        }
    }
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}

Test(kept, nothing_is_kept_once_it_is_cleared)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    nb_kept kept;
    nb_kept_init(&kept);
    cr_expect(!nb_kept_is_there(&kept));
    cr_expect_eq(nb_kept_bytes(&kept), 0);
    keep(&kept, &multiplier, 2000);
    cr_expect(nb_kept_is_there(&kept));
    cr_expect_geq(nb_kept_bytes(&kept), kept.number.num_digits * sizeof(int32_t));
    nb_kept_clear(&kept);
    cr_expect(!nb_kept_is_there(&kept));
    nb_kept_clear(&kept);
    nb_multiplier_release(&multiplier);
}
