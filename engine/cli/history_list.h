/* Rows of the history, as a table, as JSON or as a plot. All of them print to `out`, where errors
 * are left, and make what comes from the database printable. */
#ifndef NB_CLI_HISTORY_LIST_H
#define NB_CLI_HISTORY_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "measure/history.h"

/* ---- a line a point ---- */

typedef struct nb_history_table {
    FILE *out;
    int64_t last_id; /* 0 at the start; what all points of a record share is printed once */
} nb_history_table;

/* These fit nb_history_list: `ctx` is an nb_history_table. */
nb_status nb_history_table_row(void *ctx, const nb_history_row *row);

/* ---- an array of records, for scripts ---- */

/* `ctx` is an array of json_t, which gets the record, or the point of the last one. NBANG_NO_MEMORY
 * is the only error. */
nb_status nb_history_json_row(void *ctx, const nb_history_row *row);

/* ---- a plot: a line a record, with its median and interval on a common scale ---- */

typedef struct nb_history_mark {
    char series[208]; /* what is measured, and where; marks with the same stand together */
    char label[64];   /* the record */
    nb_interval median_ns;
} nb_history_mark;

typedef struct nb_history_plot {
    nb_history_mark *marks; /* owned */
    size_t count;
    const char
        *fingerprint; /* of the records; NULL: they may differ, and each series names its own */
} nb_history_plot;

/* `ctx` is an nb_history_plot, {0} at first. NBANG_NO_MEMORY is the only error. */
nb_status nb_history_plot_row(void *ctx, const nb_history_row *row);
void nb_history_plot_clear(nb_history_plot *plot);

/* Prints it with lines of at most `columns` characters, or 60 if that is less; without `unicode` in
 * ASCII. */
void nb_history_plot_print(FILE *out, const nb_history_plot *plot, unsigned columns, bool unicode);

/* ---- nothing ---- */

/* Says that no record was found and, if records of a workload were wanted and none has it, which
 * workloads there are. Errors as of nb_history_list. */
NB_MUST_CHECK nb_status nb_history_print_nothing(FILE *out, nb_history *history,
                                                 const char *workload,
                                                 char error[NB_HISTORY_ERROR_SIZE]);

#endif
