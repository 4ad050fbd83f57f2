/* Which points a benchmark measures. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "measure/bench.h"
#include "measure/workloads.h"

TestSuite(bench_points, .timeout = 30);

/* The points of a plan on a machine that HWLOC_SYNTHETIC describes. */
static nb_record make_points(const char *machine, const nb_bench_plan *plan)
{
    char error[256] = "";
    nb_record record;
    cr_assert_eq(setenv("HWLOC_SYNTHETIC", machine, 1), 0);
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    cr_assert_eq(nb_bench_add_points(&record, plan, error, sizeof error), NBANG_OK, "%s", error);
    return record;
}

/* The numbers of workers of the first series, as "1 2 3 ". */
static void first_curve(char out[512], const nb_record *record)
{
    out[0] = '\0';
    for (size_t i = 0; i < record->num_points; i++) {
        if (nb_point_same_series(&record->points[0], &record->points[i])) {
            snprintf(out + strlen(out), 512 - strlen(out), "%u ", record->points[i].workers);
        }
    }
}

static unsigned count_series(const nb_record *record)
{
    unsigned count = 0;
    for (size_t i = 0; i < record->num_points; i++) {
        count += i == 0 || !nb_point_same_series(&record->points[i - 1], &record->points[i]);
    }
    return count;
}

static void expect_workers(const char *machine, const char *expected)
{
    char workers[512];
    nb_record record = make_points(machine, &(nb_bench_plan){.preset = NB_BENCH_QUICK});
    first_curve(workers, &record);
    cr_expect_str_eq(workers, expected, "%s: %s", machine, workers);
    nb_record_clear(&record);
}

Test(bench_points, numbers_of_workers_grow_with_the_machine)
{
    expect_workers("core:1 pu:1", "1 ");
    expect_workers("core:2 pu:1", "1 2 ");
    expect_workers("core:6 pu:2", "1 2 3 4 5 6 ");
    expect_workers("core:8 pu:1", "1 2 3 4 5 6 7 8 ");
    expect_workers("core:10 pu:1", "1 2 3 4 5 6 7 8 10 ");
    expect_workers("package:2 core:32 pu:2", "1 2 3 4 5 6 7 8 12 16 24 32 48 64 ");
    expect_workers("package:2 core:50 pu:1", "1 2 3 4 5 6 7 8 12 16 24 32 48 64 96 100 ");
}

Test(bench_points, six_cores_are_enough_for_six_points)
{
    for (unsigned slots = 6; slots <= 1024; slots++) {
        unsigned count = 0;
        for (unsigned workers = 1; workers <= slots; workers++) {
            count += nb_bench_is_usual(workers, slots);
        }
        cr_assert(count >= 6 && count <= 24, "%u slots: %u points", slots, count);
        cr_assert(nb_bench_is_usual(1, slots) && nb_bench_is_usual(slots, slots));
        cr_assert(!nb_bench_is_usual(0, slots) && !nb_bench_is_usual(slots + 1, slots));
    }
}

Test(bench_points, presets_choose_workloads_and_placements)
{
    static const char *const server = "package:2 core:2 pu:2";
    nb_record quick = make_points(server, &(nb_bench_plan){.preset = NB_BENCH_QUICK});
    cr_expect_eq(count_series(&quick), 2);
    cr_expect_str_eq(quick.points[0].workload, "strong-1e6-v1");
    cr_expect_str_eq(quick.points[quick.num_points - 1].workload, "batch-64-v1");
    nb_record_clear(&quick);
    nb_record standard = make_points(server, &(nb_bench_plan){.preset = NB_BENCH_STANDARD});
    cr_expect_eq(count_series(&standard), 3);
    nb_record_clear(&standard);
    nb_record full = make_points(server, &(nb_bench_plan){.preset = NB_BENCH_FULL});
    cr_expect_eq(count_series(&full), 3 * 7, "core, pu and numa, close and spread; and none");
    nb_record_clear(&full);
    nb_record small = make_points("core:2 pu:1", &(nb_bench_plan){.preset = NB_BENCH_FULL});
    cr_expect_eq(count_series(&small), 3 * 2, "core and none: the others come to the same");
    nb_record_clear(&small);
}

Test(bench_points, hardware_threads_come_after_cores)
{
    const nb_bench_plan plan = {.preset = NB_BENCH_QUICK, .binds = 1U << NBANG_BIND_PU};
    nb_record record = make_points("core:3 pu:2", &plan);
    char workers[512];
    first_curve(workers, &record);
    cr_expect_str_eq(workers, "1 2 3 4 5 6 ");
    cr_expect_eq(record.points[0].bind, NBANG_BIND_PU);
    nb_record_clear(&record);
}

Test(bench_points, what_is_asked_for_is_measured)
{
    static const unsigned workers[] = {1, 5, 40};
    const nb_bench_plan plan = {
        .preset = NB_BENCH_QUICK,
        .workloads = 1U << 2,
        .binds = 1U << NBANG_BIND_PU | 1U << NBANG_BIND_NONE,
        .orders = 1U << NBANG_ORDER_CLOSE | 1U << NBANG_ORDER_SPREAD,
        .workers = workers,
        .num_workers = 3,
    };
    nb_record record = make_points("core:2 pu:1", &plan);
    cr_expect_eq(count_series(&record), 3, "pu close, pu spread, none close");
    cr_expect_eq(record.num_points, 9);
    char curve[512];
    first_curve(curve, &record);
    cr_expect_str_eq(curve, "1 5 40 ");
    for (size_t i = 0; i < record.num_points; i++) {
        cr_expect_str_eq(record.points[i].workload, "strong-1e7-v1");
        cr_expect_eq(record.points[i].num_samples, 0);
    }
    nb_record_clear(&record);
}

Test(bench_points, one_limit_that_is_given_lifts_the_other)
{
    nb_bench_plan plan = {.preset = NB_BENCH_QUICK};
    cr_expect_geq(nb_bench_runs(&plan), 9);
    cr_expect_lt(nb_bench_time_limit_ns(&plan), UINT64_C(20) * 1000000000);
    plan.runs = 5;
    cr_expect_eq(nb_bench_runs(&plan), 5);
    cr_expect_eq(nb_bench_time_limit_ns(&plan), 0);
    plan.time_limit_ns = 7;
    cr_expect_eq(nb_bench_runs(&plan), 5);
    cr_expect_eq(nb_bench_time_limit_ns(&plan), 7);
    plan.runs = 0;
    cr_expect_eq(nb_bench_runs(&plan), 0);
}

Test(bench_points, workloads_are_found_by_name)
{
    for (size_t i = 0; i < nb_workloads_count(); i++) {
        cr_expect_eq(nb_workloads_find(nb_workloads_at(i)->name), nb_workloads_at(i));
        cr_expect_eq(strlen(nb_workloads_at(i)->sha256), 64);
    }
    cr_expect_null(nb_workloads_find("strong-1e6"));
    cr_expect_null(nb_workloads_find(""));
}
