/* Factorials too long to be computed twice: the digits are taken modulo two primes, and so is the
 * product 1 * 2 * ... * n. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/residue.h"
#include "compute/cost.h"
#include "compute/residue.h"
#include "factorial_support.h"

TestSuite(factorial_large, .timeout = 280);

__extension__ typedef unsigned __int128 wide;

/* The largest primes below 2^64 and 2^63. */
static const uint64_t moduli[] = {UINT64_MAX - 58, (UINT64_MAX >> 1) - 24};

static uint64_t factorial_modulo(uint64_t n, uint64_t modulus)
{
    uint64_t residue = 1;
    for (uint64_t factor = 2; factor <= n; factor++) {
        residue = (uint64_t)((wide)residue * factor % modulus);
    }
    return residue;
}

/* From the text, in pieces that end anywhere. */
static uint64_t text_modulo(const nb_decimal_text *text, uint64_t modulus)
{
    enum { PIECE = 100003 };
    char *piece = malloc(PIECE);
    cr_assert_not_null(piece);
    uint64_t residue = 0, len = nb_decimal_text_length(text);
    for (uint64_t offset = 0; offset < len;) {
        size_t count = len - offset < PIECE ? (size_t)(len - offset) : PIECE;
        cr_assert_eq(nb_decimal_text_read(text, offset, piece, count), NBANG_OK);
        uint64_t value = 0, scale = 1;
        for (size_t i = 0; i < count; i++) {
            cr_assert(piece[i] >= '0' && piece[i] <= '9');
            value = value * 10 + (uint64_t)(piece[i] - '0');
            scale *= 10;
            if (i % 18 == 17 || i + 1 == count) {
                residue = (uint64_t)(((wide)residue * scale + value) % modulus);
                value = 0;
                scale = 1;
            }
        }
        offset += count;
    }
    free(piece);
    return residue;
}

static void expect_right(uint64_t n, nb_multiplier *multiplier, nb_factorial_path path)
{
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    cr_assert_eq(nb_factorial_text(&text, multiplier, n, path), NBANG_OK);
    cr_expect_eq(nb_decimal_text_length(&text), nbang_estimate_job(n).num_digits, "%lu", n);
    for (size_t i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
        cr_expect_eq(text_modulo(&text, moduli[i]), factorial_modulo(n, moduli[i]), "%lu", n);
    }
    cr_expect_eq(nb_decimal_text_residue(&text, NULL), nb_factorial_residue(n, NULL), "%lu", n);
    nb_decimal_text_clear(&text);
}

Test(factorial_large, at_random_with_every_kernel)
{
    srand(5);
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        nb_multiplier multiplier = {.kernel = *kernel};
        for (int i = 0; i < 3; i++) {
            expect_right((uint64_t)rand() % 2000000, &multiplier, NB_FACTORIAL_PRIMES);
        }
        nb_multiplier_release(&multiplier);
    }
}

Test(factorial_large, on_the_second_path_by_gmp_and_beyond)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    expect_right(300000, &multiplier, NB_FACTORIAL_GMP);
    expect_right(NB_FACTORIAL_GMP_MAX_N + 1, &multiplier, NB_FACTORIAL_GMP);
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_not(multiplier.careful, "only while it is needed");
    nb_multiplier_release(&multiplier);
}

Test(factorial_large, of_ten_million)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    expect_right(10000000, &multiplier, NB_FACTORIAL_PRIMES);
    cr_expect_eq(multiplier.num_failed, 0);
    nb_multiplier_release(&multiplier);
}
