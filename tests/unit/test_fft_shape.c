/* The sizes of transforms, and where their vectors lie. */
#include "decimal/fft/shape.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>

static const unsigned widths[] = {2, 4, 8};
enum { NUM_WIDTHS = 3, MIN_LOG_VECTORS = 4 };

/* Calls check(shape, num_digits) for numbers of digits of every order of magnitude. */
static void for_all_sizes(void (*check)(const nb_fft_shape *shape, size_t num_digits))
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        for (size_t n = 1; n < (size_t)1 << 40; n += 1 + n / 37) {
            const nb_fft_shape shape = nb_fft_shape_for(widths[w], n);
            check(&shape, n);
        }
        for (unsigned log_n = 1; log_n < 40; log_n++) {
            for (size_t n = ((size_t)1 << log_n) - 1; n <= ((size_t)1 << log_n) + 1; n++) {
                const nb_fft_shape shape = nb_fft_shape_for(widths[w], n);
                check(&shape, n);
            }
        }
    }
}

static bool is_one_of(unsigned odd, unsigned log_vectors)
{
    return odd % 2 == 1 && odd <= 7 && log_vectors >= MIN_LOG_VECTORS;
}

static void expect_consistent(const nb_fft_shape *s, size_t num_digits)
{
    cr_assert(is_one_of(s->odd, s->log_vectors), "%zu digits", num_digits);
    cr_assert_eq(s->vectors, (size_t)1 << s->log_vectors);
    cr_assert_eq(s->columns << s->log_rows, s->vectors);
    cr_assert_eq(s->length, s->odd * s->lanes * s->vectors);
    cr_assert_leq(s->log_rows, NB_FFT_MAX_LOG_ROWS);
    cr_assert_geq(s->columns, 1 << MIN_LOG_VECTORS);
}

Test(fft_shape, fields_fit_together)
{
    for_all_sizes(expect_consistent);
}

static void expect_covers(const nb_fft_shape *s, size_t num_digits)
{
    cr_assert_geq(2 * s->length, num_digits);
}

Test(fft_shape, holds_the_digits_that_it_is_for)
{
    for_all_sizes(expect_covers);
}

static void expect_smallest(const nb_fft_shape *s, size_t num_digits)
{
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        for (unsigned log_vectors = MIN_LOG_VECTORS; log_vectors < 40; log_vectors++) {
            const size_t length = (size_t)odd * s->lanes << log_vectors;
            cr_assert(length >= s->length || 2 * length < num_digits,
                      "%zu digits: %u * 2^%u would do", num_digits, odd, log_vectors);
        }
    }
}

Test(fft_shape, is_the_smallest_that_does)
{
    for_all_sizes(expect_smallest);
}

/* The one before the smallest that does: none if that is the smallest of all. */
static void expect_below(const nb_fft_shape *s, size_t num_digits)
{
    const nb_fft_shape below = nb_fft_shape_below(s->lanes, num_digits);
    if (below.length == 0) {
        cr_assert(s->odd == 1 && s->log_vectors == MIN_LOG_VECTORS, "%zu digits", num_digits);
        return;
    }
    expect_consistent(&below, num_digits);
    cr_assert_eq(below.lanes, s->lanes);
    cr_assert_lt(2 * below.length, num_digits);
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        for (unsigned log_vectors = MIN_LOG_VECTORS; log_vectors < 40; log_vectors++) {
            const size_t length = (size_t)odd * s->lanes << log_vectors;
            cr_assert(length <= below.length || 2 * length >= num_digits,
                      "%zu digits: %u * 2^%u is larger", num_digits, odd, log_vectors);
        }
    }
}

Test(fft_shape, below_is_the_largest_that_does_not)
{
    for_all_sizes(expect_below);
}

Test(fft_shape, grows_with_the_digits)
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        size_t length = 0;
        for (size_t n = 0; n < 100000; n++) {
            const nb_fft_shape shape = nb_fft_shape_for(widths[w], n);
            cr_assert_geq(shape.length, length, "%zu digits", n);
            length = shape.length;
        }
    }
}

Test(fft_shape, every_length_is_used_exactly_up_to_its_own)
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        for (unsigned odd = 1; odd <= 7; odd += 2) {
            for (unsigned log_vectors = MIN_LOG_VECTORS; log_vectors < 24; log_vectors++) {
                const size_t length = (size_t)odd * widths[w] << log_vectors;
                const nb_fft_shape at = nb_fft_shape_for(widths[w], 2 * length);
                const nb_fft_shape above = nb_fft_shape_for(widths[w], 2 * length + 1);
                cr_assert_eq(at.odd, odd);
                cr_assert_eq(at.log_vectors, log_vectors);
                cr_assert_gt(above.length, length);
            }
        }
    }
}

Test(fft_shape, vectors_of_a_part_do_not_overlap)
{
    size_t next = 0;
    for (size_t i = 0; i < (size_t)1 << 20; i++) {
        cr_assert_geq(nb_fft_offset(i), next);
        next = nb_fft_offset(i) + 1;
    }
}

Test(fft_shape, vectors_of_a_block_lie_side_by_side)
{
    for (size_t block = 0; block < 5000; block++) {
        const size_t first = nb_fft_offset(block * NB_FFT_BLOCK);
        cr_assert_eq(nb_fft_offset(block * NB_FFT_BLOCK + NB_FFT_BLOCK - 1),
                     first + NB_FFT_BLOCK - 1);
    }
}

static void expect_room(const nb_fft_shape *s, size_t num_digits)
{
    cr_assert_gt(s->part_stride, nb_fft_offset(s->vectors - 1), "%zu digits", num_digits);
    cr_assert_geq(nb_fft_shape_doubles(s), 2 * s->lanes * s->odd * s->part_stride);
    /* Padding is cheap: 1 vector in 256, and 1 more in 32 of those. */
    cr_assert_leq(s->part_stride, s->vectors + s->vectors / 240 + 1);
}

Test(fft_shape, parts_have_room_for_their_vectors_and_little_more)
{
    for_all_sizes(expect_room);
}
