#include "measure/history.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "history_support.h"
#include "record_support.h"

TestSuite(history_file, .init = make_folder, .fini = remove_folder);

/* ---- files that are not to be touched ---- */

static void write_file(const void *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

/* Expects that opening fails with `reason`, for reading (unless `only_writing`) and for writing,
 * and changes nothing. */
static void expect_refused_use(nb_history_use use, const char *reason)
{
    struct stat old, new;
    size_t len, len_after;
    char *before = scratch_read(path, &len);
    const int num_files = scratch_count(folder.dir);
    cr_assert_eq(stat(path, &old), 0);
    nb_history *history = NULL;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_open(&history, path, use, error), NBANG_INVALID);
    cr_expect_not_null(strstr(error, reason), "\"%s\" lacks \"%s\"", error, reason);
    cr_expect_null(strchr(error, '\n'));
    cr_assert_eq(stat(path, &new), 0);
    cr_expect_eq(old.st_mtim.tv_sec, new.st_mtim.tv_sec);
    cr_expect_eq(old.st_mtim.tv_nsec, new.st_mtim.tv_nsec);
    cr_expect_eq(old.st_ino, new.st_ino);
    char *after = scratch_read(path, &len_after);
    cr_assert_eq(len_after, len);
    cr_expect_eq(memcmp(before, after, len), 0);
    cr_expect_eq(scratch_count(folder.dir), num_files);
    free(before);
    free(after);
}

static void expect_refused(const char *reason)
{
    expect_refused_use(NB_HISTORY_READ, reason);
    expect_refused_use(NB_HISTORY_WRITE, reason);
}

/* Runs statements on the file with SQLite alone. */
static void with_sqlite(const char *sql)
{
    sqlite3 *db = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

Test(history_file, leaves_alone_what_is_no_database)
{
    write_file("", 0);
    expect_refused("empty");
    write_file("#!/bin/sh\n", 10);
    expect_refused("too short");
    char text[4096];
    memset(text, 'x', sizeof(text));
    write_file(text, sizeof(text));
    expect_refused("not a database of SQLite");
}

Test(history_file, leaves_alone_databases_of_others)
{
    with_sqlite("CREATE TABLE runs (x); INSERT INTO runs VALUES (1)");
    expect_refused("a database of another program");
    with_sqlite("PRAGMA application_id = 1");
    expect_refused("a database of another program");
    with_sqlite("PRAGMA journal_mode = WAL"); /* which SQLite would make files for */
    expect_refused("a database of another program");
}

Test(history_file, leaves_alone_what_a_newer_nbang_has_made)
{
    nb_history_close(opened(NB_HISTORY_WRITE));
    with_sqlite("PRAGMA user_version = 2");
    expect_refused("a newer nbang made this database");
}

static void fill(int num_records)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    nb_record record;
    nb_analysis analysis;
    make_record(&record, 1);
    make_analysis(&analysis, &record);
    for (int i = 0; i < num_records; i++) {
        int64_t id;
        char error[NB_HISTORY_ERROR_SIZE] = "";
        cr_assert_eq(nb_history_add(history, &record, &analysis, &id, error), NBANG_OK, "%s",
                     error);
    }
    clear_analysis(&analysis);
    nb_record_clear(&record);
    nb_history_close(history);
}

Test(history_file, leaves_alone_what_was_cut_off)
{
    fill(20);
    size_t len;
    char *bytes = scratch_read(path, &len);
    static const double shares[] = {0.999, 0.5, 0.1};
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        write_file(bytes, (size_t)((double)len * shares[i]));
        expect_refused("the database is damaged");
    }
    write_file(bytes, 100);
    expect_refused("the database is damaged");
    free(bytes);
}

Test(history_file, does_not_write_to_what_is_damaged_somewhere)
{
    fill(20);
    size_t len;
    char *bytes = scratch_read(path, &len);
    /* A page of the tree of runs: the second, whose content SQLite does not read to add a row. */
    memset(bytes + 4096, 0x55, 200);
    write_file(bytes, len);
    free(bytes);
    expect_refused_use(NB_HISTORY_WRITE, "the database is damaged");
}

static nb_status look_at_row(void *ctx, const nb_history_row *row)
{
    const nb_interval *median = &row->median_ns;
    cr_expect(!median->known || (0 < median->low && median->low <= median->value &&
                                 median->value <= median->high && median->high < 1e19));
    *(size_t *)ctx += strlen(row->date) + strlen(row->commit);
    return NBANG_OK;
}

/* Damages a database in many places, always the same ones. Whatever it then says, reading it ends,
 * and the sanitizers look on. */
Test(history_file, survives_damage_anywhere, .timeout = 120)
{
    fill(8);
    size_t len;
    char *bytes = scratch_read(path, &len), *damaged = malloc(len);
    unsigned short state[3] = {4, 5, 6};
    unsigned failures = 0;
    for (int i = 0; i < 400; i++) {
        memcpy(damaged, bytes, len);
        for (int k = 0; k < 20; k++) {
            damaged[100 + (size_t)nrand48(state) % (len - 100)] = (char)nrand48(state);
        }
        write_file(damaged, len);
        nb_history *history = NULL;
        char error[NB_HISTORY_ERROR_SIZE] = "";
        nb_record record;
        size_t read = 0;
        nb_status status = nb_history_open(&history, path, NB_HISTORY_READ, error);
        if (status == NBANG_OK) {
            status = nb_history_list(history, &(nb_history_filter){.limit = 0}, look_at_row, &read,
                                     error);
            if (nb_history_get(history, 1 + i % 8, &record, error) == NBANG_OK) {
                nb_record_clear(&record);
            }
            nb_history_close(history);
        }
        failures += status != NBANG_OK;
    }
    cr_expect_gt(failures, 20);
    free(damaged);
    free(bytes);
}

Test(history_file, says_what_it_can_of_figures_that_are_none)
{
    fill(1);
    with_sqlite("UPDATE points SET median_ns = 9e999, low_ns = 'x', high_ns = -1");
    nb_history *history = opened(NB_HISTORY_READ);
    char error[NB_HISTORY_ERROR_SIZE] = "";
    size_t read = 0;
    cr_expect_eq(
        nb_history_list(history, &(nb_history_filter){.limit = 0}, look_at_row, &read, error),
        NBANG_OK);
    cr_expect_gt(read, 0);
    nb_history_close(history);
}

Test(history_file, says_that_a_record_in_it_is_damaged)
{
    fill(1);
    with_sqlite("UPDATE runs SET record = '{\"schema\": \"nbang-bench-1\"}'");
    nb_history *history = opened(NB_HISTORY_READ);
    nb_record record;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_get(history, 1, &record, error), NBANG_INVALID);
    cr_expect_str_eq(error, "record 1 is damaged: command is missing");
    nb_history_close(history);
}

Test(history_file, says_that_its_tables_are_missing)
{
    nb_history_close(opened(NB_HISTORY_WRITE));
    with_sqlite("DROP TABLE points; DROP TABLE runs");
    expect_refused_use(NB_HISTORY_READ, "the database is damaged: no such table: runs");
}

Test(history_file, says_why_a_file_cannot_be_opened)
{
    nb_history *history = NULL;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_open(&history, folder.dir, NB_HISTORY_WRITE, error), NBANG_INVALID);
    cr_expect_str_eq(error, "not a file");
    cr_expect_eq(nb_history_open(&history, "/nonexistent/h.db", NB_HISTORY_WRITE, error),
                 NBANG_SYSTEM);
    cr_expect_str_eq(error, "No such file or directory");
}

/* ---- several at once ---- */

static pid_t start_recorder(const char *commit, int num_records)
{
    const pid_t child = fork();
    cr_assert_neq(child, -1);
    if (child == 0) {
        nb_history *history = NULL;
        char error[NB_HISTORY_ERROR_SIZE];
        if (nb_history_open(&history, path, NB_HISTORY_WRITE, error) != NBANG_OK) {
            _exit(1);
        }
        nb_record record;
        nb_analysis analysis;
        make_record(&record, 1);
        json_object_set_new(record.metadata, "git_commit", json_string(commit));
        make_analysis(&analysis, &record);
        for (int i = 0; i < num_records; i++) {
            int64_t id;
            if (nb_history_add(history, &record, &analysis, &id, error) != NBANG_OK ||
                nb_history_update(history, id, &record, &analysis, error) != NBANG_OK) {
                _exit(2);
            }
        }
        nb_history_close(history);
        _exit(0);
    }
    return child;
}

static uint64_t count_commit(const char *commit)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    uint64_t count = 0;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_count(history, &(nb_history_filter){.commit = commit}, &count, error),
                 NBANG_OK);
    nb_history_close(history);
    return count;
}

Test(history_file, loses_nothing_of_two_that_record_at_once, .timeout = 120)
{
    const pid_t children[] = {start_recorder("aaaa", 100), start_recorder("bbbb", 100)};
    for (int i = 0; i < 2; i++) {
        int status = -1;
        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        cr_expect(WIFEXITED(status));
        cr_expect_eq(WEXITSTATUS(status), 0);
    }
    cr_expect_eq(count_commit("aaaa"), 100);
    cr_expect_eq(count_commit("bbbb"), 100);
    cr_expect_eq(scratch_count(folder.dir), 1);
}

Test(history_file, stays_whole_when_a_recorder_is_killed, .timeout = 120)
{
    fill(1);
    uint64_t before = 0;
    for (int i = 0; i < 20; i++) {
        const pid_t child = start_recorder("1e0a", 1000000);
        usleep(5000 + 1700 * (useconds_t)i);
        kill(child, SIGKILL);
        cr_assert_eq(waitpid(child, NULL, 0), child);
        const uint64_t count = count_commit("1e0a"); /* and all of it has been checked */
        cr_expect_geq(count, before);
        before = count;
    }
    cr_expect_gt(before, 1);
}

/* ---- where it is ---- */

static void expect_default(const char *data, const char *home, const char *expected)
{
    if (data) {
        setenv("XDG_DATA_HOME", data, 1);
    } else {
        unsetenv("XDG_DATA_HOME");
    }
    if (home) {
        setenv("HOME", home, 1);
    } else {
        unsetenv("HOME");
    }
    char *found = NULL;
    cr_expect_eq(nb_history_default_path(&found), expected ? NBANG_OK : NBANG_INVALID);
    if (expected) {
        cr_expect_str_eq(found, expected);
    }
    free(found);
}

Test(history_file, is_where_the_xdg_specification_says)
{
    expect_default("/data", "/home/u", "/data/nbang/history.db");
    expect_default(NULL, "/home/u", "/home/u/.local/share/nbang/history.db");
    expect_default("", "/home/u", "/home/u/.local/share/nbang/history.db");
    expect_default("relative", "/home/u", "/home/u/.local/share/nbang/history.db");
    expect_default("/data", NULL, "/data/nbang/history.db");
    expect_default(NULL, NULL, NULL);
    expect_default(NULL, "", NULL);
}

Test(history_file, makes_folders_for_this_user_only)
{
    char file[120], made[120];
    struct stat about;
    snprintf(file, sizeof(file), "%s/nbang/history.db", folder.dir);
    snprintf(made, sizeof(made), "%s/nbang", folder.dir);
    cr_expect_eq(nb_history_make_folders(file), NBANG_OK);
    cr_assert_eq(stat(made, &about), 0);
    cr_expect_eq(about.st_mode & 07777, 0700u);
    cr_expect_eq(nb_history_make_folders(file), NBANG_OK);
    cr_expect_eq(nb_history_make_folders("/dev/null/x/history.db"), NBANG_SYSTEM);
}
