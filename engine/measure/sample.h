/* One sample of a benchmark: a run of this program in a fresh process. */
#ifndef NB_MEASURE_SAMPLE_H
#define NB_MEASURE_SAMPLE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/record.h"
#include "measure/trace_read.h"

typedef struct nb_sampler {
    char program[PATH_MAX];
    bool is_own;   /* it is the one that this process runs */
    int cancel_fd; /* readable: end a run that is under way; 0: nothing does that */
} nb_sampler;

/* Samples of `program`, or if that is NULL of the program that this process runs: of that very
 * file, also if its name has been given to another one meanwhile. */
void nb_sampler_init(nb_sampler *sampler, const char *program, int cancel_fd);

/* The arguments of a sample of `point`, ended by NULL; the strings belong to `arguments`, to the
 * sampler and to the workload. */
#define NB_SAMPLE_MAX_ARGUMENTS 14
typedef struct nb_sample_arguments {
    const char *argv[NB_SAMPLE_MAX_ARGUMENTS];
    char workers[16], bind[16], order[16];
} nb_sample_arguments;
void nb_sample_arguments_fill(nb_sample_arguments *arguments, const nb_sampler *sampler,
                              const nb_point *point);

/* Runs `point` once, with its output to /dev/null, and measures it; `turn` is left for the caller.
 * NBANG_INVALID with one line in `error` if it failed, as "strong-1e6-v1/workers:2 failed with exit
 * code 1: nbang: ...". NBANG_INTERRUPTED after cancel_fd became readable, NBANG_SYSTEM with a line
 * if no process could be made. */
NB_MUST_CHECK nb_status nb_sampler_take(const nb_sampler *sampler, const nb_point *point,
                                        nb_sample *sample, char *error, size_t error_size);

/* Runs `point` once, with its output through a pipe, and compares the SHA-256 of that with what its
 * workload is known by. Errors as above; NBANG_INVALID, too, if they differ. */
NB_MUST_CHECK nb_status nb_sampler_check(const nb_sampler *sampler, const nb_point *point,
                                         char *error, size_t error_size);

/* Runs `point` once with --trace, which costs it a little time, and reads the trace, which the
 * caller clears. Errors as above; NBANG_INVALID, too, if the trace cannot be read. */
NB_MUST_CHECK nb_status nb_sampler_trace(const nb_sampler *sampler, const nb_point *point,
                                         nb_trace_data *trace, char *error, size_t error_size);

#endif
