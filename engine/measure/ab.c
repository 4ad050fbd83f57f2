#include "measure/ab.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "measure/analysis.h"

/* Resamples for the ratio: the narrowest tail that a look asks for shall still have several of
 * them. With thousands of pairs there are fewer, so that a look takes a few tenths of a second. */
#define MAX_DRAWS 10000
#define MAX_DRAWN 10000000

/* What the intervals of all looks together may miss by. */
#define ERROR_RATE (1 - NB_STAT_COVERAGE)

/* How many times as many pairs give an interval that decides four times out of five as give one
 * that would just decide, were the estimate right: ((1.960 + 0.842) / 1.960)^2, of the quantiles of
 * the normal distribution. */
#define POWER_FACTOR 2.04

/* Above this a number of pairs says no more than "too many". */
#define MAX_NEEDED 1e7

void nb_ab_begin(nb_ab_test *test, double threshold, uint64_t seed)
{
    *test = (nb_ab_test){.threshold = threshold, .seed = seed, .verdict = NB_AB_OPEN};
}

/* All n ratios lie on one side of the true median with probability 2 / 2^n. */
static size_t min_pairs(double error_rate)
{
    return (size_t)ceil(1 - log2(error_rate));
}

size_t nb_ab_min_pairs(const nb_ab_test *test, double spent)
{
    return min_pairs(ERROR_RATE * (spent - test->spent));
}

/* ---- the estimates of a look ---- */

/* What a look works on: logarithms of ratios, and room for resamples. */
typedef struct look {
    nb_ab_test *test;
    const nb_ab_pair *pairs;
    size_t count;
    double *values; /* as many as runs */
    double *draws;
    size_t num_draws;
} look;

/* A time of which the logarithm can be taken. */
static double positive(uint64_t ns)
{
    return ns > 0 ? (double)ns : 1;
}

static double log_ratio(const nb_ab_pair *pair)
{
    return log(positive(pair->b_ns)) - log(positive(pair->a_ns));
}

/* Resamples the values, which it sorts. */
static nb_status draw(const look *self, size_t num_draws, uint64_t stream)
{
    nb_random random;
    nb_random_init(&random, self->test->seed, stream);
    nb_stat_sort(self->values, self->count);
    return nb_stat_bootstrap(self->draws, num_draws, self->values, self->count, &random,
                             nb_stat_median);
}

/* The interval of the ratio whose logarithm has been drawn. */
static nb_interval ratio_interval(const look *self, double log_value, double coverage)
{
    nb_interval interval = nb_stat_interval(log_value, self->draws, self->num_draws, coverage);
    interval.value = exp(interval.value);
    interval.low = exp(interval.low);
    interval.high = exp(interval.high);
    return interval;
}

static nb_status estimate_ratio(const look *self, double coverage)
{
    for (size_t i = 0; i < self->count; i++) {
        self->values[i] = log_ratio(&self->pairs[i]);
    }
    nb_status status = draw(self, self->num_draws, 0);
    if (status == NBANG_OK) {
        const double median = nb_stat_median(self->values, self->count);
        self->test->ratio = ratio_interval(self, median, NB_STAT_COVERAGE);
        self->test->decisive = ratio_interval(self, median, coverage);
    }
    return status;
}

/* The median of the runs of one command. */
static nb_status estimate_time(const look *self, bool is_b)
{
    for (size_t i = 0; i < self->count; i++) {
        self->values[i] = (double)(is_b ? self->pairs[i].b_ns : self->pairs[i].a_ns);
    }
    nb_status status = draw(self, NB_STAT_DRAWS, is_b ? 2 : 1);
    if (status == NBANG_OK) {
        nb_interval median = nb_stat_interval(nb_stat_median(self->values, self->count),
                                              self->draws, NB_STAT_DRAWS, NB_STAT_COVERAGE);
        median.known = median.known && self->count >= NB_POINT_MIN_RUNS;
        const double spread = nb_stat_spread(self->values, self->count);
        *(is_b ? &self->test->b_ns : &self->test->a_ns) = median;
        *(is_b ? &self->test->b_spread : &self->test->a_spread) = spread;
    }
    return status;
}

/* ---- the decision ---- */

/* How many pairs would probably decide if the ratio is what it seems to be: the width of an
 * interval goes with one over the square root of their number. */
static size_t estimate_need(const nb_ab_test *test, size_t count, size_t fewest)
{
    const double limit = log(1 + test->threshold);
    const double value = log(test->decisive.value);
    const double distance = fabs(value - limit);
    const double width =
        value > limit ? value - log(test->decisive.low) : log(test->decisive.high) - value;
    const double share = width / distance;
    const double needed = ceil((double)count * share * share * POWER_FACTOR);
    if (!(needed <= MAX_NEEDED)) { /* or there is no distance at all */
        return 0;
    }
    const size_t found = (size_t)needed > fewest ? (size_t)needed : fewest;
    return found > count ? found : count + 1;
}

/* What the interval says; with too few pairs for it, nothing. */
static void decide(nb_ab_test *test, size_t count, double spent)
{
    const size_t fewest = nb_ab_min_pairs(test, spent);
    const double limit = 1 + test->threshold;
    test->ratio.known = test->ratio.known && count >= min_pairs(ERROR_RATE);
    test->decisive.known = test->decisive.known && count >= fewest;
    if (test->decisive.known && test->decisive.low > limit) {
        test->verdict = NB_AB_REGRESSION;
    } else if (test->decisive.known && test->decisive.high < limit) {
        test->verdict = NB_AB_PASS;
    } else {
        test->verdict = spent < 1 ? NB_AB_OPEN : NB_AB_CANNOT_TELL;
        test->needed_pairs = estimate_need(test, count, fewest);
    }
}

nb_status nb_ab_look(nb_ab_test *test, const nb_ab_pair *pairs, size_t count, double spent)
{
    assert(count > 0 && spent > test->spent && spent <= 1);
    const size_t affordable = MAX_DRAWN / count;
    const look self = {
        .test = test,
        .pairs = pairs,
        .count = count,
        .values = malloc(count * sizeof(*self.values)),
        .draws = malloc(MAX_DRAWS * sizeof(*self.draws)),
        .num_draws = affordable > MAX_DRAWS       ? MAX_DRAWS
                     : affordable > NB_STAT_DRAWS ? affordable
                                                  : NB_STAT_DRAWS,
    };
    nb_status status = self.values != NULL && self.draws != NULL ? NBANG_OK : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = estimate_time(&self, false);
    }
    if (status == NBANG_OK) {
        status = estimate_time(&self, true);
    }
    if (status == NBANG_OK) {
        status = estimate_ratio(&self, 1 - ERROR_RATE * (spent - test->spent));
    }
    if (status == NBANG_OK) {
        decide(test, count, spent);
        test->looks++;
        test->spent = spent;
    }
    free(self.values);
    free(self.draws);
    return status;
}
