/* A check of the decimal arithmetic, with every kernel that there is, which takes nothing but a C
 * library: for machines that are emulated (scripts/check-cross). Exit code 1 if anything is wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "decimal/format.h"
#include "decimal/number.h"
#include "digits.h"

static nb_multiplier multiplier;
static size_t num_products;

/* Ends the program unless `holds`. */
static void require(bool holds, const char *what, size_t num_a, size_t num_b)
{
    if (!holds) {
        printf("%s: wrong %s, %zu and %zu digits\n", multiplier.kernel->name, what, num_a, num_b);
        exit(1);
    }
}

/* ---- products ---- */

/* Digits that are balanced at the top, as those of numbers are. */
static int32_t *new_factor(size_t num_digits, digit_pattern pattern, uint64_t seed)
{
    int32_t *digits = new_digits(num_digits, pattern, &seed);
    if (largest_digit(digits + num_digits - 1, 1) >= NB_DIGIT_BASE / 2) {
        digits[num_digits - 1] = 1;
    }
    return digits;
}

static nb_factor factor_of(const int32_t *digits, size_t num_digits)
{
    return (nb_factor){digits, num_digits, nb_digits_residue(digits, num_digits)};
}

/* Multiplies in place of the first factor, or elsewhere. `b` may be `a`. */
static void check_product(const int32_t *a, size_t num_a, const int32_t *b, size_t num_b,
                          bool in_place)
{
    int32_t *product = need_memory((num_a + num_b) * sizeof(*product));
    memcpy(product, a, num_a * sizeof(*product));
    nb_factor x = factor_of(in_place ? product : a, num_a);
    nb_factor y = a == b && num_a == num_b ? x : factor_of(b, num_b);
    uint64_t residue = 0;
    nb_status status = nb_multiply(&multiplier, product, x, y, &residue);
    require(status == NBANG_OK, "status", num_a, num_b);
    require(is_product_by_residues(product, a, num_a, b, num_b), "product", num_a, num_b);
    require(residue == nb_digits_residue(product, num_a + num_b), "residue", num_a, num_b);
    free(product);
    num_products++;
}

static void check_products(digit_pattern pattern, size_t num_a, size_t num_b)
{
    int32_t *a = new_factor(num_a, pattern, 1), *b = new_factor(num_b, pattern, 2);
    check_product(a, num_a, b, num_b, false);
    check_product(a, num_a, a, num_a, false);
    if (pattern == DIGITS_BALANCED) {
        check_product(a, num_a, b, num_b, true);
        check_product(b, num_b, a, num_a, true);
        check_product(b, num_b, b, num_b, true);
    }
    free(a);
    free(b);
}

/* Lengths for each way to multiply, and around those of the transforms; digits that are as bad as
 * they can be; and products that fail, and are computed again on split digits. */
static void check_multiplication(void)
{
    for (size_t num_b = 1; num_b <= 400; num_b += 1 + num_b / 5) {
        for (size_t num_a = num_b; num_a <= 9000; num_a += 1 + num_a / 2) {
            check_products(DIGITS_BALANCED, num_a, num_b);
        }
    }
    size_t room = 0;
    for (size_t n = 100; n < 20000; n = room + 1) {
        room = 2 * nb_fft_shape_for(multiplier.kernel->lanes, n).length;
        for (size_t excess = 0; excess < room / 6; excess = 3 * excess + 1) {
            check_products(DIGITS_BALANCED, room / 2 + excess, room / 2);
        }
    }
    require(multiplier.num_failed == 0, "first attempts", 0, 0);
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        check_products(pattern, 2000, 30);
        check_products(pattern, 2000, 70);
        check_products(pattern, 3000, 2900);
    }
    multiplier.num_failed = 0;
    check_products(DIGITS_ALL_LARGEST, 1 << 17, 1 << 16);
    require(multiplier.num_failed == 2, "second attempts", 0, 0);
}

/* ---- characters ---- */

static void check_characters(size_t num_digits)
{
    int32_t *digits = new_factor(num_digits, DIGITS_WIDE, 3);
    digits[num_digits - 1] = 12345;
    const uint64_t residue = nb_digits_residue(digits, num_digits);
    num_digits = nb_digits_canonicalise(digits, num_digits);
    require(nb_digits_residue(digits, num_digits) == residue, "canonical digits", num_digits, 0);
    char *out = need_memory(num_digits * NB_DIGIT_WIDTH + NB_FORMAT_SLACK);
    nb_digits_format(out, digits, 0, num_digits);
    for (size_t i = 0; i < num_digits; i++) {
        char expected[NB_DIGIT_WIDTH + 8];
        snprintf(expected, sizeof(expected), "%05d", (int)digits[num_digits - 1 - i]);
        require(memcmp(out + i * NB_DIGIT_WIDTH, expected, NB_DIGIT_WIDTH) == 0, "characters",
                num_digits, 0);
    }
    free(out);
    free(digits);
}

int main(void)
{
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        nb_fft_use_kernel(*kernel);
        nb_multiplier_init(&multiplier);
        num_products = 0;
        check_multiplication();
        for (size_t num_digits = 1; num_digits < 10000; num_digits += 1 + num_digits / 2) {
            check_characters(num_digits);
        }
        nb_multiplier_release(&multiplier);
        printf("%s: %zu products are right\n", (*kernel)->name, num_products);
    }
    return 0;
}
