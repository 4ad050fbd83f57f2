/* Decimal numbers: room for digits, and products in place. */
#include "decimal/number.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "exact.h"
#include "kernels.h"
#include "products.h"

static nb_decimal a, b;
static nb_multiplier multiplier;

static void init(void)
{
    nb_decimal_init(&a);
    nb_decimal_init(&b);
}

static void clear(void)
{
    nb_decimal_clear(&a);
    nb_decimal_clear(&b);
    nb_multiplier_release(&multiplier);
}

TestSuite(decimal_number, .init = init, .fini = clear, .timeout = 120);

/* Sets `number` to digits of its own, the top one not zero. */
static void set(nb_decimal *number, size_t num_digits, digit_pattern pattern, uint64_t seed)
{
    cr_assert_eq(nb_decimal_reserve(number, num_digits), NBANG_OK);
    fill_digits(number->digits, num_digits, pattern, &seed);
    number->digits[num_digits - 1] = 1 + (int32_t)(seed % 40000);
    number->num_digits = num_digits;
    number->residue = nb_digits_residue(number->digits, num_digits);
}

static int32_t *copy_of(const nb_decimal *number)
{
    int32_t *copy = need_memory(number->num_digits * sizeof(*copy));
    memcpy(copy, number->digits, number->num_digits * sizeof(*copy));
    return copy;
}

static void expect_none(const nb_decimal *number)
{
    cr_expect_null(number->digits);
    cr_expect_eq(number->capacity, 0);
    cr_expect_eq(number->num_digits, 0);
}

/* ---- room ---- */

Test(decimal_number, is_none_at_first_and_when_cleared)
{
    expect_none(&a);
    nb_decimal_clear(&a);
    set(&a, 100, DIGITS_BALANCED, 1);
    nb_decimal_clear(&a);
    expect_none(&a);
    nb_decimal_clear(&a);
    expect_none(&a);
}

Test(decimal_number, more_room_keeps_the_number)
{
    set(&a, 100, DIGITS_BALANCED, 1);
    int32_t *before = copy_of(&a);
    const uint64_t residue = a.residue;
    for (size_t capacity = 0; capacity < 1000000; capacity += 1 + capacity / 2) {
        cr_assert_eq(nb_decimal_reserve(&a, capacity), NBANG_OK);
        cr_assert_geq(a.capacity, capacity);
        cr_assert_eq(a.num_digits, 100);
        cr_assert_eq(a.residue, residue);
        cr_assert_eq(memcmp(a.digits, before, 100 * sizeof(*before)), 0);
    }
    free(before);
}

Test(decimal_number, room_that_is_there_stays_where_it_is)
{
    cr_assert_eq(nb_decimal_reserve(&a, 1000), NBANG_OK);
    const int32_t *digits = a.digits;
    const size_t capacity = a.capacity;
    cr_assert_eq(nb_decimal_reserve(&a, 10), NBANG_OK);
    cr_assert_eq(nb_decimal_reserve(&a, 1000), NBANG_OK);
    cr_expect_eq(a.digits, digits);
    cr_expect_eq(a.capacity, capacity);
}

Test(decimal_number, lack_of_memory_keeps_the_number)
{
    set(&a, 100, DIGITS_BALANCED, 1);
    int32_t *before = copy_of(&a);
    static const size_t sizes[] = {(size_t)1 << 58, SIZE_MAX / 8, SIZE_MAX / 4 + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cr_expect_eq(nb_decimal_reserve(&a, sizes[i]), NBANG_NO_MEMORY, "%zu", sizes[i]);
        cr_assert_eq(a.num_digits, 100);
        cr_assert_lt(a.capacity, sizes[i]);
        cr_assert_eq(memcmp(a.digits, before, 100 * sizeof(*before)), 0);
    }
    free(before);
}

/* ---- products ---- */

/* a *= x, where x is a or b. */
static void expect_multiply(const nb_decimal *x)
{
    int32_t *before = copy_of(&a), *factor = copy_of(x);
    const size_t num_a = a.num_digits, num_x = x->num_digits;
    cr_assert_eq(nb_decimal_multiply(&a, x, &multiplier), NBANG_OK);
    cr_assert_geq(a.num_digits, num_a + num_x - 1);
    cr_assert_leq(a.num_digits, num_a + num_x);
    cr_assert_neq(a.digits[a.num_digits - 1], 0);
    cr_assert_leq(a.num_digits, a.capacity);

    /* All the digits there may be, as they were before the top one was found to be zero. */
    int32_t *product = need_memory((num_a + num_x) * sizeof(*product));
    memset(product, 0, (num_a + num_x) * sizeof(*product));
    memcpy(product, a.digits, a.num_digits * sizeof(*product));
    expect_product(product, factor_of(before, num_a), factor_of(factor, num_x), a.residue);
    free(product);
    free(before);
    free(factor);
}

KERNEL_TEST(decimal_number, products_of_two_numbers)
{
    nb_multiplier_init(&multiplier);
    static const size_t lengths[] = {1, 2, 20, 32, 33, 100, 1000, 5000};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            set(&a, lengths[i], DIGITS_BALANCED, i + 1);
            set(&b, lengths[j], DIGITS_BALANCED, j + 17);
            int32_t *factor = copy_of(&b);
            expect_multiply(&b);
            cr_assert_eq(memcmp(factor, b.digits, lengths[j] * sizeof(*factor)), 0);
            free(factor);
        }
    }
}

/* 3^(2^k), of which the product forgets no digit and keeps no leading zero. */
KERNEL_TEST(decimal_number, squares_again_and_again)
{
    nb_multiplier_init(&multiplier);
    set(&a, 1, DIGITS_BALANCED, 1);
    a.digits[0] = 3;
    a.residue = 3;
    for (unsigned i = 0; i < 18; i++) {
        expect_multiply(&a);
    }
    mpz_t power, value;
    mpz_inits(power, value, NULL);
    mpz_ui_pow_ui(power, 3, 1UL << 18);
    digits_to_integer(value, a.digits, a.num_digits);
    cr_expect_eq(mpz_cmp(power, value), 0);
    mpz_clears(power, value, NULL);
}

KERNEL_TEST(decimal_number, failed_product_leaves_no_number)
{
    nb_multiplier_init(&multiplier);
    set(&a, 500, DIGITS_BALANCED, 1);
    set(&b, 400, DIGITS_BALANCED, 2);
    b.residue ^= 1;
    cr_expect_eq(nb_decimal_multiply(&a, &b, &multiplier), NBANG_UNVERIFIED);
    expect_none(&a);
    cr_expect_eq(b.num_digits, 400);
}

KERNEL_TEST(decimal_number, rounding_errors_leave_no_number_unless_the_multiplier_is_careful)
{
    nb_multiplier_init(&multiplier);
    set(&a, 1 << 17, DIGITS_ALL_LARGEST, 1);
    cr_expect_eq(nb_decimal_multiply(&a, &a, &multiplier), NBANG_UNVERIFIED);
    expect_none(&a);
    multiplier.careful = true;
    set(&a, 1 << 17, DIGITS_ALL_LARGEST, 1);
    expect_multiply(&a);
}
