/* Records in the database of history_open.c. */
#include "measure/history.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "measure/history_private.h"

/* Of the beginning of a commit. */
#define MIN_PREFIX 4

/* A statement of ours that is being used. All fields may be released by finish(). */
typedef struct query {
    sqlite3 *db;
    sqlite3_stmt *statement;
    char *error;
} query;

static nb_status start(query *query_, nb_history *history, const char *sql, char *error)
{
    *query_ = (query){.db = history->db, .error = error};
    return nb_history_prepare(&query_->statement, history->db, sql, error);
}

static void finish(query *query_)
{
    sqlite3_finalize(query_->statement);
}

/* ---- writing ---- */

static void bind_text(query *in, int index, const char *text)
{
    if (text) {
        sqlite3_bind_text(in->statement, index, text, -1, SQLITE_STATIC);
    } else {
        sqlite3_bind_null(in->statement, index);
    }
}

/* Runs a statement that has no result, and makes it ready for the next. */
static nb_status run(query *in)
{
    const int code = sqlite3_step(in->statement);
    const nb_status status = code == SQLITE_DONE ? NBANG_OK : nb_history_fail(in->db, in->error);
    sqlite3_reset(in->statement);
    return status;
}

static nb_status insert_point(query *in, int64_t id, int position, const nb_point_result *result)
{
    const nb_point *point = result->point;
    const nb_interval *median = &result->median_ns;
    sqlite3_bind_int64(in->statement, 1, id);
    sqlite3_bind_int(in->statement, 2, position);
    bind_text(in, 3, point->workload);
    sqlite3_bind_int64(in->statement, 4, point->workers);
    bind_text(in, 5, nb_point_bind_name(point));
    bind_text(in, 6, nb_point_order_name(point));
    sqlite3_bind_int64(in->statement, 7, (sqlite3_int64)result->runs);
    sqlite3_bind_double(in->statement, 8, median->value);
    if (median->known) {
        sqlite3_bind_double(in->statement, 9, median->low);
        sqlite3_bind_double(in->statement, 10, median->high);
    } else {
        sqlite3_bind_null(in->statement, 9);
        sqlite3_bind_null(in->statement, 10);
    }
    return run(in);
}

static nb_status write_points(nb_history *history, int64_t id, const nb_analysis *analysis,
                              char *error)
{
    query remove, insert;
    nb_status status = start(&remove, history, "DELETE FROM points WHERE run = ?", error);
    if (status == NBANG_OK) {
        sqlite3_bind_int64(remove.statement, 1, id);
        status = run(&remove);
    }
    finish(&remove);
    if (status) {
        return status;
    }
    status =
        start(&insert, history, "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
    for (size_t i = 0; status == NBANG_OK && i < analysis->num_points; i++) {
        if (analysis->points[i].runs > 0) {
            status = insert_point(&insert, id, (int)i, &analysis->points[i]);
        }
    }
    finish(&insert);
    return status;
}

/* Writes the row of `runs`: a new one if *id is 0, which it then is set for. */
static nb_status write_run(nb_history *history, int64_t *id, const nb_record *record,
                           const char *json, char *error)
{
    static const char *const keys[] = {"date",   "fingerprint", "version",  "git_commit",
                                       "kernel", "libc",        "compiler", "simd"};
    const int num_keys = sizeof(keys) / sizeof(keys[0]);
    const char *sql =
        *id ? "UPDATE runs SET date = ?, fingerprint = ?, version = ?, git_commit = ?, kernel = ?,"
              " libc = ?, compiler = ?, simd = ?, git_dirty = ?, interrupted = ?, record = ?"
              " WHERE id = ?"
            : "INSERT INTO runs (date, fingerprint, version, git_commit, kernel, libc, compiler,"
              " simd, git_dirty, interrupted, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    query in;
    nb_status status = start(&in, history, sql, error);
    if (status == NBANG_OK) {
        for (int i = 0; i < num_keys; i++) {
            const char *text = json_string_value(json_object_get(record->metadata, keys[i]));
            bind_text(&in, i + 1, text ? text : "");
        }
        const json_t *dirty = json_object_get(record->metadata, "git_dirty");
        sqlite3_bind_int(in.statement, num_keys + 1, json_is_true(dirty));
        sqlite3_bind_int(in.statement, num_keys + 2, record->interrupted);
        bind_text(&in, num_keys + 3, json);
        if (*id) {
            sqlite3_bind_int64(in.statement, num_keys + 4, *id);
        }
        status = run(&in);
    }
    finish(&in);
    if (status == NBANG_OK && sqlite3_changes(history->db) != 1) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "record %" PRId64 " is no longer there", *id);
        status = NBANG_SYSTEM;
    }
    if (status == NBANG_OK && *id == 0) {
        *id = sqlite3_last_insert_rowid(history->db);
    }
    return status;
}

/* Writes a record in one transaction, as a new one if *id is 0. */
static nb_status write_record(nb_history *history, int64_t *id, const nb_record *record,
                              const nb_analysis *analysis, char *error)
{
    json_t *object = nb_record_to_json(record);
    char *json = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (json == NULL) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    }
    int64_t written = *id;
    nb_status status = nb_history_execute(history->db, "BEGIN IMMEDIATE", error);
    if (status == NBANG_OK) {
        status = write_run(history, &written, record, json, error);
        if (status == NBANG_OK) {
            status = write_points(history, written, analysis, error);
        }
        if (status == NBANG_OK) {
            status = nb_history_execute(history->db, "COMMIT", error);
        }
        if (status) {
            /* SQLite may have done so itself; the first error is the one that counts. */
            sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
        }
    }
    free(json);
    if (status == NBANG_OK) {
        *id = written;
    }
    return status;
}

nb_status nb_history_add(nb_history *history, const nb_record *record, const nb_analysis *analysis,
                         int64_t *id, char error[NB_HISTORY_ERROR_SIZE])
{
    int64_t added = 0;
    const nb_status status = write_record(history, &added, record, analysis, error);
    if (status == NBANG_OK) {
        *id = added;
    }
    return status;
}

nb_status nb_history_update(nb_history *history, int64_t id, const nb_record *record,
                            const nb_analysis *analysis, char error[NB_HISTORY_ERROR_SIZE])
{
    return write_record(history, &id, record, analysis, error);
}

/* ---- reading ---- */

const char *const nb_history_dimensions[] = {"version", "kernel", "libc",  "compiler",
                                             "simd",    "bind",   "order", NULL};
static_assert(sizeof(nb_history_dimensions) / sizeof(*nb_history_dimensions) ==
                  NB_HISTORY_NUM_DIMENSIONS + 1,
              "a name for each");

#define POINT_WANTED                                                                               \
    "(?4 IS NULL OR workload = ?4) AND (?5 IS NULL OR workers = ?5)"                               \
    " AND (?12 IS NULL OR bind = ?12) AND (?13 IS NULL OR placement_order = ?13)"
#define CHOSEN                                                                                     \
    "SELECT id FROM runs AS r WHERE (?1 IS NULL OR fingerprint = ?1)"                              \
    " AND (?2 IS NULL OR substr(git_commit, 1, length(?2)) = ?2)"                                  \
    " AND (?3 IS NULL OR date >= ?3)"                                                              \
    " AND (?7 IS NULL OR version = ?7) AND (?8 IS NULL OR kernel = ?8)"                            \
    " AND (?9 IS NULL OR libc = ?9) AND (?10 IS NULL OR compiler = ?10)"                           \
    " AND (?11 IS NULL OR simd = ?11)"                                                             \
    " AND (?4 IS NULL AND ?5 IS NULL AND ?12 IS NULL AND ?13 IS NULL"                              \
    "      OR EXISTS (SELECT 1 FROM points WHERE run = r.id AND " POINT_WANTED "))"

static void bind_filter(query *in, const nb_history_filter *filter)
{
    bind_text(in, 1, filter->fingerprint);
    bind_text(in, 2, filter->commit);
    bind_text(in, 3, filter->since);
    bind_text(in, 4, filter->workload);
    if (filter->workers > 0) {
        sqlite3_bind_int64(in->statement, 5, filter->workers);
    }
    for (int i = 0; i < NB_HISTORY_NUM_DIMENSIONS; i++) {
        bind_text(in, 7 + i, filter->dimensions[i]); /* 6 is the limit */
    }
}

/* A time that can be shown and counted in nanoseconds; a database could have any number. */
static bool is_time(double ns)
{
    return ns > 0 && ns < (double)INT64_MAX;
}

static nb_interval read_interval(sqlite3_stmt *statement, int column)
{
    const double value = sqlite3_column_double(statement, column);
    const double low = sqlite3_column_double(statement, column + 1);
    const double high = sqlite3_column_double(statement, column + 2);
    if (!is_time(value)) {
        return (nb_interval){.known = false};
    }
    return (nb_interval){
        .known = is_time(low) && is_time(high) && low <= value && value <= high,
        .value = value,
        .low = low,
        .high = high,
    };
}

/* Columns as they are selected below. */
static nb_history_row read_row(sqlite3_stmt *statement)
{
    const char *text[11];
    for (int i = 0; i < 11; i++) {
        text[i] = (const char *)sqlite3_column_text(statement, i);
    }
    const nb_history_row row = {
        .id = sqlite3_column_int64(statement, 11),
        .date = text[0] ? text[0] : "",
        .fingerprint = text[1] ? text[1] : "",
        .version = text[2] ? text[2] : "",
        .commit = text[3] ? text[3] : "",
        .kernel = text[4] ? text[4] : "",
        .libc = text[5] ? text[5] : "",
        .compiler = text[6] ? text[6] : "",
        .simd = text[7] ? text[7] : "",
        .workload = text[8],
        .bind = text[9],
        .order = text[10],
        .dirty = sqlite3_column_int(statement, 12) != 0,
        .interrupted = sqlite3_column_int(statement, 13) != 0,
        .workers = (unsigned)sqlite3_column_int64(statement, 14),
        .runs = (uint64_t)sqlite3_column_int64(statement, 15),
        .median_ns = read_interval(statement, 16),
    };
    return row;
}

nb_status nb_history_list(nb_history *history, const nb_history_filter *filter,
                          nb_status (*row)(void *ctx, const nb_history_row *row), void *ctx,
                          char error[NB_HISTORY_ERROR_SIZE])
{
    query in;
    nb_status status = start(
        &in, history,
        "WITH chosen AS (" CHOSEN " ORDER BY id DESC LIMIT ?6)"
        " SELECT date, fingerprint, version, git_commit, kernel, libc, compiler, simd,"
        "  workload, bind, placement_order, runs.id, git_dirty, interrupted,"
        "  workers, points.runs, median_ns, low_ns, high_ns"
        " FROM chosen JOIN runs ON runs.id = chosen.id"
        " LEFT JOIN points ON points.run = runs.id AND " POINT_WANTED " ORDER BY runs.id, position",
        error);
    if (status == NBANG_OK) {
        bind_filter(&in, filter);
        sqlite3_bind_int64(in.statement, 6, filter->limit ? (sqlite3_int64)filter->limit : -1);
    }
    while (status == NBANG_OK) {
        const int code = sqlite3_step(in.statement);
        if (code == SQLITE_DONE) {
            break;
        }
        if (code != SQLITE_ROW) {
            status = nb_history_fail(in.db, error);
            break;
        }
        const nb_history_row got = read_row(in.statement);
        status = row(ctx, &got);
    }
    finish(&in);
    return status;
}

/* The number in the first row of a query that has been bound. NBANG_END if there is no row. */
static nb_status read_number(query *in, int64_t *number)
{
    const int code = sqlite3_step(in->statement);
    if (code == SQLITE_DONE) {
        return NBANG_END;
    }
    if (code != SQLITE_ROW) {
        return nb_history_fail(in->db, in->error);
    }
    *number = sqlite3_column_int64(in->statement, 0);
    return NBANG_OK;
}

nb_status nb_history_count(nb_history *history, const nb_history_filter *filter, uint64_t *count,
                           char error[NB_HISTORY_ERROR_SIZE])
{
    query in;
    int64_t number = 0;
    nb_status status = start(&in, history, "SELECT count(*) FROM (" CHOSEN ")", error);
    if (status == NBANG_OK) {
        bind_filter(&in, filter);
        status = read_number(&in, &number);
    }
    finish(&in);
    if (status == NBANG_OK) {
        *count = (uint64_t)number;
    }
    return status;
}

/* ---- finding ---- */

static nb_status find_number(nb_history *history, uint64_t number, int64_t *id, char *error)
{
    query in;
    nb_status status = start(&in, history, "SELECT id FROM runs WHERE id = ?", error);
    if (status == NBANG_OK) {
        sqlite3_bind_int64(in.statement, 1, number <= INT64_MAX ? (sqlite3_int64)number : -1);
        status = read_number(&in, id);
    }
    finish(&in);
    return status;
}

static nb_status find_from_end(nb_history *history, uint64_t back, int64_t *id, char *error)
{
    query in;
    nb_status status =
        start(&in, history, "SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?", error);
    if (status == NBANG_OK) {
        sqlite3_bind_int64(in.statement, 1, back <= INT64_MAX ? (sqlite3_int64)back : INT64_MAX);
        status = read_number(&in, id);
    }
    finish(&in);
    return status;
}

static nb_status find_commit(nb_history *history, const char *prefix, int64_t *id, char *error)
{
    query in;
    nb_status status = start(&in, history,
                             "SELECT max(id), count(DISTINCT git_commit) FROM runs"
                             " WHERE substr(git_commit, 1, length(?1)) = ?1 HAVING count(*) > 0",
                             error);
    if (status == NBANG_OK) {
        bind_text(&in, 1, prefix);
        status = read_number(&in, id);
    }
    if (status == NBANG_OK && sqlite3_column_int64(in.statement, 1) > 1) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "several commits begin so");
        status = NBANG_INVALID;
    }
    finish(&in);
    return status;
}

/* Whether `name` is "last" or "last~N", and how many before the last it means. */
static bool is_from_end(const char *name, uint64_t *back)
{
    *back = 0;
    if (strncmp(name, "last", 4) != 0) {
        return false;
    }
    return name[4] == '\0' ||
           (name[4] == '~' && nb_number_parse(back, name + 5, strlen(name + 5)) == NBANG_OK);
}

nb_status nb_history_find(nb_history *history, const char *name, int64_t *id,
                          char error[NB_HISTORY_ERROR_SIZE])
{
    const size_t len = strlen(name);
    const size_t skipped = name[0] == '#';
    uint64_t number = 0;
    int64_t found = 0;
    nb_status status = NBANG_END;
    if (is_from_end(name, &number)) {
        status = find_from_end(history, number, &found, error);
    } else if (nb_number_parse(&number, name + skipped, len - skipped) == NBANG_OK) {
        status = find_number(history, number, &found, error);
    }
    if (status == NBANG_END && len >= MIN_PREFIX && skipped == 0) {
        status = find_commit(history, name, &found, error);
    }
    if (status == NBANG_END) {
        snprintf(error, NB_HISTORY_ERROR_SIZE, "no such record");
        return NBANG_INVALID;
    }
    if (status == NBANG_OK) {
        *id = found;
    }
    return status;
}

nb_status nb_history_get(nb_history *history, int64_t id, nb_record *record,
                         char error[NB_HISTORY_ERROR_SIZE])
{
    query in;
    nb_status status = start(&in, history, "SELECT record FROM runs WHERE id = ?", error);
    if (status == NBANG_OK) {
        sqlite3_bind_int64(in.statement, 1, id);
        const int code = sqlite3_step(in.statement);
        if (code == SQLITE_DONE) {
            snprintf(error, NB_HISTORY_ERROR_SIZE, "no such record");
            status = NBANG_INVALID;
        } else if (code != SQLITE_ROW) {
            status = nb_history_fail(in.db, error);
        }
    }
    if (status == NBANG_OK) {
        const char *text = (const char *)sqlite3_column_text(in.statement, 0);
        json_t *object = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
        char reason[NB_HISTORY_ERROR_SIZE / 2] = "no JSON";
        status =
            object ? nb_record_from_json(record, object, reason, sizeof(reason)) : NBANG_INVALID;
        json_decref(object);
        if (status) {
            snprintf(error, NB_HISTORY_ERROR_SIZE, "record %" PRId64 " is damaged: %s", id, reason);
        }
    }
    finish(&in);
    return status;
}
