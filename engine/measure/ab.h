/* Whether command B takes longer than command A, from pairs of runs: the estimate and the decision.
 * Pure; ab_run.h takes the runs.
 *
 * Runs come in blocks A B B A, which are two pairs of neighbours: A B and B A. Drift over a block
 * cancels, and the two runs of a pair have the same predecessor (A A, or B B), so that whatever a
 * run leaves behind it is left to both alike.
 *
 * The ratio of the times is estimated by the median of the ratios within pairs. Neighbours share
 * the state of the machine, and a run that something else got in the way of spoils its own pair
 * only, in favour of A as often as of B; half of the pairs may be spoilt. All pairs count alike: if
 * slow ones counted less, a command that is slow in most of its runs would seem as fast as in the
 * others. The interval comes from resampling pairs.
 *
 * Whoever looks at the data again and again until it says something finds something too often. So
 * the 5 % that an interval may miss by are spent in proportion to the time (Lan and DeMets, 1983,
 * with the spending function alpha t): each look takes the part that has become free since the one
 * before, and all looks together miss in 5 % of all cases at most, however they depend on each
 * other, as far as the bootstrap keeps to it: in simulations they miss in 7 % with 20 pairs, in 6 %
 * with 40 and in 2 % with 100. The interval that decides is wider for that: a repeated confidence
 * interval (Jennison and Turnbull, 1989). */
#ifndef NB_MEASURE_AB_H
#define NB_MEASURE_AB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "measure/statistics.h"

/* Fewer pairs leave no interval, and so no verdict: all of five lie on one side of the true median
 * in more than 5 % of all cases. */
#define NB_AB_MIN_PAIRS 6

typedef enum nb_ab_verdict {
    NB_AB_OPEN,       /* not yet decided */
    NB_AB_PASS,       /* the whole interval lies below the threshold */
    NB_AB_REGRESSION, /* the whole interval lies above it */
    NB_AB_CANNOT_TELL /* no more runs will come, and it lies on both sides */
} nb_ab_verdict;

/* The times of two neighbouring runs. */
typedef struct nb_ab_pair {
    uint64_t a_ns, b_ns;
} nb_ab_pair;

/* A test that is going on. */
typedef struct nb_ab_test {
    double threshold; /* by what share B may take longer, as 0.05 */
    uint64_t seed;    /* of the resampling */

    /* The state after the last look. */
    nb_ab_verdict verdict;
    nb_interval a_ns, b_ns;    /* the medians of the runs of each */
    double a_spread, b_spread; /* half of the interquartile range over the median */
    nb_interval ratio;    /* time of B over time of A, for this look alone; unknown below 6 pairs
                             but for the value */
    nb_interval decisive; /* the same with the interval that allows for all looks; unknown but for
                             the value below nb_ab_min_pairs */
    size_t needed_pairs;  /* how many would probably decide; 0: more than can be told */
    unsigned looks;
    double spent; /* share of the error probability that the looks have taken, 0 to 1 */
} nb_ab_test;

/* Ready for the first look. */
void nb_ab_begin(nb_ab_test *test, double threshold, uint64_t seed);

/* The fewest pairs with which a look when the share `spent` of all time is over could decide: the
 * interval of a median must be able to leave out so little. */
size_t nb_ab_min_pairs(const nb_ab_test *test, double spent);

/* Looks at all pairs so far when the share `spent` (above test->spent, at most 1) of the time is
 * over; 1 says that no more will come, and leaves no verdict open. NBANG_NO_MEMORY is the only
 * error. 20 ms for 100 pairs, 0.7 s for 8000. */
NB_MUST_CHECK nb_status nb_ab_look(nb_ab_test *test, const nb_ab_pair *pairs, size_t count,
                                   double spent);

#endif
