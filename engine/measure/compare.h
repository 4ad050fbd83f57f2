/* How much longer one record takes than another, point by point and all in all. Pure: nothing is
 * measured, and the same records give the same figures.
 *
 * The ratio of a point is that of the medians, new over old. Its 95 % interval comes from the
 * bootstrap, which draws rounds, the same for all points of a record: what disturbs a round
 * disturbs all of its samples, and so their geometric mean, which is what decides. Whether a point
 * differs at all is told by the test of Mann and Whitney (1947) in its normal approximation,
 * corrected for ties and continuity, and over all points by Holm (1979).
 *
 * What none of this can see is what was different between the two sessions; two programs that are
 * to be compared today are better run in one (see ab.h). */
#ifndef NB_MEASURE_COMPARE_H
#define NB_MEASURE_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/record.h"
#include "measure/statistics.h"

/* A point that both records have with samples. */
typedef struct nb_compared_point {
    const nb_point *older, *newer; /* in the records */
    double old_ns, new_ns;         /* medians */
    nb_interval ratio;             /* unknown below NB_POINT_MIN_RUNS on either side, but for its
                                      value */
    double p_value;                /* 1 if the ratio is not known */
    double p_holm;                 /* the same, to be compared with 5 % for all points together */
} nb_compared_point;

typedef enum nb_compare_verdict {
    NB_COMPARE_PASS,       /* the whole interval of the mean lies below the threshold */
    NB_COMPARE_REGRESSION, /* all of it lies above */
    NB_COMPARE_CANNOT_TELL /* it lies on both sides, or is not known */
} nb_compare_verdict;

typedef struct nb_comparison {
    nb_compared_point *points; /* in the order of the newer record; owned, as those below are */
    size_t num_points;
    const nb_point **only_old, **only_new; /* points that the other has no samples of */
    size_t num_only_old, num_only_new;
    nb_interval mean; /* the geometric mean of the ratios that are known; unknown without any */
    nb_compare_verdict verdict;
} nb_comparison;

/* Compares two records, which must outlive the result. The threshold is a share: 0.05 calls it a
 * regression if the mean is above 1.05 for sure. NBANG_NO_MEMORY is the only error. Takes about
 * 20 us for each sample. */
NB_MUST_CHECK nb_status nb_comparison_create(nb_comparison *comparison, const nb_record *older,
                                             const nb_record *newer, double threshold);
void nb_comparison_clear(nb_comparison *comparison);

/* ---- what else differs ---- */

/* Whether both come from the same machine: by the fingerprints, if both have one. */
typedef enum nb_same_machine {
    NB_SAME_MACHINE,
    NB_OTHER_MACHINE,
    NB_MACHINE_UNKNOWN
} nb_same_machine;
nb_same_machine nb_compare_machines(const nb_record *older, const nb_record *newer);

/* A member of the metadata that explains a difference: of the program, the system or its state. */
typedef struct nb_difference {
    const char *name;            /* as in the metadata */
    const json_t *older, *newer; /* in the records */
} nb_difference;

/* Writes those that both records know and that differ, and returns how many. */
#define NB_DIFFERENCES_MAX 18
size_t nb_compare_metadata(nb_difference out[NB_DIFFERENCES_MAX], const nb_record *older,
                           const nb_record *newer);

/* ---- the test ---- */

/* The two-sided p-value of Mann and Whitney's test, for samples that are sorted upwards, at least
 * one on each side; 1 if all are equal. */
double nb_compare_mann_whitney(const double *a, size_t num_a, const double *b, size_t num_b);

#endif
