#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/residue.h"
#include "compute/residue.h"
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

TestSuite(factorial, .init = init_multiplier, .fini = release_multiplier, .timeout = 280);

static bool path_gives(uint64_t n, nb_factorial_path path, const char *expected)
{
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, n, path), NBANG_OK);
    bool same = text_is(&text, expected);
    nb_decimal_text_clear(&text);
    return same;
}

static void expect_both_paths(uint64_t n)
{
    char *expected = factorial_by_gmp(n);
    cr_assert(path_gives(n, NB_FACTORIAL_PRIMES, expected), "n = %lu", n);
    cr_assert(path_gives(n, NB_FACTORIAL_GMP, expected), "n = %lu", n);
    free(expected);
}

/* ---- the number ---- */

Test(factorial, of_small_numbers)
{
    static const char *const expected[] = {"1", "1", "2", "6", "24", "120", "720"};
    for (uint64_t n = 0; n < sizeof expected / sizeof expected[0]; n++) {
        cr_expect(path_gives(n, NB_FACTORIAL_PRIMES, expected[n]));
        cr_expect(path_gives(n, NB_FACTORIAL_GMP, expected[n]));
    }
}

Test(factorial, agrees_with_gmp_until_it_is_computed_in_decimal)
{
    for (uint64_t n = 0; n <= NB_FACTORIAL_DECIMAL_MIN_N + 100; n++) {
        expect_both_paths(n);
    }
}

Test(factorial, agrees_with_gmp_on_large_numbers)
{
    const uint64_t fixed[] = {65535, 65536, 65537, 78125, 100000, 200000};
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        expect_both_paths(fixed[i]);
    }
    srand(3);
    for (int i = 0; i < 40; i++) {
        expect_both_paths((uint64_t)rand() % 50000);
    }
}

Test(factorial, agrees_with_gmp_with_every_kernel)
{
    char *expected = factorial_by_gmp(123456);
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        nb_multiplier with = {.kernel = *kernel};
        nb_decimal_text text;
        nb_decimal_text_init(&text);
        cr_assert_eq(nb_factorial_text(&text, &with, 123456, NB_FACTORIAL_PRIMES), NBANG_OK);
        cr_expect(text_is(&text, expected), "%s", (*kernel)->name);
        nb_decimal_text_clear(&text);
        nb_multiplier_release(&with);
    }
    free(expected);
}

Test(factorial, has_the_residue_of_its_own_path)
{
    for (uint64_t n = 0; n < 30000; n += 1 + n / 7) {
        nb_decimal_text text;
        nb_decimal_text_init(&text);
        cr_assert_eq(nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES), NBANG_OK);
        cr_expect_eq(nb_decimal_text_residue(&text, NULL), nb_factorial_residue(n, NULL));
        nb_decimal_text_clear(&text);
    }
}

/* ---- work space ---- */

Test(factorial, keeps_little_work_space_and_gives_much_of_it_back)
{
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, 100000, NB_FACTORIAL_PRIMES), NBANG_OK);
    cr_expect_gt(multiplier.transforms.size, 0);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, 3000000, NB_FACTORIAL_PRIMES), NBANG_OK);
    cr_expect_eq(multiplier.transforms.size, 0);
    nb_decimal_text_clear(&text);
}

/* ---- products that fail their check ---- */

/* Asserts that n! is right although checks fail as `faults` say. */
static void expect_repair(const char *faults, uint64_t n, nb_factorial_path path)
{
    char *expected = factorial_by_gmp(n);
    setenv("NBANG_FAULT", faults, 1);
    cr_expect(path_gives(n, path, expected), "%s", faults);
    unsetenv("NBANG_FAULT");
    free(expected);
    cr_expect_not(multiplier.careful, "only while it is needed");
}

Test(factorial, is_computed_again_with_care_if_a_product_fails)
{
    expect_repair("product:0", 20000, NB_FACTORIAL_PRIMES);
    cr_expect_eq(multiplier.num_failed, 1);
}

Test(factorial, is_computed_without_care_at_first_whatever_failed_before)
{
    /* One failure each: the careful attempt is not subject to these faults. */
    expect_repair("product:0,product:1,product:2", 20000, NB_FACTORIAL_PRIMES);
    expect_repair("product:0,product:1,product:2", 20001, NB_FACTORIAL_PRIMES);
    cr_expect_eq(multiplier.num_failed, 2);
}

Test(factorial, that_fails_with_care_too_is_not_given_out)
{
    setenv("NBANG_FAULT", "product:0,split-product:0", 1);
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, &multiplier, 5, NB_FACTORIAL_PRIMES), NBANG_OK);
    cr_expect_eq(nb_factorial_text(&text, &multiplier, 20000, NB_FACTORIAL_PRIMES),
                 NBANG_UNVERIFIED);
    cr_expect(text_is(&text, "120"), "what was there is still there");
    cr_expect_not(multiplier.careful);
    nb_decimal_text_clear(&text);
}

Test(factorial, has_a_second_path_that_no_failing_product_reaches)
{
    char *expected = factorial_by_gmp(20000);
    setenv("NBANG_FAULT", "product:0,split-product:0", 1);
    cr_expect(path_gives(20000, NB_FACTORIAL_GMP, expected));
    free(expected);
}
