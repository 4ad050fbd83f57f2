/* Where the record of a benchmark goes, other than to people: files that are written anew after
 * each round, so that what was measured survives whatever ends the benchmark. */
#ifndef NB_CLI_BENCH_OUTPUTS_H
#define NB_CLI_BENCH_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "measure/export.h"
#include "measure/report.h"

typedef enum nb_bench_output_kind {
    NB_BENCH_EXPORT,
    NB_BENCH_REPORT, /* the whole of it, as HTML */
    NB_BENCH_CHART   /* its speed-up chart, as SVG */
} nb_bench_output_kind;

typedef struct nb_bench_output {
    nb_bench_output_kind kind;
    nb_export_format format; /* of an export */
    char *path;              /* owned; "-" is standard output */
} nb_bench_output;

typedef struct nb_bench_outputs {
    nb_bench_output *items; /* owned */
    size_t count;
} nb_bench_outputs;

/* Adds one; it takes a copy of the path. NBANG_INVALID if there is one of that path already, or
 * NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_bench_outputs_add(nb_bench_outputs *outputs, nb_bench_output_kind kind,
                                             nb_export_format format, const char *path);
void nb_bench_outputs_clear(nb_bench_outputs *outputs);

/* Whether one of them is standard output, and whether one of them is a whole report. */
bool nb_bench_outputs_use_stdout(const nb_bench_outputs *outputs);
bool nb_bench_outputs_have_report(const nb_bench_outputs *outputs);
/* Whether one of them is an export in this format. */
bool nb_bench_outputs_have_format(const nb_bench_outputs *outputs, nb_export_format format);

/* The three below return NBANG_SINK_FAILED with one line in `error` if an output cannot be written,
 * or NBANG_NO_MEMORY. Each file is replaced as a whole, or left as it was. Waiting for the reader
 * of a pipe ends when `cancel_fd` becomes readable. */

/* Tries whether the files can be written, and leaves them as they are. */
NB_MUST_CHECK nb_status nb_bench_outputs_try(const nb_bench_outputs *outputs, int cancel_fd,
                                             char *error, size_t error_size);

/* Writes what has been measured so far to those that are regular files, or not there yet. */
NB_MUST_CHECK nb_status nb_bench_outputs_update(const nb_bench_outputs *outputs,
                                                const nb_bench_report *results, int cancel_fd,
                                                char *error, size_t error_size);

/* Writes all of them, at the end. */
NB_MUST_CHECK nb_status nb_bench_outputs_finish(const nb_bench_outputs *outputs,
                                                const nb_bench_report *results, int cancel_fd,
                                                char *error, size_t error_size);

#endif
