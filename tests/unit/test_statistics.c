#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "measure/statistics.h"

/* Expected figures without a derivation are those of Python 3.11: statistics.quantiles with
 * method="inclusive", which is type 7, and Holm's procedure in five lines. */

static const double six[] = {1.5, 2.25, 2.5, 3.75, 8.0, 9.5};

static void expect_near(double value, double expected)
{
    cr_expect_float_eq(value, expected, 1e-12 * fmax(1, fabs(expected)), "%.17g is not %.17g",
                       value, expected);
}

Test(statistics, quantiles_interpolate_between_neighbours)
{
    expect_near(nb_stat_quantile(six, 6, 0), 1.5);
    expect_near(nb_stat_quantile(six, 6, 0.025), 1.59375);
    expect_near(nb_stat_quantile(six, 6, 0.25), 2.3125);
    expect_near(nb_stat_median(six, 6), 3.125);
    expect_near(nb_stat_quantile(six, 6, 0.75), 6.9375);
    expect_near(nb_stat_quantile(six, 6, 0.975), 9.3125);
    expect_near(nb_stat_quantile(six, 6, 1), 9.5);
}

Test(statistics, one_value_is_every_quantile)
{
    const double one[] = {42};
    expect_near(nb_stat_quantile(one, 1, 0), 42);
    expect_near(nb_stat_median(one, 1), 42);
    expect_near(nb_stat_quantile(one, 1, 1), 42);
    expect_near(nb_stat_spread(one, 1), 0);
}

Test(statistics, spread_is_half_the_interquartile_range_over_the_median)
{
    expect_near(nb_stat_spread(six, 6), (6.9375 - 2.3125) / 2 / 3.125);
    const double zeros[] = {0, 0, 0, 5};
    expect_near(nb_stat_spread(zeros, 4), 0);
}

Test(statistics, huge_values_stay_finite)
{
    const double huge[] = {1.7e308, 1.7e308, 1.75e308};
    cr_expect(isfinite(nb_stat_median(huge, 3)));
    cr_expect(isfinite(nb_stat_quantile(huge, 3, 0.9)));
    cr_expect(isfinite(nb_stat_spread(huge, 3)));
}

Test(statistics, sorts_upwards)
{
    double values[] = {3, -1, 2, 3, 0};
    const double sorted[] = {-1, 0, 2, 3, 3};
    nb_stat_sort(values, 5);
    cr_expect_arr_eq(values, sorted, sizeof(values));
    nb_stat_sort(NULL, 0);
}

Test(statistics, the_same_seed_gives_the_same_numbers_and_another_stream_others)
{
    nb_random a;
    nb_random b;
    nb_random other;
    nb_random_init(&a, 7, 0);
    nb_random_init(&b, 7, 0);
    nb_random_init(&other, 7, 1);
    unsigned same = 0;
    for (int i = 0; i < 1000; i++) {
        const size_t value = nb_random_below(&a, 1000);
        cr_assert_eq(nb_random_below(&b, 1000), value);
        same += nb_random_below(&other, 1000) == value;
    }
    cr_expect_leq(same, 10, "%u of 1000 agree", same); /* one is to be expected */
}

Test(statistics, random_numbers_are_even_and_below_the_limit)
{
    nb_random random;
    nb_random_init(&random, 1, 1);
    unsigned times[7] = {0};
    for (int i = 0; i < 70000; i++) {
        const size_t value = nb_random_below(&random, 7);
        cr_assert_lt(value, 7);
        times[value]++;
    }
    for (int i = 0; i < 7; i++) {
        /* Five standard deviations of the binomial distribution. */
        cr_expect_float_eq((double)times[i], 10000, 5 * sqrt(10000 * 6.0 / 7), "%u times",
                           times[i]);
    }
    cr_expect_eq(nb_random_below(&random, 1), 0);
}

Test(statistics, resampled_medians_have_their_exact_distribution)
{
    /* The median of five drawn of five is the k-th smallest or less if three or more of the draws
     * are: the binomial distribution. */
    const double five[] = {1, 2, 3, 4, 5};
    const double expected[] = {0.05792, 0.25952, 0.36512, 0.25952, 0.05792};
    static double draws[100000];
    nb_random random;
    nb_random_init(&random, 3, 5);
    cr_assert_eq(nb_stat_bootstrap(draws, 100000, five, 5, &random, nb_stat_median), NBANG_OK);
    double share[5] = {0};
    for (int i = 0; i < 100000; i++) {
        share[(int)draws[i] - 1] += 1e-5;
    }
    for (int k = 0; k < 5; k++) {
        cr_expect_float_eq(share[k], expected[k], 0.008, "%g: %g", five[k], share[k]);
    }
}

Test(statistics, resamples_are_handed_over_sorted)
{
    /* Quartiles of an unsorted resample would often be the wrong way round. */
    static double draws[1000];
    nb_random random;
    nb_random_init(&random, 3, 6);
    cr_assert_eq(nb_stat_bootstrap(draws, 1000, six, 6, &random, nb_stat_spread), NBANG_OK);
    for (int i = 0; i < 1000; i++) {
        cr_assert_geq(draws[i], 0);
    }
}

Test(statistics, interval_leaves_out_the_same_share_at_both_ends)
{
    double draws[1001];
    for (int i = 0; i <= 1000; i++) {
        draws[i] = 1000 - i;
    }
    const nb_interval interval = nb_stat_interval(500, draws, 1001, 0.95);
    cr_expect(interval.known);
    expect_near(interval.value, 500);
    expect_near(interval.low, 25);
    expect_near(interval.high, 975);
}

Test(statistics, interval_contains_its_value)
{
    double draws[] = {1, 2, 3};
    const nb_interval interval = nb_stat_interval(9, draws, 3, 0.95);
    cr_expect(interval.known);
    expect_near(interval.high, 9);
}

Test(statistics, interval_is_unknown_unless_all_is_finite)
{
    double infinite[] = {1, INFINITY, 3};
    double undefined[] = {1, NAN, 3};
    double good[] = {1, 2, 3};
    cr_expect_not(nb_stat_interval(1, infinite, 3, 0.95).known);
    cr_expect_not(nb_stat_interval(1, undefined, 3, 0.95).known);
    cr_expect_not(nb_stat_interval(NAN, good, 3, 0.95).known);
    cr_expect_not(nb_stat_interval(1, NULL, 0, 0.95).known);
}

Test(statistics, percentile_interval_of_a_median_covers_it_about_as_often_as_it_says)
{
    /* Samples of 15 from an exponential distribution, whose median is ln 2. */
    nb_random random;
    nb_random_init(&random, 2024, 1);
    unsigned covered = 0;
    for (int trial = 0; trial < 1000; trial++) {
        double sample[15];
        for (int i = 0; i < 15; i++) {
            sample[i] = -log(((double)nb_random_below(&random, 1U << 30) + 0.5) / (1U << 30));
        }
        nb_stat_sort(sample, 15);
        double draws[500];
        cr_assert_eq(nb_stat_bootstrap(draws, 500, sample, 15, &random, nb_stat_median), NBANG_OK);
        const nb_interval interval = nb_stat_interval(sample[7], draws, 500, NB_STAT_COVERAGE);
        covered += interval.low <= log(2) && log(2) <= interval.high;
    }
    cr_expect_geq(covered, 910, "%u of 1000", covered);
    cr_expect_leq(covered, 985, "%u of 1000", covered);
}

Test(statistics, exact_interval_of_a_median_is_between_the_values_of_the_tables)
{
    /* Ranks of the 95 % interval, as in Conover, Practical Nonparametric Statistics, or in Python:
     * k = scipy.stats.binom.ppf(0.025, n, 0.5), the k-th value from each end. */
    static const struct {
        size_t count, rank;
    } known[] = {{6, 1}, {7, 1}, {8, 1}, {9, 2}, {15, 4}, {21, 6}, {31, 10}, {51, 19}, {1000, 469}};
    double values[1000];
    for (size_t i = 0; i < 1000; i++) {
        values[i] = (double)(i + 1);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const nb_interval got = nb_stat_median_interval(values, known[i].count, NB_STAT_COVERAGE);
        cr_assert(got.known);
        cr_expect_eq(got.low, (double)known[i].rank, "%zu: %g", known[i].count, got.low);
        cr_expect_eq(got.high, (double)(known[i].count + 1 - known[i].rank), "%zu: %g",
                     known[i].count, got.high);
    }
}

Test(statistics, five_values_are_too_few_for_an_exact_interval)
{
    static const double values[] = {1, 2, 3, 4, 5};
    cr_expect_not(nb_stat_median_interval(values, 5, NB_STAT_COVERAGE).known);
}

Test(statistics, holm_multiplies_by_the_tests_that_are_left_and_never_falls)
{
    const double p_values[] = {0.01, 0.04, 0.03, 0.005, 0.5};
    const double expected[] = {0.04, 0.09, 0.09, 0.025, 0.5};
    double adjusted[5];
    cr_assert_eq(nb_stat_holm(adjusted, p_values, 5), NBANG_OK);
    for (int i = 0; i < 5; i++) {
        expect_near(adjusted[i], expected[i]);
    }
}

Test(statistics, holm_works_in_place_on_ties_and_stops_at_one)
{
    double p_values[] = {0.6, 0.6, 0.02};
    cr_assert_eq(nb_stat_holm(p_values, p_values, 3), NBANG_OK);
    expect_near(p_values[0], 1);
    expect_near(p_values[1], 1);
    expect_near(p_values[2], 0.06);
    cr_expect_eq(nb_stat_holm(NULL, NULL, 0), NBANG_OK);
}
