/* What a batch will amount to, from estimates alone: the time it takes, and which of its jobs get a
 * team. The same decisions that run a batch (run/plan.h) are made in an imagined one. */
#ifndef NB_RUN_FORECAST_H
#define NB_RUN_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/batch.h"
#include "nbang/estimate.h"

/* A job that may have a team, or takes long enough to have a worker of its own. */
typedef struct nb_forecast_job {
    uint64_t index; /* among all jobs */
    nbang_estimate estimate;
    unsigned threads; /* after a forecast: the most that it had at the same time */
    uint64_t wall_ns; /* and the time it took, its text included */
} nb_forecast_job;

/* Jobs that are gathered. */
typedef struct nb_forecast {
    nbang_split split;
    uint64_t memory_limit_bytes; /* for large jobs, all together */
    bool reuse;                  /* numbers may be made of others */
    uint64_t last_n;             /* of the job before, 0 at first */
    uint64_t num_jobs;
    uint64_t num_bytes;
    uint64_t small_bytes;  /* memory of the largest of the jobs that are not listed */
    uint64_t small_ns;     /* predicted time of all of them */
    nb_forecast_job *jobs; /* owned: the others, in the order in which they came */
    size_t num_large, capacity;
} nb_forecast;

/* No jobs yet; allocates nothing. To be cleared. */
void nb_forecast_init(nb_forecast *forecast, const nbang_options *options,
                      uint64_t memory_limit_bytes);
void nb_forecast_clear(nb_forecast *forecast);

/* The next job of the batch, n!, which is not refused. `estimate` is that for n, and becomes what
 * it takes after the job before, of which its number may be made. Of a great many large jobs the
 * largest are kept, since they decide about the end; the others count as small. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_forecast_add(nb_forecast *forecast, uint64_t n,
                                        nbang_estimate *estimate);

typedef struct nb_forecast_result {
    uint64_t time_ns;      /* from the first job to the last result */
    unsigned cores;        /* the most that are busy at the same time */
    uint64_t memory_bytes; /* the most that the jobs take at the same time */
} nb_forecast_result;

/* What that would be with `num_workers` >= 1 workers on as many slots. Fills in the jobs' threads
 * and times. NBANG_NO_MEMORY. Time: about (jobs that are kept)^2 nanoseconds. */
NB_MUST_CHECK nb_status nb_forecast_run(nb_forecast *forecast, unsigned num_workers,
                                        nb_forecast_result *result);

/* The job with this index and estimate, with the threads and the time that the last forecast gave
 * it. */
nb_forecast_job nb_forecast_job_at(const nb_forecast *forecast, uint64_t index,
                                   const nbang_estimate *estimate);

#endif
