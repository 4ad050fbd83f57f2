/* What the files of the history share: the connection, and how its errors are told. */
#ifndef NB_MEASURE_HISTORY_PRIVATE_H
#define NB_MEASURE_HISTORY_PRIVATE_H

#include <sqlite3.h>

#include "measure/history.h"

struct nb_history {
    sqlite3 *db;
};

/* What the last call on `db` failed with, as a status and a line. */
nb_status nb_history_fail(sqlite3 *db, char error[NB_HISTORY_ERROR_SIZE]);

/* Runs statements without results. */
NB_MUST_CHECK nb_status nb_history_execute(sqlite3 *db, const char *sql,
                                           char error[NB_HISTORY_ERROR_SIZE]);

/* Compiles a statement, which the caller finalizes. */
NB_MUST_CHECK nb_status nb_history_prepare(sqlite3_stmt **statement, sqlite3 *db, const char *sql,
                                           char error[NB_HISTORY_ERROR_SIZE]);

#endif
