#include "cli/bench_recorder.h"

#include <stdio.h>
#include <stdlib.h>

/* What cannot be written has another exit code than what cannot be read. */
static nb_status as_output(nb_status status)
{
    return status == NBANG_SYSTEM ? NBANG_SINK_FAILED : status;
}

static nb_status fail_memory(char error[NB_ARCHIVE_ERROR_SIZE])
{
    snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
    return NBANG_NO_MEMORY;
}

nb_status nb_bench_recorder_open(nb_bench_recorder *recorder, char error[NB_ARCHIVE_ERROR_SIZE])
{
    if (!recorder->wanted) {
        return NBANG_OK;
    }
    if (nb_archive_init(&recorder->archive, recorder->db) != NBANG_OK) {
        return fail_memory(error);
    }
    return as_output(nb_archive_open(&recorder->archive, NB_HISTORY_WRITE, error));
}

nb_status nb_bench_recorder_save(nb_bench_recorder *recorder, const nb_record *record,
                                 const nb_analysis *analysis, char error[NB_ARCHIVE_ERROR_SIZE])
{
    if (!recorder->wanted || !nb_record_has_samples(record)) {
        return NBANG_OK;
    }
    char reason[NB_HISTORY_ERROR_SIZE];
    nb_history *history = recorder->archive.history;
    const nb_status status =
        recorder->id == 0 ? nb_history_add(history, record, analysis, &recorder->id, reason)
                          : nb_history_update(history, recorder->id, record, analysis, reason);
    if (status) {
        nb_archive_explain(&recorder->archive, reason, error);
    }
    return status == NBANG_OK || status == NBANG_NO_MEMORY ? status : NBANG_SINK_FAILED;
}

void nb_bench_recorder_clear(nb_bench_recorder *recorder)
{
    nb_archive_clear(&recorder->archive);
    free(recorder->db);
    *recorder = (nb_bench_recorder){.wanted = false};
}
