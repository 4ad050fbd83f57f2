/* Records over time, in an SQLite database that several programs may write at once.
 *
 * A file that is damaged, belongs to another program or was made by a newer nbang is an error, and
 * not a byte of it is changed: its header is looked at before SQLite sees it, and before anything
 * is written all of it is checked. A new database appears whole under its name. Beside it there is
 * nothing but SQLite's journal, while a record is written.
 *
 * Tables: `runs`, a record each, with what it is looked for by, and as JSON all of it; `points`,
 * the medians of each. */
#ifndef NB_MEASURE_HISTORY_H
#define NB_MEASURE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "measure/analysis.h"
#include "measure/record.h"

/* Enough for every error text below, with its terminator: one line that does not name the file. */
#define NB_HISTORY_ERROR_SIZE 512

typedef struct nb_history nb_history;

/* Where the history is unless told otherwise: $XDG_DATA_HOME/nbang/history.db, and without that
 * variable ~/.local/share/nbang/history.db. A new string. NBANG_INVALID without HOME either, or
 * NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_history_default_path(char **path);

/* Makes the folders that `path` lies in, for this user only, as the XDG Base Directory
 * Specification asks for. NBANG_SYSTEM (errno tells why) or NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_history_make_folders(const char *path);

/* What it is opened for. */
typedef enum nb_history_use {
    NB_HISTORY_READ, /* it must be there: NBANG_END if it is not */
    NB_HISTORY_WRITE /* made if it is not there, in a folder that is; all of it is checked */
} nb_history_use;

/* Opens the history at `path`; the caller closes it. NBANG_INVALID if the file is no history that
 * this nbang can use, NBANG_SYSTEM if it cannot be read or written, NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_history_open(nb_history **history, const char *path, nb_history_use use,
                                        char error[NB_HISTORY_ERROR_SIZE]);
void nb_history_close(nb_history *history);

/* ---- writing: each call is one transaction, and waits up to ten seconds for other writers ---- */

/* Adds a record, and gives its number: the first is 1, and none is used twice. */
NB_MUST_CHECK nb_status nb_history_add(nb_history *history, const nb_record *record,
                                       const nb_analysis *analysis, int64_t *id,
                                       char error[NB_HISTORY_ERROR_SIZE]);

/* Puts the record in place of what was added under that number: what has been measured so far
 * survives a program that is killed, marked as interrupted by record->interrupted. */
NB_MUST_CHECK nb_status nb_history_update(nb_history *history, int64_t id, const nb_record *record,
                                          const nb_analysis *analysis,
                                          char error[NB_HISTORY_ERROR_SIZE]);

/* ---- reading ---- */

/* What else records and points differ by: the names of the metadata, and of nb_point; ends in NULL.
 */
#define NB_HISTORY_NUM_DIMENSIONS 7
extern const char *const nb_history_dimensions[];

/* Which records are wanted; {0} is all. */
typedef struct nb_history_filter {
    const char *fingerprint; /* of this machine; NULL: of any */
    const char *workload;    /* with a point of this workload, and no other points */
    unsigned workers;        /* the same; 0: any */
    const char *commit;      /* a prefix; NULL: any */
    const char *since;       /* an ISO 8601 date, or the beginning of one, as "2026-11"; or NULL */
    const char *dimensions[NB_HISTORY_NUM_DIMENSIONS]; /* by position; NULL: any */
    uint64_t limit;                                    /* the newest so many; 0: all */
} nb_history_filter;

/* A point of a record. A record without points has one row, whose workload is NULL. */
typedef struct nb_history_row {
    int64_t id;
    const char *date, *fingerprint, *version, *commit; /* "" if not known */
    const char *kernel, *libc, *compiler, *simd;       /* likewise */
    bool dirty;                                        /* the commit was not all that was built */
    bool interrupted;
    const char *workload, *bind, *order; /* the names that nb_point has for them */
    unsigned workers;
    uint64_t runs;
    nb_interval median_ns; /* as of nb_point_result: its value counts even if it is not known, but
                              is 0 if the database has something else than a time */
} nb_history_row;

/* Calls `row` for each, oldest record first, points in the order of the record; strings last until
 * it returns, and a status other than NBANG_OK ends it and is returned. */
NB_MUST_CHECK nb_status nb_history_list(nb_history *history, const nb_history_filter *filter,
                                        nb_status (*row)(void *ctx, const nb_history_row *row),
                                        void *ctx, char error[NB_HISTORY_ERROR_SIZE]);

/* The number of records that the filter lets through, whatever its limit. */
NB_MUST_CHECK nb_status nb_history_count(nb_history *history, const nb_history_filter *filter,
                                         uint64_t *count, char error[NB_HISTORY_ERROR_SIZE]);

/* The number of the record that is called `name`: "12" or "#12", "last", "last~2" (two before the
 * last), or the beginning of a commit, of at least four characters: the last record of it.
 * NBANG_INVALID if there is none, or if several commits begin so. */
NB_MUST_CHECK nb_status nb_history_find(nb_history *history, const char *name, int64_t *id,
                                        char error[NB_HISTORY_ERROR_SIZE]);

/* The record of that number, which the caller clears. */
NB_MUST_CHECK nb_status nb_history_get(nb_history *history, int64_t id, nb_record *record,
                                       char error[NB_HISTORY_ERROR_SIZE]);

#endif
