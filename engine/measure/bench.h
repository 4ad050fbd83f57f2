/* `nbang bench` without its command line: which points to measure, and the measuring. */
#ifndef NB_MEASURE_BENCH_H
#define NB_MEASURE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "measure/record.h"
#include "measure/trace_read.h"

/* ---- how much ---- */

/* Presets. */
typedef enum nb_bench_preset {
    NB_BENCH_QUICK,    /* the small workloads: under 20 s on two cores */
    NB_BENCH_STANDARD, /* all workloads, a worker per core, up to 2 minutes */
    NB_BENCH_FULL      /* all placements that differ on this machine, up to 20 minutes */
} nb_bench_preset;

/* What to measure and how long. What is empty or 0 is what the preset says; with only one of runs
 * and time_limit_ns given, the other does not limit. */
typedef struct nb_bench_plan {
    nb_bench_preset preset;
    unsigned workloads;      /* a set: bit i is the workload nb_workloads_at(i) */
    unsigned binds;          /* a set: bit i is the nbang_bind i */
    unsigned orders;         /* a set: bit i is the nbang_order i */
    const unsigned *workers; /* numbers of workers, ascending, each once */
    size_t num_workers;
    unsigned runs;          /* samples of each point */
    uint64_t time_limit_ns; /* of all; the first round is taken to its end all the same */
} nb_bench_plan;

/* Adds the points of a plan, without samples, to an empty record: workloads by placements by
 * numbers of workers. Placed on NBANG_BIND_NONE an order means nothing, so that it comes once.
 *
 * Numbers of workers that are not given: from 1 to the number of slots, all of them up to 8 and
 * then in steps of about a third; with NBANG_BIND_PU physical cores come first, then their second
 * hardware threads. On 6 cores and more that makes the six points that models are fitted to.
 *
 * NBANG_SYSTEM with one line in `error` if the machine cannot be read, NBANG_INVALID with one if
 * these are more points than a record may have, or NBANG_NO_MEMORY. Takes milliseconds. */
NB_MUST_CHECK nb_status nb_bench_add_points(nb_record *record, const nb_bench_plan *plan,
                                            char *error, size_t error_size);

/* The limits that a plan comes to; 0: none. */
unsigned nb_bench_runs(const nb_bench_plan *plan);
uint64_t nb_bench_time_limit_ns(const nb_bench_plan *plan);

/* Whether a machine with so many slots is measured with so many workers unless it is said with how
 * many: see above. */
bool nb_bench_is_usual(unsigned workers, unsigned slots);

/* ---- measuring ---- */

/* How far it is. */
typedef struct nb_bench_progress {
    bool warming_up;
    size_t turns;     /* samples that have been taken, of all points; warm-ups that are over */
    size_t num_turns; /* of how many; 0: as many as there is time for */
    uint64_t elapsed_ns, time_limit_ns; /* 0: no limit */
    const nb_point *point;              /* measured next */
} nb_bench_progress;

typedef struct nb_bench_options {
    const char *program;    /* NULL: this program, which is /proc/self/exe */
    unsigned runs;          /* as nb_bench_runs */
    uint64_t time_limit_ns; /* from the call on */
    int cancel_fd;          /* readable: end at once; 0: nothing does that */
    nb_trace_data *trace;   /* gets the trace of a run that is not measured, of the point below;
                               the caller clears it. NULL: no such run */
    void *ctx;              /* of the two hooks, which may be NULL */
    void (*progress)(void *ctx, const nb_bench_progress *progress);
    /* After each round, when nothing runs: the record so far, which says that it has been
     * interrupted. What is not NBANG_OK ends the measurement and is its status. */
    nb_status (*round)(void *ctx, const nb_record *record);
} nb_bench_options;

/* The point that a trace is of: the first workload and placement, with the most workers. The record
 * must have one. */
const nb_point *nb_bench_traced_point(const nb_record *record);

/* Measures the points of a record, and fills its metadata in: one run of each to warm up, the
 * output of which must have the sum that its workload is known by, then rounds (measure/rounds.h)
 * of samples. A sample is a fresh process, `nbang -q --no-reuse --fixed -j N --bind=B --order=O
 * JOBS` with its output to /dev/null.
 *
 * Until it comes to its end the record says that it was interrupted. NBANG_INTERRUPTED if
 * cancel_fd ended it; NBANG_INVALID with one line in `error` if a run failed or printed the wrong
 * digits; NBANG_SYSTEM, with a line, or NBANG_NO_MEMORY. The record holds what was measured in any
 * case, and no process is left. */
NB_MUST_CHECK nb_status nb_bench_run(nb_record *record, const nb_bench_options *options,
                                     char *error, size_t error_size);

#endif
