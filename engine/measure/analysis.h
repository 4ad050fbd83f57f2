/* What a record's samples say: medians, scaling and models, with confidence intervals. Pure: the
 * same record gives the same figures, since every bootstrap draws from the record's seed.
 *
 * No figure is ever NaN or infinite: what cannot be said is marked as not there. */
#ifndef NB_MEASURE_ANALYSIS_H
#define NB_MEASURE_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/record.h"
#include "measure/scaling.h"
#include "measure/statistics.h"

/* Different numbers of workers, with six runs or more each and a place for each worker, that a
 * model is fitted to; with fewer it is refused. */
#define NB_FIT_MIN_POINTS 6

/* Runs below which a point has no interval: all of n runs lie on one side of the true median in 2
 * of 2^n cases, so that of five not even all from the least to the longest contain it in 95 %. */
#define NB_POINT_MIN_RUNS 6

/* What the samples of one point amount to. */
typedef struct nb_point_result {
    const nb_point *point; /* in the record */
    size_t runs;
    double min_ns;
    nb_interval
        median_ns; /* by the bootstrap, but not narrower than the exact interval; unknown below
                      NB_POINT_MIN_RUNS but for its value, which is there with any run */
    double spread; /* half of the interquartile range, as a share of the median; 0 of a single run,
                      of which it says nothing */
    nb_interval median_cpu_ns; /* likewise */
    /* Against the same series' point with one worker; unknown without one. */
    nb_interval speedup;    /* T(1) / T(N), of the medians */
    nb_interval efficiency; /* speed-up / N */
    nb_interval karp_flatt; /* (1/S - 1/N) / (1 - 1/N): Karp and Flatt, 1990; unknown for N = 1, and
                               for S < 1, where it would be no share */
    bool is_crowded; /* more workers than the placement has slots, if it is known how many: they
                        cannot all run at once, and no model is fitted to such a point */
} nb_point_result;

/* A model of a series (see measure/scaling.h), fitted to its medians; its intervals are percentiles
 * of the models that are fitted to the medians of resamples. */
typedef struct nb_fit {
    bool known;            /* otherwise `reason` says why not, in a sentence without a full stop */
    const char *reason;    /* static storage, NULL if known */
    nb_interval serial_ns; /* T(1) of the model, nanoseconds */
    nb_interval sigma;     /* contention: the serial share, 0 to 1 */
    nb_interval kappa;     /* coherence, at least 0; 0 with Amdahl */
    nb_interval
        best_workers; /* where the modelled speed-up is largest; unknown if kappa may be 0 */

    /* Private: the model itself, and those of the resamples, for nb_fit_speedup. */
    nb_usl model;
    nb_usl *draws; /* owned */
    size_t num_draws;
} nb_fit;

/* A workload and placement over numbers of workers. */
typedef struct nb_series_result {
    size_t first_point, num_points; /* in nb_analysis.points and in the record alike */
    nb_fit amdahl, usl;
} nb_series_result;

typedef struct nb_analysis {
    nb_point_result *points; /* as many as the record has, in its order; owned */
    size_t num_points;
    nb_series_result *series; /* owned */
    size_t num_series;
} nb_analysis;

/* Analyses a record, which must outlive the result. Points without samples have runs = 0 and
 * nothing known. NBANG_NO_MEMORY is the only error. Takes some tens of milliseconds: thousands of
 * resamples a point. */
NB_MUST_CHECK nb_status nb_analysis_create(nb_analysis *analysis, const nb_record *record);
void nb_analysis_clear(nb_analysis *analysis);

/* The speed-up with `workers` workers that a known fit predicts, with the interval of the
 * prediction (the bootstrap's fits evaluated there). */
nb_interval nb_fit_speedup(const nb_fit *fit, unsigned workers);

#endif
