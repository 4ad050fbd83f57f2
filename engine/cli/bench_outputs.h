/* Where the record of a benchmark goes, other than to people: files that are written anew after
 * each round, so that what was measured survives whatever ends the benchmark. */
#ifndef NB_CLI_BENCH_OUTPUTS_H
#define NB_CLI_BENCH_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/analysis.h"
#include "measure/export.h"
#include "measure/record.h"

typedef struct nb_bench_output {
    nb_export_format format;
    char *path; /* owned; "-" is standard output */
} nb_bench_output;

typedef struct nb_bench_outputs {
    nb_bench_output *items; /* owned */
    size_t count;
} nb_bench_outputs;

/* Adds one; it takes a copy of the path. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_bench_outputs_add(nb_bench_outputs *outputs, nb_export_format format,
                                             const char *path);
void nb_bench_outputs_clear(nb_bench_outputs *outputs);

/* Whether one of them is standard output. */
bool nb_bench_outputs_use_stdout(const nb_bench_outputs *outputs);

/* The three below return NBANG_SINK_FAILED with one line in `error` if an output cannot be written,
 * or NBANG_NO_MEMORY. Each file is replaced as a whole, or left as it was. Waiting for the reader
 * of a pipe ends when `cancel_fd` becomes readable. */

/* Tries whether the files can be written, and leaves them as they are. */
NB_MUST_CHECK nb_status nb_bench_outputs_try(const nb_bench_outputs *outputs, int cancel_fd,
                                             char *error, size_t error_size);

/* Writes what has been measured so far to those that are regular files, or not there yet. */
NB_MUST_CHECK nb_status nb_bench_outputs_update(const nb_bench_outputs *outputs,
                                                const nb_record *record, int cancel_fd, char *error,
                                                size_t error_size);

/* Writes all of them, at the end. */
NB_MUST_CHECK nb_status nb_bench_outputs_finish(const nb_bench_outputs *outputs,
                                                const nb_record *record,
                                                const nb_analysis *analysis, int cancel_fd,
                                                char *error, size_t error_size);

#endif
