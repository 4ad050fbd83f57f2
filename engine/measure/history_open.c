/* The file of the history: finding, checking, making and opening it. See history.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "measure/history_private.h"

#define FORMAT 1
#define BUSY_TIMEOUT_MS 10000
/* "nbgh": what marks a database as a history of nbang. */
#define APPLICATION_ID 0x6e626768

static const char schema[] =
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, date TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " version TEXT NOT NULL, git_commit TEXT NOT NULL, git_dirty INTEGER NOT NULL,"
    " kernel TEXT NOT NULL, libc TEXT NOT NULL, compiler TEXT NOT NULL, simd TEXT NOT NULL,"
    " interrupted INTEGER NOT NULL, record TEXT NOT NULL);"
    "CREATE INDEX runs_by_fingerprint ON runs (fingerprint, id);"
    "CREATE INDEX runs_by_commit ON runs (git_commit, id);"
    "CREATE TABLE points ("
    " run INTEGER NOT NULL REFERENCES runs, position INTEGER NOT NULL, workload TEXT NOT NULL,"
    " workers INTEGER NOT NULL, bind TEXT NOT NULL, placement_order TEXT NOT NULL,"
    " runs INTEGER NOT NULL, median_ns REAL NOT NULL, low_ns REAL, high_ns REAL,"
    " PRIMARY KEY (run, position)) WITHOUT ROWID;"
    "CREATE INDEX points_by_workload ON points (workload, workers, run);"
    "PRAGMA application_id = 0x6e626768;"
    "PRAGMA user_version = 1;";

/* ---- errors ---- */

nb_status nb_history_fail(sqlite3 *db, char error[NB_HISTORY_ERROR_SIZE])
{
    const int code = sqlite3_errcode(db) & 0xff;
    const char *reason = sqlite3_errmsg(db);
    switch (code) {
    case SQLITE_NOMEM:
        snprintf(error, NB_HISTORY_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:    /* tables or columns are missing */
    case SQLITE_MISMATCH: /* they are of other types */
    case SQLITE_CONSTRAINT:
        snprintf(error, NB_HISTORY_ERROR_SIZE, "the database is damaged: %s", reason);
        return NBANG_INVALID;
    case SQLITE_BUSY:
        snprintf(error, NB_HISTORY_ERROR_SIZE, "another program has held the database for %d s",
                 BUSY_TIMEOUT_MS / 1000);
        return NBANG_SYSTEM;
    default:
        snprintf(error, NB_HISTORY_ERROR_SIZE, "%s", reason);
        return NBANG_SYSTEM;
    }
}

static nb_status fail_errno(char error[NB_HISTORY_ERROR_SIZE])
{
    snprintf(error, NB_HISTORY_ERROR_SIZE, "%s", strerror(errno));
    return NBANG_SYSTEM;
}

static nb_status fail_memory(char error[NB_HISTORY_ERROR_SIZE])
{
    snprintf(error, NB_HISTORY_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
    return NBANG_NO_MEMORY;
}

nb_status nb_history_execute(sqlite3 *db, const char *sql, char error[NB_HISTORY_ERROR_SIZE])
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? NBANG_OK
                                                                : nb_history_fail(db, error);
}

nb_status nb_history_prepare(sqlite3_stmt **statement, sqlite3 *db, const char *sql,
                             char error[NB_HISTORY_ERROR_SIZE])
{
    return sqlite3_prepare_v2(db, sql, -1, statement, NULL) == SQLITE_OK
               ? NBANG_OK
               : nb_history_fail(db, error);
}

/* ---- where it is ---- */

nb_status nb_history_default_path(char **path)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char *result = NULL;
    int len;
    if (data && data[0] == '/') { /* the specification has others ignored */
        len = asprintf(&result, "%s/nbang/history.db", data);
    } else if (home && home[0]) {
        len = asprintf(&result, "%s/.local/share/nbang/history.db", home);
    } else {
        return NBANG_INVALID;
    }
    if (len < 0) {
        return NBANG_NO_MEMORY;
    }
    *path = result;
    return NBANG_OK;
}

nb_status nb_history_make_folders(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = NBANG_OK;
    for (char *slash = copy; status == NBANG_OK && (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            status = NBANG_SYSTEM;
        }
        *slash = '/';
    }
    free(copy);
    return status;
}

/* ---- what it is ---- */

/* A number of the header of an SQLite database: sqlite.org/fileformat2.html, section 1.3. */
static unsigned header_number(const unsigned char *header, size_t offset)
{
    const unsigned char *at = header + offset;
    return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

/* Whether these 100 bytes are the beginning of a history that this nbang can use. */
static nb_status check_header(const unsigned char *header, char error[NB_HISTORY_ERROR_SIZE])
{
    if (memcmp(header, "SQLite format 3", 16) != 0) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "not a database of SQLite");
        return NBANG_INVALID;
    }
    const unsigned format = header_number(header, 60);
    if (header_number(header, 68) != APPLICATION_ID || format == 0) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "a database of another program");
        return NBANG_INVALID;
    }
    if (format > FORMAT) {
        snprintf(error, NB_HISTORY_ERROR_SIZE,
                 "a newer nbang made this database (its format is %u, and %d is known here)",
                 format, FORMAT);
        return NBANG_INVALID;
    }
    return NBANG_OK;
}

/* Looks at the file without SQLite, which could write to it, as to finish what another program has
 * begun. NBANG_END if there is none. */
static nb_status check_file(const char *path, char error[NB_HISTORY_ERROR_SIZE])
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? NBANG_END : fail_errno(error);
    }
    struct stat about;
    unsigned char header[100];
    nb_status status;
    if (fstat(fd, &about) != 0) {
        status = fail_errno(error);
    } else if (!S_ISREG(about.st_mode)) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "not a file");
        status = NBANG_INVALID;
    } else if (about.st_size < (off_t)sizeof(header)) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "not a database: it is %s",
                 about.st_size == 0 ? "empty" : "too short");
        status = NBANG_INVALID;
    } else if (nb_io_read_full(fd, header, sizeof(header)) != NBANG_OK) {
        status = fail_errno(error);
    } else {
        status = check_header(header, error);
    }
    close(fd);
    return status;
}

/* ---- opening ---- */

/* Opens a file that exists; `*db` is to be closed whatever comes back. */
static nb_status connect_to(sqlite3 **db, const char *path, char error[NB_HISTORY_ERROR_SIZE])
{
    /* With a slash in it no name means anything special to SQLite, as ":memory:" would. */
    char *name = NULL;
    if (asprintf(&name, "%s%s", path[0] == '/' ? "" : "./", path) < 0) {
        return fail_memory(error);
    }
    const int code = sqlite3_open_v2(name, db, SQLITE_OPEN_READWRITE, NULL);
    free(name);
    if (*db == NULL) {
        return fail_memory(error);
    }
    if (code != SQLITE_OK || sqlite3_busy_timeout(*db, BUSY_TIMEOUT_MS) != SQLITE_OK) {
        return nb_history_fail(*db, error);
    }
    /* What a hostile file may have in its schema is not to be executed. */
    return nb_history_execute(*db, "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON", error);
}

/* Makes a new, empty history in the file `path`, which is empty. */
static nb_status fill_new(const char *path, char error[NB_HISTORY_ERROR_SIZE])
{
    sqlite3 *db = NULL;
    nb_status status = connect_to(&db, path, error);
    if (status == NBANG_OK) {
        status = nb_history_execute(db, "BEGIN IMMEDIATE", error);
    }
    if (status == NBANG_OK) {
        status = nb_history_execute(db, schema, error);
    }
    if (status == NBANG_OK) {
        status = nb_history_execute(db, "COMMIT", error);
    }
    sqlite3_close(db);
    return status;
}

/* Makes a new history beside its place and links it there, unless another program was faster: so
 * nobody ever sees one that is not whole. */
static nb_status create(const char *path, char error[NB_HISTORY_ERROR_SIZE])
{
    char *temporary = NULL;
    if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
        return fail_memory(error);
    }
    nb_status status = NBANG_OK;
    const int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        status = fail_errno(error);
    } else {
        close(fd);
        status = fill_new(temporary, error);
        if (status == NBANG_OK && link(temporary, path) != 0 && errno != EEXIST) {
            status = fail_errno(error);
        }
        unlink(temporary);
    }
    free(temporary);
    return status;
}

/* Reads the whole database, before it is written to. */
static nb_status check_all(sqlite3 *db, char error[NB_HISTORY_ERROR_SIZE])
{
    sqlite3_stmt *statement = NULL;
    nb_status status = nb_history_prepare(&statement, db, "PRAGMA quick_check(1)", error);
    if (status == NBANG_OK) {
        if (sqlite3_step(statement) != SQLITE_ROW) {
            status = nb_history_fail(db, error);
        } else if (strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0) {
            snprintf(error, NB_HISTORY_ERROR_SIZE, "the database is damaged: %s",
                     (const char *)sqlite3_column_text(statement, 0));
            error[strcspn(error, "\n")] = '\0';
            status = NBANG_INVALID;
        }
    }
    sqlite3_finalize(statement);
    return status;
}

/* Whether the file is as long as its header says, while nobody can write: SQLite itself does not
 * mind if a part of the last page is missing. */
static nb_status check_length(sqlite3 *db, const char *path, char error[NB_HISTORY_ERROR_SIZE])
{
    sqlite3_stmt *statement = NULL;
    nb_status status = nb_history_execute(db, "BEGIN; SELECT 1 FROM runs LIMIT 1", error);
    if (status == NBANG_OK) {
        status = nb_history_prepare(
            &statement, db,
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", error);
    }
    struct stat about;
    if (status == NBANG_OK && sqlite3_step(statement) != SQLITE_ROW) {
        status = nb_history_fail(db, error);
    } else if (status == NBANG_OK && stat(path, &about) != 0) {
        status = fail_errno(error);
    } else if (status == NBANG_OK && about.st_size < sqlite3_column_int64(statement, 0)) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "the database is damaged: its end is missing");
        status = NBANG_INVALID;
    }
    sqlite3_finalize(statement);
    return status ? status : nb_history_execute(db, "COMMIT", error);
}

nb_status nb_history_open(nb_history **history, const char *path, nb_history_use use,
                          char error[NB_HISTORY_ERROR_SIZE])
{
    nb_status status = check_file(path, error);
    if (status == NBANG_END && use == NB_HISTORY_WRITE) {
        status = create(path, error);
    }
    if (status) {
        return status;
    }
    nb_history *result = calloc(1, sizeof(*result));
    if (result == NULL) {
        return fail_memory(error);
    }
    status = connect_to(&result->db, path, error);
    if (status == NBANG_OK) {
        status = check_length(result->db, path, error);
    }
    if (status == NBANG_OK && use == NB_HISTORY_WRITE && sqlite3_db_readonly(result->db, "main")) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "the database may only be read");
        status = NBANG_SYSTEM;
    }
    if (status == NBANG_OK && use == NB_HISTORY_WRITE) {
        status = check_all(result->db, error);
    }
    if (status) {
        nb_history_close(result);
        return status;
    }
    *history = result;
    return NBANG_OK;
}

void nb_history_close(nb_history *history)
{
    if (history) {
        sqlite3_close(history->db);
        free(history);
    }
}
