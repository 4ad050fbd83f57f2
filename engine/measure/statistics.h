/* Order statistics, the bootstrap, and the correction for several tests. Pure: random numbers come
 * from a state that the caller seeds, so that the same samples give the same figures. */
#ifndef NB_MEASURE_STATISTICS_H
#define NB_MEASURE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* A figure with its 95 % confidence interval, low <= value <= high, all finite. Nothing but `known`
 * counts if that is false. */
typedef struct nb_interval {
    bool known;
    double value, low, high;
} nb_interval;

/* The coverage of every interval that is shown. */
#define NB_STAT_COVERAGE 0.95

/* Resamples that such an interval is taken from: what they leave to chance is a tenth of its
 * width or less. */
#define NB_STAT_DRAWS 2000

/* ---- random numbers ---- */

/* The generator of nrand48() of POSIX: 48 bits of state, of which each draw gives the upper 31. */
typedef struct nb_random {
    unsigned short state[3];
} nb_random;

/* Streams of the same seed have nothing to do with each other. */
void nb_random_init(nb_random *random, uint64_t seed, uint64_t stream);

/* Evenly from 0 to limit - 1; `limit` is from 1 to 2^31. */
size_t nb_random_below(nb_random *random, size_t limit);

/* ---- order statistics ---- */

/* Sorts upwards, in place. The values must not be NaN. */
void nb_stat_sort(double *values, size_t count);

/* The quantile for `p` from 0 to 1 of at least one value, with linear interpolation between
 * neighbours: type 7 of Hyndman and Fan (1996), which R and NumPy take by default. */
double nb_stat_quantile(const double *sorted, size_t count, double p);

double nb_stat_median(const double *sorted, size_t count);

/* Half of the interquartile range as a share of the median; 0 if the median is 0. */
double nb_stat_spread(const double *sorted, size_t count);

/* The interval between two of the values, equally far from the ends, that contains the median of
 * the distribution that they were drawn from with a probability of at least `coverage`, whatever
 * that distribution is: how many of them lie below its median is binomial (Thompson, 1936). Unknown
 * if even all of them together are too few. */
nb_interval nb_stat_median_interval(const double *sorted, size_t count, double coverage);

/* ---- the bootstrap (Efron, 1979) ---- */

/* A statistic of values that are sorted upwards, such as nb_stat_median. */
typedef double nb_statistic(const double *sorted, size_t count);

/* The statistic of `num_draws` resamples, each as many values drawn with replacement, in the order
 * in which they were drawn: resamples of two sets of samples may be paired by their places.
 * NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_stat_bootstrap(double *draws, size_t num_draws, const double *sorted,
                                          size_t count, nb_random *random, nb_statistic *statistic);

/* The percentile interval that contains `coverage` of the draws, which it sorts, around `value`,
 * which it always contains. Unknown unless all are finite. */
nb_interval nb_stat_interval(double value, double *draws, size_t num_draws, double coverage);

/* ---- several tests at once ---- */

/* Holm's correction (1979): adjusted[i] is what to compare with the level that shall hold for all
 * the tests together; at most 1. The arrays may be the same. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_stat_holm(double *adjusted, const double *p_values, size_t count);

#endif
