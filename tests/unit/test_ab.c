#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "measure/ab.h"

enum { MOST = 400 };
static nb_ab_pair pairs[MOST];

/* Evenly between -1 and 1. */
static double even(nb_random *random)
{
    return (double)nb_random_below(random, 2000001) / 1e6 - 1;
}

/* A disturbance as machines have them: a few percent, and one run in five up to three times as
 * long. */
static double disturbed(nb_random *random)
{
    const double usual = 1 + 0.03 * even(random);
    return nb_random_below(random, 5) == 0 ? usual * (2 + even(random)) : usual;
}

/* Fills in pairs in which B takes `ratio` times as long but for what disturbs both. */
static void fill(size_t count, double ratio, uint64_t seed)
{
    nb_random random;
    nb_random_init(&random, seed, 99);
    for (size_t i = 0; i < count; i++) {
        pairs[i].a_ns = (uint64_t)(1e7 * disturbed(&random));
        pairs[i].b_ns = (uint64_t)(1e7 * ratio * disturbed(&random));
    }
}

static void look(nb_ab_test *test, size_t count, double spent)
{
    cr_assert_eq(nb_ab_look(test, pairs, count, spent), NBANG_OK);
}

/* One look at all there is. */
static nb_ab_test look_once(size_t count, double threshold)
{
    nb_ab_test test;
    nb_ab_begin(&test, threshold, 1);
    look(&test, count, 1);
    return test;
}

Test(ab, passes_equal_commands)
{
    fill(60, 1, 1);
    const nb_ab_test test = look_once(60, 0.05);
    cr_expect_eq(test.verdict, NB_AB_PASS);
    cr_expect(test.decisive.known);
    cr_expect_lt(test.decisive.high, 1.05);
    cr_expect_eq(test.looks, 1);
    cr_expect_eq(test.spent, 1);
}

Test(ab, finds_what_takes_longer_than_allowed)
{
    fill(60, 1.2, 2);
    const nb_ab_test test = look_once(60, 0.05);
    cr_expect_eq(test.verdict, NB_AB_REGRESSION);
    cr_expect_gt(test.decisive.low, 1.05);
    cr_expect_float_eq(test.ratio.value, 1.2, 0.05);
}

Test(ab, passes_what_is_slower_by_less_than_allowed)
{
    fill(60, 1.2, 2);
    cr_expect_eq(look_once(60, 0.4).verdict, NB_AB_PASS);
}

Test(ab, cannot_tell_what_lies_on_the_threshold)
{
    fill(60, 1.05, 3);
    const nb_ab_test test = look_once(60, 0.05);
    cr_expect_eq(test.verdict, NB_AB_CANNOT_TELL);
    cr_expect_lt(test.decisive.low, 1.05);
    cr_expect_gt(test.decisive.high, 1.05);
    cr_expect_neq(test.needed_pairs, 1);
    cr_expect(test.needed_pairs == 0 || test.needed_pairs > 60);
}

Test(ab, ratio_is_the_median_of_the_ratios_of_pairs)
{
    static const nb_ab_pair given[] = {{100, 130}, {200, 200}, {400, 440},  {50, 45},
                                       {10, 20},   {80, 84},   {1000, 1010}};
    memcpy(pairs, given, sizeof(given));
    /* 1.3, 1, 1.1, 0.9, 2, 1.05, 1.01 */
    const nb_ab_test test = look_once(7, 0.05);
    cr_expect_float_eq(test.ratio.value, 1.05, 1e-12, "%.17g", test.ratio.value);
    cr_expect_float_eq(test.a_ns.value, 100, 1e-9);
    cr_expect_float_eq(test.b_ns.value, 130, 1e-9);
}

Test(ab, command_that_is_slow_in_most_of_its_runs_does_not_pass)
{
    /* Twice as long in three of five runs, and as long as A in the others: nothing may make those
     * count more. */
    fill(200, 1, 4);
    for (size_t i = 0; i < 200; i++) {
        pairs[i].b_ns *= i * 7 % 10 < 6 ? 2 : 1;
    }
    const nb_ab_test test = look_once(200, 0.05);
    cr_expect_gt(test.ratio.value, 1.8, "%g", test.ratio.value);
    cr_expect_neq(test.verdict, NB_AB_PASS);
}

Test(ab, drift_of_the_whole_machine_does_not_matter)
{
    fill(60, 1.1, 4);
    const nb_ab_test still = look_once(60, 0.05);
    double speed = 1;
    for (size_t i = 0; i < 60; i++, speed *= 1.05) {
        pairs[i].a_ns = (uint64_t)((double)pairs[i].a_ns * speed);
        pairs[i].b_ns = (uint64_t)((double)pairs[i].b_ns * speed);
    }
    const nb_ab_test drifting = look_once(60, 0.05);
    cr_expect_float_eq(drifting.decisive.value, still.decisive.value, 1e-6);
    cr_expect_float_eq(drifting.decisive.low, still.decisive.low, 1e-6);
    cr_expect_float_eq(drifting.decisive.high, still.decisive.high, 1e-6);
}

Test(ab, too_few_pairs_say_nothing_however_clear_they_are)
{
    for (size_t i = 0; i < 6; i++) {
        pairs[i] = (nb_ab_pair){.a_ns = 1000, .b_ns = 9000 + i};
    }
    /* 2 / 2^5 is more than 5 %, 2 / 2^6 is less. */
    nb_ab_test test = look_once(5, 0.05);
    cr_expect_eq(test.verdict, NB_AB_CANNOT_TELL);
    cr_expect_not(test.decisive.known);
    cr_expect_not(test.ratio.known);
    cr_expect_float_eq(test.ratio.value, 9.002, 1e-9);
    cr_expect_geq(test.needed_pairs, 6);
    test = look_once(6, 0.05);
    cr_expect_eq(test.verdict, NB_AB_REGRESSION);
    cr_expect(test.ratio.known);
    test = look_once(2, 0.05);
    cr_expect_not(test.a_ns.known);
    cr_expect_eq(test.a_ns.value, 1000);
}

Test(ab, the_less_a_look_may_miss_the_more_pairs_it_needs)
{
    nb_ab_test test;
    nb_ab_begin(&test, 0.05, 1);
    cr_expect_eq(nb_ab_min_pairs(&test, 1), 6);
    cr_expect_eq(nb_ab_min_pairs(&test, 0.5), 7);
    cr_expect_eq(nb_ab_min_pairs(&test, 1.0 / 16), 10);
    test.spent = 0.5;
    cr_expect_eq(nb_ab_min_pairs(&test, 1), 7);
}

Test(ab, an_early_look_asks_for_more_and_leaves_the_rest_open)
{
    fill(40, 1.06, 6);
    nb_ab_test test;
    nb_ab_begin(&test, 0.05, 1);
    look(&test, 20, 0.0625);
    cr_expect_eq(test.verdict, NB_AB_OPEN);
    cr_expect_lt(test.decisive.low, test.ratio.low);
    cr_expect_gt(test.decisive.high, test.ratio.high);
    look(&test, 40, 1);
    cr_expect_eq(test.verdict, NB_AB_CANNOT_TELL);
    cr_expect_eq(test.looks, 2);
    cr_expect_eq(test.spent, 1);
}

Test(ab, a_single_look_is_a_plain_interval)
{
    fill(30, 1, 7);
    const nb_ab_test test = look_once(30, 0.05);
    cr_expect_eq(test.decisive.low, test.ratio.low);
    cr_expect_eq(test.decisive.high, test.ratio.high);
}

Test(ab, all_looks_together_miss_as_seldom_as_they_say)
{
    /* 100 comparisons of equal commands with four looks each: any interval that leaves 1 out is a
     * miss. With a true rate of 5 % there are more than 12 once in a thousand times. */
    static const size_t counts[] = {8, 15, 30, 60};
    unsigned missed = 0;
    unsigned missed_plainly = 0;
    for (uint64_t trial = 0; trial < 100; trial++) {
        fill(60, 1, 1000 + trial);
        nb_ab_test test;
        nb_ab_begin(&test, 10, trial); /* far away: no verdict before the end */
        bool misses = false;
        bool misses_plainly = false;
        for (int i = 0; i < 4; i++) {
            look(&test, counts[i], (double)counts[i] / 60);
            misses |= test.decisive.low > 1 || test.decisive.high < 1;
            misses_plainly |= test.ratio.low > 1 || test.ratio.high < 1;
        }
        missed += misses;
        missed_plainly += misses_plainly;
    }
    cr_expect_leq(missed, 12, "%u of 100", missed);
    cr_expect_gt(missed_plainly, missed, "%u and %u", missed_plainly, missed);
}

Test(ab, as_many_pairs_as_it_says_decide_as_often_as_it_says)
{
    /* The noise is such that 12 pairs are too few for 5 % against 2 %. */
    unsigned decided = 0;
    unsigned asked = 0;
    for (uint64_t trial = 0; trial < 60; trial++) {
        fill(MOST, 1.05, 2000 + trial);
        const nb_ab_test few = look_once(12, 0.02);
        if (few.verdict != NB_AB_CANNOT_TELL || few.needed_pairs == 0 || few.needed_pairs > MOST) {
            continue;
        }
        asked++;
        decided += look_once(few.needed_pairs, 0.02).verdict != NB_AB_CANNOT_TELL;
    }
    cr_assert_geq(asked, 10, "%u", asked);
    cr_expect_geq(decided, asked / 2, "%u of %u", decided, asked);
}

Test(ab, extreme_times_stay_finite)
{
    for (size_t i = 0; i < 20; i++) {
        pairs[i] = (nb_ab_pair){.a_ns = i % 2 == 0 ? 0 : UINT64_MAX,
                                .b_ns = i % 3 == 0 ? UINT64_MAX : i % 3 - 1};
    }
    const nb_ab_test test = look_once(20, 0.05);
    cr_expect(isfinite(test.ratio.value) && isfinite(test.ratio.low) && isfinite(test.ratio.high));
    cr_expect(isfinite(test.a_ns.high) && isfinite(test.b_ns.high));
}

Test(ab, the_same_pairs_and_seed_give_the_same_figures)
{
    fill(30, 1.02, 8);
    const nb_ab_test first = look_once(30, 0.05);
    const nb_ab_test second = look_once(30, 0.05);
    cr_expect_eq(memcmp(&first.decisive, &second.decisive, sizeof(first.decisive)), 0);
    cr_expect_eq(first.needed_pairs, second.needed_pairs);
}
