/* The table of roots of unity, against sines and cosines in extended precision. */
#include "decimal/fft/twiddles.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const long double two_pi = 6.283185307179586476925286766559005768L;

/* The fraction whose binary digits are those of b in reverse. */
static long double reversed_fraction(size_t b)
{
    long double fraction = 0, weight = 0.5L;
    for (; b > 0; b /= 2, weight /= 2) {
        fraction += b % 2 == 1 ? weight : 0;
    }
    return fraction;
}

/* The distance of two neighbours among doubles at x. */
static long double unit_in_last_place(long double x)
{
    double magnitude = fabs((double)x);
    return nextafter(magnitude, 2) - magnitude;
}

/* Within 1 unit in the last place of what it must be, and 2^-60 for what that is computed with. */
static void expect_close(double found, long double expected, size_t b)
{
    cr_assert_leq(fabsl(found - expected), unit_in_last_place(expected) + 0x1p-60L, "entry %zu", b);
}

static void expect_entries(size_t from, size_t to, size_t step)
{
    const nb_fft_root *roots = nb_fft_twiddles();
    for (size_t b = from; b < to; b += step) {
        const long double angle = two_pi * reversed_fraction(b) / 4;
        expect_close(roots[b].re, cosl(angle), b);
        expect_close(roots[b].im, sinl(angle), b);
    }
}

Test(twiddles, first_entries_are_those_of_the_description)
{
    cr_assert_eq(nb_fft_twiddles_reserve(4), NBANG_OK);
    const nb_fft_root *roots = nb_fft_twiddles();
    cr_expect_eq(roots[0].re, 1);
    cr_expect_eq(roots[0].im, 0);
    cr_expect_float_eq(roots[1].re, M_SQRT1_2, DBL_EPSILON); /* an eighth of a turn */
    cr_expect_float_eq(roots[1].im, M_SQRT1_2, DBL_EPSILON);
    cr_expect_float_eq(roots[2].re, cos(M_PI / 8), DBL_EPSILON);
    cr_expect_float_eq(roots[3].re, cos(3 * M_PI / 8), DBL_EPSILON);
}

Test(twiddles, entries_are_accurate_at_every_size_of_the_table)
{
    static const size_t counts[] = {1, 2, 1023, 1024, 1025, 4096, 5000, 100000, 1 << 18};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        cr_assert_eq(nb_fft_twiddles_reserve(counts[i]), NBANG_OK);
        expect_entries(0, counts[i], 1 + counts[i] / 5000);
        expect_entries(counts[i] - counts[i] / 2, counts[i], 1 + counts[i] / 3001);
    }
}

Test(twiddles, entries_stay_the_same_when_the_table_grows)
{
    enum { COUNT = 1024 };
    nb_fft_root before[COUNT];
    cr_assert_eq(nb_fft_twiddles_reserve(COUNT), NBANG_OK);
    memcpy(before, nb_fft_twiddles(), sizeof(before));
    for (size_t count = COUNT; count <= 64 * COUNT; count *= 2) {
        cr_assert_eq(nb_fft_twiddles_reserve(count), NBANG_OK);
        for (size_t b = 0; b < COUNT; b++) {
            /* Other tables of sines may round the last bit in another way. */
            cr_assert_float_eq(nb_fft_twiddles()[b].re, before[b].re, DBL_EPSILON / 2);
            cr_assert_float_eq(nb_fft_twiddles()[b].im, before[b].im, DBL_EPSILON / 2);
        }
    }
}

Test(twiddles, table_that_is_large_enough_stays_where_it_is)
{
    cr_assert_eq(nb_fft_twiddles_reserve(5000), NBANG_OK);
    const nb_fft_root *roots = nb_fft_twiddles();
    cr_assert_eq(nb_fft_twiddles_reserve(5000), NBANG_OK);
    cr_assert_eq(nb_fft_twiddles_reserve(1), NBANG_OK);
    cr_assert_eq(nb_fft_twiddles_reserve(0), NBANG_OK);
    cr_expect_eq(nb_fft_twiddles(), roots);
}

#if !defined(__SANITIZE_ADDRESS__)
Test(twiddles, lack_of_memory_leaves_the_table_as_it_was)
{
    cr_assert_eq(nb_fft_twiddles_reserve(1024), NBANG_OK);
    const nb_fft_root *roots = nb_fft_twiddles();
    cr_expect_eq(nb_fft_twiddles_reserve((size_t)1 << 50), NBANG_NO_MEMORY);
    cr_expect_eq(nb_fft_twiddles(), roots);
    expect_entries(0, 1024, 7);
}
#endif

Test(twiddles, root_of_unity_has_the_angle_that_is_asked_for)
{
    for (int i = -64; i <= 64; i++) {
        const long double turns = i / 48.0L;
        const nb_fft_root root = nb_fft_root_of_unity(turns);
        cr_expect_float_eq(root.re, (double)cosl(two_pi * turns), DBL_EPSILON / 2);
        cr_expect_float_eq(root.im, (double)sinl(two_pi * turns), DBL_EPSILON / 2);
    }
}
