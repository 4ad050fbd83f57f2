/* `bench --record`: the benchmark in the history, from its first round on. */
#ifndef NB_CLI_BENCH_RECORDER_H
#define NB_CLI_BENCH_RECORDER_H

#include <stdbool.h>

#include "cli/archive.h"
#include "measure/analysis.h"

typedef struct nb_bench_recorder {
    bool wanted; /* otherwise all of the below do nothing */
    char *db;    /* the history; NULL: where it usually is; owned */
    nb_archive archive;
    int64_t id; /* of the record; 0: not there yet */
} nb_bench_recorder;

/* Opens the history, before anything is measured. NBANG_INVALID if it is one that must not be
 * written to, NBANG_SINK_FAILED if it cannot be, or NBANG_NO_MEMORY; `error` then has a line. */
NB_MUST_CHECK nb_status nb_bench_recorder_open(nb_bench_recorder *recorder,
                                               char error[NB_ARCHIVE_ERROR_SIZE]);

/* Adds the record, or puts it in place of what has been added. Does nothing as long as there is no
 * sample. NBANG_SINK_FAILED, after which it may be tried again, or NBANG_NO_MEMORY; `error` as
 * above. */
NB_MUST_CHECK nb_status nb_bench_recorder_save(nb_bench_recorder *recorder, const nb_record *record,
                                               const nb_analysis *analysis,
                                               char error[NB_ARCHIVE_ERROR_SIZE]);

void nb_bench_recorder_clear(nb_bench_recorder *recorder);

#endif
