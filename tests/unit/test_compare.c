#include "measure/compare.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "record_support.h"

/* ---- the test of Mann and Whitney ---- */

/* p-values from SciPy 1.10: mannwhitneyu(a, b, method="asymptotic"). */
Test(compare, tests_as_mann_and_whitney_do)
{
    const double a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, b[] = {6, 7, 8, 9, 10, 11, 12, 13, 14};
    cr_expect_float_eq(nb_compare_mann_whitney(a, 9, b, 9), 0.004632744035842678, 1e-12);
    cr_expect_float_eq(nb_compare_mann_whitney(b, 9, a, 9), 0.004632744035842678, 1e-12);
    const double c[] = {1, 2, 2, 3, 5, 8}, d[] = {2, 3, 3, 9, 10};
    cr_expect_float_eq(nb_compare_mann_whitney(c, 6, d, 5), 0.306341437827711, 1e-12);
}

Test(compare, finds_no_difference_between_equal_samples)
{
    const double a[] = {1, 1, 1}, b[] = {1, 1, 1, 1};
    cr_expect_eq(nb_compare_mann_whitney(a, 3, b, 4), 1);
    cr_expect_eq(nb_compare_mann_whitney(a, 1, b, 1), 1);
    const double c[] = {1, 2, 3};
    cr_expect_eq(nb_compare_mann_whitney(c, 3, c, 3), 1);
}

/* ---- records ---- */

/* A record, one that takes `factor` times as long, and their comparison. */
typedef struct pair {
    nb_record older, newer;
    nb_comparison comparison;
} pair;

static void make_pair(pair *self, double factor)
{
    make_record(&self->older, 1);
    make_record(&self->newer, factor);
}

static void compare(pair *self, double threshold)
{
    cr_assert_eq(nb_comparison_create(&self->comparison, &self->older, &self->newer, threshold),
                 NBANG_OK);
}

static void clear_pair(pair *self)
{
    nb_comparison_clear(&self->comparison);
    nb_record_clear(&self->older);
    nb_record_clear(&self->newer);
}

static nb_compare_verdict verdict_of(double factor, double threshold)
{
    pair both;
    make_pair(&both, factor);
    compare(&both, threshold);
    const nb_compare_verdict verdict = both.comparison.verdict;
    clear_pair(&both);
    return verdict;
}

Test(compare, takes_the_ratio_of_medians_and_their_geometric_mean)
{
    pair both;
    make_pair(&both, 1.5);
    compare(&both, 0.05);
    const nb_comparison *found = &both.comparison;
    cr_assert_eq(found->num_points, 4);
    for (size_t i = 0; i < 4; i++) {
        const nb_compared_point *point = &found->points[i];
        cr_expect_eq(point->newer, &both.newer.points[i]);
        cr_expect(nb_point_same(point->newer, point->older));
        cr_expect_float_eq(point->new_ns, 1.5 * point->old_ns, 1);
        cr_expect(point->ratio.known);
        cr_expect_float_eq(point->ratio.value, 1.5, 1e-6);
        cr_expect(point->ratio.low < 1.5 && point->ratio.low > 1.5 * 0.95);
        cr_expect(point->ratio.high > 1.5 && point->ratio.high < 1.5 * 1.05);
        cr_expect_lt(point->p_value, 0.001);
        cr_expect_float_eq(point->p_holm, 4 * point->p_value, 1e-9); /* all four are the same */
    }
    cr_expect_eq(found->points[2].old_ns, 94.5e6);
    cr_expect_float_eq(found->mean.value, 1.5, 1e-6);
    cr_expect_eq(found->num_only_old + found->num_only_new, 0);
    clear_pair(&both);
}

/* Samples of a round belong together: here every point has the same disturbances in the same
 * rounds, so that the mean is no surer than each point is. */
Test(compare, draws_the_same_rounds_for_all_points)
{
    pair both;
    make_pair(&both, 1.5);
    compare(&both, 0.05);
    const nb_interval *point = &both.comparison.points[0].ratio, *mean = &both.comparison.mean;
    cr_expect_float_eq(mean->low, point->low, 1e-6);
    cr_expect_float_eq(mean->high, point->high, 1e-6);
    clear_pair(&both);
}

Test(compare, weighs_points_alike)
{
    pair both;
    make_pair(&both, 1);
    for (size_t i = 0; i < RECORD_RUNS; i++) {
        both.newer.points[0].samples[i].wall_ns *= 16;
    }
    compare(&both, 0.05);
    cr_expect_float_eq(both.comparison.mean.value, 2, 1e-6); /* the fourth root of 16 */
    clear_pair(&both);
}

Test(compare, decides_by_the_whole_interval_of_the_mean)
{
    cr_expect_eq(verdict_of(1.5, 0.05), NB_COMPARE_REGRESSION);
    cr_expect_eq(verdict_of(1.5, 1), NB_COMPARE_PASS);
    cr_expect_eq(verdict_of(1, 0.06), NB_COMPARE_PASS);
    cr_expect_eq(verdict_of(0.5, 0), NB_COMPARE_PASS);
    cr_expect_eq(verdict_of(1, 0), NB_COMPARE_CANNOT_TELL);
    cr_expect_eq(verdict_of(1.05, 0.05), NB_COMPARE_CANNOT_TELL);
}

Test(compare, gives_the_same_figures_again)
{
    pair first, second;
    make_pair(&first, 1.1);
    make_pair(&second, 1.1);
    compare(&first, 0.05);
    compare(&second, 0.05);
    cr_expect_eq(first.comparison.mean.low, second.comparison.mean.low);
    cr_expect_eq(first.comparison.mean.high, second.comparison.mean.high);
    clear_pair(&first);
    clear_pair(&second);
}

Test(compare, names_points_that_only_one_has_samples_of)
{
    pair both;
    make_pair(&both, 1);
    both.older.points[0].num_samples = 0;
    both.newer.points[3].order = NBANG_ORDER_SPREAD;
    compare(&both, 0.05);
    cr_expect_eq(both.comparison.num_points, 2);
    cr_assert_eq(both.comparison.num_only_new, 2);
    cr_expect_eq(both.comparison.only_new[0], &both.newer.points[0]);
    cr_expect_eq(both.comparison.only_new[1], &both.newer.points[3]);
    cr_assert_eq(both.comparison.num_only_old, 1);
    cr_expect_eq(both.comparison.only_old[0], &both.older.points[3]);
    clear_pair(&both);
}

Test(compare, cannot_tell_without_enough_runs)
{
    pair both;
    make_pair(&both, 2);
    for (size_t i = 0; i < 4; i++) {
        both.newer.points[i].num_samples = 5;
    }
    compare(&both, 0.05);
    cr_expect_eq(both.comparison.num_points, 4);
    cr_expect_not(both.comparison.points[0].ratio.known);
    cr_expect_eq(both.comparison.points[0].p_holm, 1);
    cr_expect_not(both.comparison.mean.known);
    cr_expect_eq(both.comparison.verdict, NB_COMPARE_CANNOT_TELL);
    clear_pair(&both);
}

Test(compare, leaves_points_with_too_few_runs_out_of_the_mean)
{
    pair both;
    make_pair(&both, 1.5);
    both.newer.points[0].num_samples = 5;
    for (size_t i = 0; i < RECORD_RUNS; i++) {
        both.newer.points[0].samples[i].wall_ns *= 100;
    }
    compare(&both, 0.05);
    cr_expect_float_eq(both.comparison.mean.value, 1.5, 1e-6);
    cr_expect_float_eq(both.comparison.points[1].p_holm, 3 * both.comparison.points[1].p_value,
                       1e-9);
    clear_pair(&both);
}

Test(compare, takes_points_with_different_numbers_of_runs)
{
    pair both;
    make_pair(&both, 1.5);
    both.newer.points[1].num_samples = 7;
    both.older.points[2].num_samples = 6;
    compare(&both, 0.05);
    cr_expect(both.comparison.mean.known);
    for (size_t i = 0; i < 4; i++) {
        const nb_interval *ratio = &both.comparison.points[i].ratio;
        cr_expect(ratio->known && ratio->low <= ratio->value && ratio->value <= ratio->high);
        cr_expect(ratio->low > 1.3 && ratio->high < 1.7);
    }
    clear_pair(&both);
}

Test(compare, of_nothing_cannot_tell)
{
    pair both;
    cr_assert_eq(nb_record_init(&both.older), NBANG_OK);
    cr_assert_eq(nb_record_init(&both.newer), NBANG_OK);
    compare(&both, 0.05);
    cr_expect_eq(both.comparison.num_points, 0);
    cr_expect_eq(both.comparison.verdict, NB_COMPARE_CANNOT_TELL);
    clear_pair(&both);
}

/* ---- metadata ---- */

Test(compare, knows_machines_by_their_fingerprints)
{
    pair both;
    make_pair(&both, 1);
    cr_expect_eq(nb_compare_machines(&both.older, &both.newer), NB_SAME_MACHINE);
    json_object_set_new(both.newer.metadata, "fingerprint", json_string("fedcba9876543210"));
    cr_expect_eq(nb_compare_machines(&both.older, &both.newer), NB_OTHER_MACHINE);
    json_object_set_new(both.newer.metadata, "fingerprint", json_null());
    cr_expect_eq(nb_compare_machines(&both.older, &both.newer), NB_MACHINE_UNKNOWN);
    both.comparison = (nb_comparison){.num_points = 0};
    clear_pair(&both);
}

Test(compare, lists_what_both_know_and_what_differs)
{
    pair both;
    make_pair(&both, 1);
    nb_difference found[NB_DIFFERENCES_MAX];
    cr_expect_eq(nb_compare_metadata(found, &both.older, &both.newer), 0);
    json_object_set_new(both.newer.metadata, "kernel", json_string("6.19.0"));
    json_object_set_new(both.newer.metadata, "git_dirty", json_true());
    json_object_set_new(both.newer.metadata, "compiler", json_null());
    json_object_del(both.newer.metadata, "libc");
    json_object_set_new(both.newer.metadata, "date", json_string("2027"));
    cr_assert_eq(nb_compare_metadata(found, &both.older, &both.newer), 2);
    cr_expect_str_eq(found[0].name, "git_dirty");
    cr_expect_str_eq(found[1].name, "kernel");
    cr_expect_str_eq(json_string_value(found[1].older), "6.18.0");
    cr_expect_str_eq(json_string_value(found[1].newer), "6.19.0");
    both.comparison = (nb_comparison){.num_points = 0};
    clear_pair(&both);
}
