/* Products that take the place of their factors, or of parts of them. */
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "kernels.h"
#include "products.h"

static nb_multiplier multiplier;

static void release_multiplier(void)
{
    nb_multiplier_release(&multiplier);
}

TestSuite(multiply_overlap, .fini = release_multiplier, .timeout = 120);

/* Where the factors and their product lie in one array. */
typedef struct layout {
    size_t a, num_a, b, num_b, product;
} layout;

/* Factors that share digits are parts of the same random array. */
static void expect_layout(const layout *at, uint64_t *state)
{
    const size_t ends[] = {at->a + at->num_a, at->b + at->num_b,
                           at->product + at->num_a + at->num_b};
    size_t size = 0;
    for (size_t i = 0; i < 3; i++) {
        size = ends[i] > size ? ends[i] : size;
    }
    int32_t *digits = new_digits(size, DIGITS_BALANCED, state);
    int32_t *copy = need_memory(size * sizeof(*copy));
    memcpy(copy, digits, size * sizeof(*copy));
    uint64_t residue;
    cr_assert_eq(nb_multiply(&multiplier, digits + at->product,
                             factor_of(digits + at->a, at->num_a),
                             factor_of(digits + at->b, at->num_b), &residue),
                 NBANG_OK);
    expect_product(digits + at->product, factor_of(copy + at->a, at->num_a),
                   factor_of(copy + at->b, at->num_b), residue);

    /* The digits around the product, which may belong to a factor, are as they were. */
    cr_assert_eq(memcmp(digits, copy, at->product * sizeof(*copy)), 0);
    cr_assert_eq(memcmp(digits + ends[2], copy + ends[2], (size - ends[2]) * sizeof(*copy)), 0);
    free(copy);
    free(digits);
}

/* Lengths for each way to multiply: without a transform, with one, and in blocks. */
static const struct {
    size_t num_a, num_b;
} lengths[] = {{1, 1},     {40, 7},     {700, 32},  {32, 700},   {33, 33},
               {500, 400}, {400, 500},  {1000, 33}, {4000, 120}, {120, 4000},
               {256, 255}, {1024, 512}, {3000, 999}};
enum { NUM_LENGTHS = sizeof(lengths) / sizeof(lengths[0]) };

KERNEL_TEST(multiply_overlap, product_in_place_of_either_factor)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (size_t i = 0; i < NUM_LENGTHS; i++) {
        const size_t num_a = lengths[i].num_a, num_b = lengths[i].num_b;
        const size_t apart = num_a + num_b;
        expect_layout(&(layout){0, num_a, apart, num_b, 0}, &state);
        expect_layout(&(layout){apart, num_a, 0, num_b, 0}, &state);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

KERNEL_TEST(multiply_overlap, product_over_two_factors_side_by_side)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (size_t i = 0; i < NUM_LENGTHS; i++) {
        const size_t num_a = lengths[i].num_a, num_b = lengths[i].num_b;
        expect_layout(&(layout){0, num_a, num_a, num_b, 0}, &state);
        expect_layout(&(layout){num_b, num_a, 0, num_b, 0}, &state);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

KERNEL_TEST(multiply_overlap, square_in_place)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (size_t n = 1; n < 20000; n += 1 + n / 5) {
        expect_layout(&(layout){0, n, 0, n, 0}, &state);
        expect_layout(&(layout){n / 2, n, n / 2, n, 0}, &state);
        expect_layout(&(layout){0, n, 0, n, n - 1}, &state);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Factors that overlap each other, too. */
KERNEL_TEST(multiply_overlap, any_overlap)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (unsigned i = 0; i < 400; i++) {
        const size_t limit_a = (size_t)2 << random_below(&state, 11);
        const size_t limit_b = (size_t)2 << random_below(&state, 11);
        layout at = {.num_a = 1 + random_below(&state, limit_a),
                     .num_b = 1 + random_below(&state, limit_b)};
        const size_t room = at.num_a + at.num_b;
        at.a = random_below(&state, room);
        at.b = random_below(&state, room);
        at.product = random_below(&state, room);
        expect_layout(&at, &state);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Products that are longer than their transform. */
KERNEL_TEST(multiply_overlap, long_products_in_place)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (size_t n = 3000; n < 30000; n += n / 3) {
        const size_t room = 2 * nb_fft_shape_for(kernel->lanes, n).length;
        for (size_t excess = 2; excess < room / 6; excess += 1 + excess) {
            const size_t num_a = (room + excess) / 2, num_b = room + excess - num_a;
            expect_layout(&(layout){0, num_a, num_a, num_b, 0}, &state);
            expect_layout(&(layout){0, num_a, 0, num_a, 0}, &state);
            expect_layout(&(layout){num_b, num_a, 0, num_b, num_a / 2}, &state);
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

KERNEL_TEST(multiply_overlap, careful_products_may_overlap_their_factors)
{
    nb_multiplier_init(&multiplier);
    multiplier.careful = true;
    uint64_t state = kernel->lanes;
    for (size_t i = 0; i < NUM_LENGTHS; i++) {
        const size_t num_a = lengths[i].num_a, num_b = lengths[i].num_b;
        expect_layout(&(layout){0, num_a, num_a / 2, num_b, 0}, &state);
        expect_layout(&(layout){num_a, num_a, 0, num_b, num_a / 2}, &state);
    }
}

/* ---- when the first attempt fails ---- */

/* 2^17 digits of 131071: rounding errors come to about 1.5. */
enum { NUM_DIGITS = 1 << 17 };

static int32_t *new_failing_digits(size_t num_digits)
{
    uint64_t state = 1;
    int32_t *digits = new_digits(num_digits, DIGITS_ALL_LARGEST, &state);
    leave_room(digits, NUM_DIGITS);
    return digits;
}

KERNEL_TEST(multiply_overlap, failure_in_place_loses_the_factors_and_says_so)
{
    nb_multiplier_init(&multiplier);
    int32_t *digits = new_failing_digits(2 * NUM_DIGITS);
    const nb_factor factor = factor_of(digits, NUM_DIGITS);
    uint64_t residue;
    cr_expect_eq(nb_multiply(&multiplier, digits, factor, factor, &residue), NBANG_UNVERIFIED);
    cr_expect_eq(multiplier.num_failed, 1);
    cr_expect_eq(multiplier.max_error, 0, "errors that were not accepted do not count");
    free(digits);
}

KERNEL_TEST(multiply_overlap, product_right_beside_its_factors_is_computed_again)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = 1;
    /* product, a, b; then a, b, product */
    int32_t *digits = new_failing_digits(4 * NUM_DIGITS);
    fill_digits(digits + 2 * NUM_DIGITS, 2 * NUM_DIGITS, DIGITS_ALL_LARGEST, &state);
    for (size_t i = 0; i < 2; i++) {
        int32_t *product = digits + i * 2 * NUM_DIGITS, *a = digits + (1 - i) * 2 * NUM_DIGITS;
        fill_digits(a, 2 * NUM_DIGITS, DIGITS_ALL_LARGEST, &state);
        leave_room(a, NUM_DIGITS);
        leave_room(a + NUM_DIGITS, NUM_DIGITS);
        uint64_t residue;
        const nb_factor x = factor_of(a, NUM_DIGITS), y = factor_of(a + NUM_DIGITS, NUM_DIGITS);
        cr_assert_eq(nb_multiply(&multiplier, product, x, y, &residue), NBANG_OK);
        expect_product(product, x, y, residue);
        cr_expect_eq(multiplier.num_failed, i + 1);
    }
    free(digits);
}

KERNEL_TEST(multiply_overlap, careful_product_in_place_does_not_fail)
{
    nb_multiplier_init(&multiplier);
    multiplier.careful = true;
    int32_t *digits = new_failing_digits(2 * NUM_DIGITS), *copy = new_failing_digits(NUM_DIGITS);
    const nb_factor factor = factor_of(digits, NUM_DIGITS);
    uint64_t residue;
    cr_assert_eq(nb_multiply(&multiplier, digits, factor, factor, &residue), NBANG_OK);
    expect_product(digits, factor_of(copy, NUM_DIGITS), factor_of(copy, NUM_DIGITS), residue);
    cr_expect_eq(multiplier.num_failed, 0);
    free(copy);
    free(digits);
}
