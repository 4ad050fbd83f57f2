#include "measure/record.h"

#include <criterion/criterion.h>
#include <string.h>

#include "record_support.h"

static void add(nb_record *record, const char *workload, unsigned workers, nbang_order order)
{
    cr_assert_eq(nb_record_add_point(record, workload, workers, NBANG_BIND_CORE, order), NBANG_OK);
}

static void expect_names(const nb_record *record, const char *const *names)
{
    for (size_t i = 0; i < record->num_points; i++) {
        char name[NB_POINT_NAME_SIZE];
        cr_expect_str_eq(nb_point_name(name, &record->points[i]), names[i]);
    }
}

Test(record, names_a_point_and_reads_the_name_back)
{
    static const char *const names[] = {"strong-1e6-v1/workers:1", "batch-64-v1/workers:64/bind:pu",
                                        "strong-1e7-v1/workers:2/order:spread",
                                        "strong-1e7-v1/workers:2/bind:none/order:spread"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        nb_point point;
        char name[NB_POINT_NAME_SIZE];
        cr_assert_eq(nb_point_parse_name(&point, names[i]), NBANG_OK, "%s", names[i]);
        cr_expect_str_eq(nb_point_name(name, &point), names[i]);
    }
}

Test(record, refuses_names_of_no_point)
{
    static const char *const names[] = {
        "",
        "BM_Sort/8",
        "strong-1e6-v1",
        "strong-1e6-v1/workers:",
        "strong-1e6-v1/workers:0",
        "strong-1e6-v1/workers:-1",
        "strong-1e6-v1/workers:1x",
        "strong-1e6-v1/workers:100000",
        "strong-1e6-v1/workers:1/bind:socket",
        "strong-1e6-v1/workers:1/order:near",
        "a-name-that-is-far-too-long-for-a-workload-of-ours/workers:1"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        nb_point point = {.workers = 77};
        cr_expect_eq(nb_point_parse_name(&point, names[i]), NBANG_INVALID, "%s", names[i]);
        cr_expect_eq(point.workers, 77);
    }
}

Test(record, sorts_series_together_and_workers_upwards)
{
    nb_record record;
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    add(&record, "b", 4, NBANG_ORDER_CLOSE);
    add(&record, "a", 2, NBANG_ORDER_CLOSE);
    add(&record, "b", 1, NBANG_ORDER_CLOSE);
    add(&record, "b", 2, NBANG_ORDER_SPREAD);
    add(&record, "a", 1, NBANG_ORDER_CLOSE);
    add(&record, "b", 2, NBANG_ORDER_CLOSE);
    nb_record_sort_points(&record);
    static const char *const names[] = {"b/workers:1", "b/workers:2", "b/workers:4",
                                        "a/workers:1", "a/workers:2", "b/workers:2/order:spread"};
    expect_names(&record, names);
    nb_record_clear(&record);
}

Test(record, finds_a_point_by_all_that_names_it)
{
    nb_record record;
    make_record(&record, 1);
    nb_point like;
    cr_assert_eq(nb_point_parse_name(&like, "batch-64-v1/workers:2"), NBANG_OK);
    cr_expect_eq(nb_record_find_point(&record, &like), &record.points[3]);
    like.order = NBANG_ORDER_SPREAD;
    cr_expect_null(nb_record_find_point(&record, &like));
    nb_record_clear(&record);
}

Test(record, says_a_warning_once)
{
    nb_record record;
    make_record(&record, 1);
    cr_assert_eq(nb_record_warn(&record, "The load was 1.5."), NBANG_OK);
    cr_assert_eq(nb_record_warn(&record, "The load was 2.5."), NBANG_OK);
    cr_expect_eq(json_array_size(record.warnings), 2);
    nb_record_clear(&record);
}
