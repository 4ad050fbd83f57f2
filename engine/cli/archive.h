/* Records that were kept, by the names that people have for them: files that were exported, and
 * records of the history. */
#ifndef NB_CLI_ARCHIVE_H
#define NB_CLI_ARCHIVE_H

#include "base/status.h"
#include "measure/history.h"

/* Enough for every error text below, with its terminator; they name the file. */
#define NB_ARCHIVE_ERROR_SIZE 1024

typedef struct nb_archive {
    char *path;          /* of the database; NULL until it is known */
    nb_history *history; /* NULL until it is needed */
} nb_archive;

/* With the history at `path`, or NULL for where it usually is; it is not opened yet, since files
 * can be read without. NBANG_NO_MEMORY is the only error. The caller clears it. */
NB_MUST_CHECK nb_status nb_archive_init(nb_archive *archive, const char *path);
void nb_archive_clear(nb_archive *archive);

/* Opens the database, if it is not open: for writing it is made if it is not there, and where it
 * usually is, its folders, too. NBANG_INVALID if it is none, or not there, or if nobody knows where
 * it would be; NBANG_SYSTEM or NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_archive_open(nb_archive *archive, nb_history_use use,
                                        char error[NB_ARCHIVE_ERROR_SIZE]);

/* Writes `reason` to `error`, and before it which database it is about. */
void nb_archive_explain(const nb_archive *archive, const char *reason,
                        char error[NB_ARCHIVE_ERROR_SIZE]);

/* Large enough for what a record is called, with its terminator. */
#define NB_ARCHIVE_ORIGIN_SIZE 400

/* The record that is called `name`: a file of this name, or else what nb_history_find makes of it.
 * `origin` says which it was. The caller clears the record. Errors as above. */
NB_MUST_CHECK nb_status nb_archive_get(nb_archive *archive, const char *name, nb_record *record,
                                       char origin[NB_ARCHIVE_ORIGIN_SIZE],
                                       char error[NB_ARCHIVE_ERROR_SIZE]);

/* The record of the history that is called `name`, whatever files there are. */
NB_MUST_CHECK nb_status nb_archive_get_kept(nb_archive *archive, const char *name,
                                            nb_record *record, char origin[NB_ARCHIVE_ORIGIN_SIZE],
                                            char error[NB_ARCHIVE_ERROR_SIZE]);

#endif
