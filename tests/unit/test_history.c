#include "measure/history.h"

#include <criterion/criterion.h>

#include "history_support.h"
#include "record_support.h"

TestSuite(history, .init = make_folder, .fini = remove_folder);

/* Adds a record of this commit and date, that takes `factor` times as long. Returns its number. */
static int64_t add(nb_history *history, const char *commit, const char *date, double factor)
{
    nb_record record;
    nb_analysis analysis;
    make_record(&record, factor);
    json_object_set_new(record.metadata, "git_commit", json_string(commit));
    json_object_set_new(record.metadata, "date", json_string(date));
    make_analysis(&analysis, &record);
    int64_t id = 0;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_assert_eq(nb_history_add(history, &record, &analysis, &id, error), NBANG_OK, "%s", error);
    clear_analysis(&analysis);
    nb_record_clear(&record);
    return id;
}

/* The rows that a list gave, as text. */
static nb_status print_row(void *ctx, const nb_history_row *row)
{
    fprintf(ctx, "%d %s %u %s %.0f%s\n", (int)row->id, row->workload ? row->workload : "-",
            row->workers, row->commit, row->median_ns.value, row->interrupted ? " !" : "");
    return NBANG_OK;
}

static void expect_list(nb_history *history, const nb_history_filter *filter, const char *expected)
{
    char *text;
    size_t len;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    FILE *out = open_memstream(&text, &len);
    cr_expect_eq(nb_history_list(history, filter, print_row, out, error), NBANG_OK, "%s", error);
    fclose(out);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(history, gives_back_what_was_recorded)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    nb_record record, read;
    nb_analysis analysis;
    make_record(&record, 1);
    record.seed = UINT64_MAX;
    make_analysis(&analysis, &record);
    int64_t id = 0;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_assert_eq(nb_history_add(history, &record, &analysis, &id, error), NBANG_OK, "%s", error);
    cr_expect_eq(id, 1);
    nb_history_close(history);

    history = opened(NB_HISTORY_READ);
    cr_assert_eq(nb_history_get(history, 1, &read, error), NBANG_OK, "%s", error);
    json_t *before = nb_record_to_json(&record), *after = nb_record_to_json(&read);
    cr_expect(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    nb_record_clear(&read);
    cr_expect_eq(nb_history_get(history, 2, &read, error), NBANG_INVALID);
    cr_expect_str_eq(error, "no such record");
    nb_history_close(history);
    clear_analysis(&analysis);
    nb_record_clear(&record);
    cr_expect_eq(scratch_count(folder.dir), 1);
}

Test(history, lists_points_of_records_in_order_and_filters_them)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    cr_expect_eq(add(history, "aaaa1111", "2026-01-01T00:00:00Z", 1), 1);
    cr_expect_eq(add(history, "bbbb2222", "2026-02-01T00:00:00Z", 2), 2);
    cr_expect_eq(add(history, "bbbb3333", "2026-03-01T00:00:00Z", 3), 3);
    expect_list(history, &(nb_history_filter){.limit = 1},
                "3 strong-1e6-v1 1 bbbb3333 126000000\n3 strong-1e6-v1 2 bbbb3333 75600000\n"
                "3 batch-64-v1 1 bbbb3333 283500000\n3 batch-64-v1 2 bbbb3333 157500000\n");
    expect_list(history, &(nb_history_filter){.workload = "batch-64-v1", .workers = 2},
                "1 batch-64-v1 2 aaaa1111 52500000\n2 batch-64-v1 2 bbbb2222 105000000\n"
                "3 batch-64-v1 2 bbbb3333 157500000\n");
    expect_list(history,
                &(nb_history_filter){.commit = "bbbb", .workers = 1, .workload = "batch-64-v1"},
                "2 batch-64-v1 1 bbbb2222 189000000\n3 batch-64-v1 1 bbbb3333 283500000\n");
    expect_list(history,
                &(nb_history_filter){.since = "2026-02", .limit = 1, .workload = "strong-1e6-v1"},
                "3 strong-1e6-v1 1 bbbb3333 126000000\n3 strong-1e6-v1 2 bbbb3333 75600000\n");
    expect_list(history, &(nb_history_filter){.workers = 3}, "");
    expect_list(history, &(nb_history_filter){.fingerprint = "fedcba9876543210"}, "");
    uint64_t count = 0;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_count(history, &(nb_history_filter){.commit = "b"}, &count, error),
                 NBANG_OK);
    cr_expect_eq(count, 2);
    cr_expect_eq(nb_history_count(history, &(nb_history_filter){.fingerprint = "0123456789abcdef"},
                                  &count, error),
                 NBANG_OK);
    cr_expect_eq(count, 3);
    nb_history_close(history);
}

Test(history, updates_a_record_in_place)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    nb_record record;
    nb_analysis analysis;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    int64_t id = 0;
    make_record(&record, 1);
    make_analysis(&analysis, &record);
    record.interrupted = true;
    for (size_t i = 0; i < 4; i++) {
        analysis.points[i].runs = 0;
    }
    cr_assert_eq(nb_history_add(history, &record, &analysis, &id, error), NBANG_OK, "%s", error);
    expect_list(history, &(nb_history_filter){.limit = 0},
                "1 - 0 1e0a3a1f6bd1a2f0c3fd1f0e5a1a6e4a7f1b2c3d 0 !\n");
    analysis.points[2].runs = 11;
    record.interrupted = false;
    cr_assert_eq(nb_history_update(history, id, &record, &analysis, error), NBANG_OK, "%s", error);
    cr_assert_eq(nb_history_update(history, id, &record, &analysis, error), NBANG_OK, "%s", error);
    expect_list(history, &(nb_history_filter){.limit = 0},
                "1 batch-64-v1 1 1e0a3a1f6bd1a2f0c3fd1f0e5a1a6e4a7f1b2c3d 94500000\n");
    cr_expect_eq(nb_history_update(history, 7, &record, &analysis, error), NBANG_SYSTEM);
    cr_expect_str_eq(error, "record 7 is no longer there");
    cr_expect_eq(add(history, "c", "d", 1), 2); /* the failure has left no transaction open */
    nb_history_close(history);
    clear_analysis(&analysis);
    nb_record_clear(&record);
}

static void expect_found(nb_history *history, const char *name, int64_t expected)
{
    int64_t id = 0;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_find(history, name, &id, error), NBANG_OK, "%s: %s", name, error);
    cr_expect_eq(id, expected, "%s", name);
}

static void expect_not_found(nb_history *history, const char *name, const char *reason)
{
    int64_t id = 77;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_find(history, name, &id, error), NBANG_INVALID, "%s", name);
    cr_expect_str_eq(error, reason, "%s", name);
    cr_expect_eq(id, 77);
}

Test(history, finds_a_record_by_number_place_and_commit)
{
    nb_history *history = opened(NB_HISTORY_WRITE);
    add(history, "aaaa1111", "2026", 1);
    add(history, "aaaa1111", "2026", 1);
    add(history, "abcd1111", "2026", 1);
    add(history, "abcd2222", "2026", 1);
    add(history, "12345678", "2026", 1);
    expect_found(history, "3", 3);
    expect_found(history, "#3", 3);
    expect_found(history, "last", 5);
    expect_found(history, "last~0", 5);
    expect_found(history, "last~4", 1);
    expect_found(history, "aaaa", 2);
    expect_found(history, "abcd1", 3);
    expect_found(history, "1234", 5); /* no such number, but a commit */
    expect_not_found(history, "abcd", "several commits begin so");
    expect_not_found(history, "aaa", "no such record");
    expect_not_found(history, "aaaa11112", "no such record");
    expect_not_found(history, "6", "no such record");
    expect_not_found(history, "0", "no such record");
    expect_not_found(history, "#", "no such record");
    expect_not_found(history, "#aaaa", "no such record");
    expect_not_found(history, "", "no such record");
    expect_not_found(history, "%", "no such record");
    expect_not_found(history, "last~5", "no such record");
    expect_not_found(history, "last~", "no such record");
    expect_not_found(history, "last~-1", "no such record");
    expect_not_found(history, "latest", "no such record");
    expect_not_found(history, "99999999999999999999", "no such record");
    expect_not_found(history, "18446744073709551615", "no such record");
    nb_history_close(history);
}

Test(history, is_made_for_writing_only)
{
    nb_history *history = NULL;
    char error[NB_HISTORY_ERROR_SIZE] = "";
    cr_expect_eq(nb_history_open(&history, path, NB_HISTORY_READ, error), NBANG_END);
    cr_expect_eq(scratch_count(folder.dir), 0);
    nb_history_close(opened(NB_HISTORY_WRITE));
    cr_expect_eq(scratch_count(folder.dir), 1);
    history = opened(NB_HISTORY_READ);
    int64_t id;
    cr_expect_eq(nb_history_find(history, "last", &id, error), NBANG_INVALID);
    nb_history_close(history);
}
