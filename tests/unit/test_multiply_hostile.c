/* Digits that are bad for rounding errors, for carries, or for both. */
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

TestSuite(multiply_hostile, .fini = release_multiplier, .timeout = 120);

/* Asserts the product of operands that have room; returns how many attempts at it failed. */
static uint64_t expect_patterns(digit_pattern pattern_a, size_t num_a, digit_pattern pattern_b,
                                size_t num_b)
{
    uint64_t state = num_a + num_b, before = multiplier.num_failed;
    int32_t *a = new_digits(num_a, pattern_a, &state), *b = new_digits(num_b, pattern_b, &state);
    leave_room(a, num_a);
    leave_room(b, num_b);
    expect_multiplies(&multiplier, factor_of(a, num_a), factor_of(b, num_b));
    free(a);
    free(b);
    return multiplier.num_failed - before;
}

/* Digits that are no larger than half of the base, as those of numbers from here are. */
static bool is_balanced(digit_pattern pattern)
{
    return pattern == DIGITS_BALANCED || pattern == DIGITS_ALL_50000 ||
           pattern == DIGITS_ALTERNATING || pattern == DIGITS_LONE_ONES ||
           pattern == DIGITS_POWER_OF_TEN;
}

/* At once, which never fails at these lengths; and with a longer factor in blocks, each of which is
 * a number without room if its top digit is large. */
KERNEL_TEST(multiply_hostile, all_patterns_against_all_others)
{
    nb_multiplier_init(&multiplier);
    static const size_t lengths[] = {1, 32, 33, 100, 255, 1000, 4000};
    enum { NUM_LENGTHS = sizeof(lengths) / sizeof(lengths[0]) };
    for (digit_pattern a = 0; a < NUM_DIGIT_PATTERNS; a++) {
        for (digit_pattern b = 0; b < NUM_DIGIT_PATTERNS; b++) {
            for (size_t i = 0; i < NUM_LENGTHS; i++) {
                uint64_t at_once = expect_patterns(a, lengths[i], b, lengths[i]);
                uint64_t in_blocks = expect_patterns(a, 3001, b, lengths[i]);
                cr_assert(at_once == 0 && (in_blocks == 0 || !is_balanced(a)),
                          "%s, times %zu digits, %s", digit_pattern_name(a), lengths[i],
                          digit_pattern_name(b));
            }
        }
    }
}

/* Rounding errors of a third of what is accepted, and less: none of these fails, and their digits
 * stay below twice what is usual. */
KERNEL_TEST(multiply_hostile, products_well_within_the_limit_of_precision)
{
    nb_multiplier_init(&multiplier);
    static const struct {
        digit_pattern pattern;
        size_t num_digits;
    } cases[] = {{DIGITS_ALL_50000, 1 << 16},
                 {DIGITS_ALTERNATING, 1 << 16},
                 {DIGITS_CANONICAL, 1 << 15},
                 {DIGITS_ALL_99999, 1 << 14},
                 {DIGITS_ALL_LARGEST, 1 << 13}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t state = i + 1, residue;
        const size_t n = cases[i].num_digits;
        int32_t *a = new_digits(n, cases[i].pattern, &state), *product = need_memory(8 * n);
        leave_room(a, n);
        cr_assert_eq(nb_multiply(&multiplier, product, factor_of(a, n), factor_of(a, n), &residue),
                     NBANG_OK);
        expect_product(product, factor_of(a, n), factor_of(a, n), residue);
        cr_assert_eq(multiplier.num_failed, 0, "%s", digit_pattern_name(cases[i].pattern));
        cr_assert_leq(largest_digit(product, 2 * n), 100000, "%s",
                      digit_pattern_name(cases[i].pattern));
        free(product);
        free(a);
    }
    cr_expect(multiplier.max_error > 0.01 && multiplier.max_error < 0.2, "%s: %g", kernel->name,
              multiplier.max_error);
}

/* Whatever fails, and from whichever length on: what is left is right, and its digits are small. */
KERNEL_TEST(multiply_hostile, products_near_the_limit_of_precision)
{
    nb_multiplier_init(&multiplier);
    static const digit_pattern patterns[] = {DIGITS_ALL_50000, DIGITS_CANONICAL,
                                             DIGITS_ALL_LARGEST};
    const size_t max_digits = 160000;
    for (size_t i = 0; i < 3; i++) {
        for (size_t n = 30000; n < max_digits; n += n / 2) {
            const size_t num_b = n - n / 7;
            uint64_t state = n, residue;
            int32_t *a = new_digits(n, patterns[i], &state);
            int32_t *product = need_memory((n + num_b) * sizeof(*product));
            leave_room(a, n);
            leave_room(a, num_b);
            const nb_factor x = factor_of(a, n), y = factor_of(a, num_b);
            cr_assert_eq(nb_multiply(&multiplier, product, x, y, &residue), NBANG_OK);
            expect_product(product, x, y, residue);
            cr_assert_leq(largest_digit(product, n + num_b), 100000);
            free(product);
            free(a);
        }
    }
    cr_expect_leq(multiplier.max_error, 0.25);
}

/* Far beyond that limit: redone on split digits. */
KERNEL_TEST(multiply_hostile, failed_products_are_computed_again)
{
    nb_multiplier_init(&multiplier);
    const digit_pattern largest = DIGITS_ALL_LARGEST;
    cr_expect_eq(expect_patterns(largest, 1 << 17, largest, 1 << 17), 1);
    cr_expect_eq(expect_patterns(largest, 350000, largest, 1 << 17), 1);
    cr_expect_eq(expect_patterns(DIGITS_ALL_99999, 1 << 18, DIGITS_ALL_99999, 1 << 17), 1);
    cr_expect_lt(multiplier.max_error, 1e-4, "%s: %g", kernel->name, multiplier.max_error);
}

KERNEL_TEST(multiply_hostile, half_a_million_digits_of_50000)
{
    nb_multiplier_init(&multiplier);
    cr_expect_eq(expect_patterns(DIGITS_ALL_50000, 1 << 19, DIGITS_ALL_50000, 1 << 19), 1);
}

KERNEL_TEST(multiply_hostile, square_that_fails_is_computed_again)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = 1;
    int32_t *a = new_digits(1 << 17, DIGITS_ALL_LARGEST, &state);
    leave_room(a, 1 << 17);
    expect_multiplies(&multiplier, factor_of(a, 1 << 17), factor_of(a, 1 << 17));
    cr_expect_eq(multiplier.num_failed, 1);
    free(a);
}

/* A product that needs more than half of the base in its top digit is not one that every transform
 * can leave, all of whose digits are balanced. */
KERNEL_TEST(multiply_hostile, factors_without_room_take_two_attempts_at_most)
{
    nb_multiplier_init(&multiplier);
    for (size_t n = 30; n < 5000; n += 1 + n / 9) {
        uint64_t state = n, before = multiplier.num_failed;
        int32_t *a = new_digits(n, DIGITS_ALL_99999, &state);
        expect_multiplies(&multiplier, factor_of(a, n), factor_of(a, n));
        expect_multiplies(&multiplier, factor_of(a, n), factor_of(a, n - n / 10));
        cr_expect_leq(multiplier.num_failed - before, 2, "%zu digits", n);
        free(a);
    }
}

/* Products that are longer than their transform: their highest digits come from a difference. */
KERNEL_TEST(multiply_hostile, all_patterns_at_lengths_that_exceed_those_of_transforms)
{
    nb_multiplier_init(&multiplier);
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        size_t room = 0;
        for (size_t n = 300; n < 12000; n = 2 * room) {
            room = 2 * nb_fft_shape_for(kernel->lanes, n).length;
            for (size_t excess = 2; excess < room / 6; excess += excess) {
                const size_t num_digits = room + excess;
                const size_t half = num_digits / 2;
                uint64_t failed = expect_patterns(pattern, num_digits - half, pattern, half);
                cr_assert(failed == 0 || !is_balanced(pattern), "%zu digits, %s", num_digits,
                          digit_pattern_name(pattern));
                expect_patterns(pattern, num_digits - half, DIGITS_WIDE, half);
            }
        }
    }
}
