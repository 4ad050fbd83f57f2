/* What disturbs a measurement, from made-up files. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "measure/noise.h"
#include "scratch.h"

TestSuite(noise, .timeout = 30);

static double percent(const json_t *noise, const char *key)
{
    return json_number_value(json_object_get(noise, key));
}

/* ---- figures ---- */

#define S(seconds) ((uint64_t)(seconds)*NB_NS_PER_S)

Test(noise, shares_are_of_the_time_of_all_cpus)
{
    const nb_noise_mark before = {.total_ns = S(100), .busy_ns = S(50), .steal_ns = S(1)};
    const nb_noise_mark after = {
        .total_ns = S(140), .busy_ns = S(70), .steal_ns = S(3), .own_ns = S(10)};
    json_t *noise = nb_noise_between(&before, &after);
    cr_expect_float_eq(percent(noise, "steal_percent"), 5, 1e-9);
    cr_expect_float_eq(percent(noise, "other_load_percent"), 25, 1e-9,
                       "20 s busy, 10 s of them ours");
    json_decref(noise);
}

Test(noise, little_time_says_nothing)
{
    const nb_noise_mark before = {.total_ns = S(100)};
    const nb_noise_mark after = {.total_ns = S(100) + 1000, .busy_ns = 1000};
    json_t *noise = nb_noise_between(&before, &after);
    cr_expect(json_is_null(json_object_get(noise, "steal_percent")));
    cr_expect(json_is_null(json_object_get(noise, "other_load_percent")));
    json_decref(noise);
}

Test(noise, our_own_time_may_be_counted_more_finely_than_the_rest)
{
    const nb_noise_mark before = {.total_ns = S(100), .busy_ns = S(50)};
    const nb_noise_mark after = {
        .total_ns = S(110), .busy_ns = S(55), .own_ns = S(5) + 20 * NB_NS_PER_MS};
    json_t *noise = nb_noise_between(&before, &after);
    cr_expect_eq(percent(noise, "other_load_percent"), 0, "and never below nothing");
    json_decref(noise);
}

Test(noise, counts_that_are_not_kept_are_null)
{
    const nb_noise_mark before = {.thermal_throttles = 3, .quota_throttles = NB_NOISE_UNKNOWN};
    const nb_noise_mark after = {.thermal_throttles = 7, .quota_throttles = NB_NOISE_UNKNOWN};
    json_t *noise = nb_noise_between(&before, &after);
    cr_expect_eq(json_integer_value(json_object_get(noise, "thermal_throttles")), 4);
    cr_expect(json_is_null(json_object_get(noise, "quota_throttles")));
    json_decref(noise);
}

/* ---- files ---- */

Test(noise, reads_the_times_of_all_cpus)
{
    scratch dir = scratch_create();
    /* user nice system idle iowait irq softirq steal guest guest_nice, in hundredths */
    scratch_put(&dir, "proc/stat",
                "cpu  100 200 300 4000 500 6 7 80 50 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
    scratch_put(&dir, "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "12\n");
    cr_assert_eq(sysconf(_SC_CLK_TCK), 100);
    nb_noise_mark mark;
    nb_noise_mark_now(&mark, dir.dir);
    cr_expect_eq(mark.total_ns, (100 + 200 + 300 + 4000 + 500 + 6 + 7 + 80) * 10 * NB_NS_PER_MS);
    cr_expect_eq(mark.busy_ns, (100 + 200 + 300 + 6 + 7) * 10 * NB_NS_PER_MS);
    cr_expect_eq(mark.steal_ns, 80 * 10 * NB_NS_PER_MS);
    cr_expect_eq(mark.thermal_throttles, 12);
    scratch_remove(&dir);
}

Test(noise, without_files_nothing_is_known)
{
    scratch dir = scratch_create();
    nb_noise_mark mark;
    nb_noise_mark_now(&mark, dir.dir);
    cr_expect_eq(mark.total_ns, 0);
    cr_expect_eq(mark.thermal_throttles, NB_NOISE_UNKNOWN);
    scratch_remove(&dir);
}

/* ---- sentences ---- */

static json_t *describe(const char *text)
{
    json_t *noise = json_loads(text, 0, NULL);
    json_t *sentences = json_array();
    cr_assert_not_null(noise);
    cr_assert_eq(nb_noise_describe(sentences, noise), NBANG_OK);
    json_decref(noise);
    return sentences;
}

Test(noise, only_what_disturbs_is_worth_a_sentence)
{
    json_t *none = describe("{\"steal_percent\": 0.2, \"other_load_percent\": 1.5,"
                            "\"thermal_throttles\": 0, \"quota_throttles\": null}");
    cr_expect_eq(json_array_size(none), 0);
    json_decref(none);
    json_t *all = describe("{\"steal_percent\": 2.25, \"other_load_percent\": 12.4,"
                           "\"thermal_throttles\": 3, \"quota_throttles\": 5}");
    cr_assert_eq(json_array_size(all), 4);
    cr_expect_not_null(strstr(json_string_value(json_array_get(all, 0)), "2.2 %"));
    cr_expect_str_eq(json_string_value(json_array_get(all, 1)),
                     "Other programs took 12 % of the CPU time meanwhile.");
    json_decref(all);
}

static void expect_spread(const nb_point_result *results, size_t count, const char *expected)
{
    nb_point_result copy[3];
    memcpy(copy, results, count * sizeof *copy);
    const nb_analysis analysis = {.points = copy, .num_points = count};
    json_t *sentences = json_array();
    cr_assert_eq(nb_noise_describe_spread(sentences, &analysis), NBANG_OK);
    cr_assert_eq(json_array_size(sentences), expected != NULL);
    if (expected != NULL) {
        cr_expect_str_eq(json_string_value(json_array_get(sentences, 0)), expected);
    }
    json_decref(sentences);
}

Test(noise, names_points_whose_samples_lie_far_apart)
{
    static const nb_point calm = {.workload = "calm", .workers = 1};
    static const nb_point wild = {.workload = "wild", .workers = 2};
    const nb_point_result results[] = {
        {.point = &calm, .runs = 9, .spread = 0.01},
        {.point = &wild, .runs = 9, .spread = 0.123},
        {.point = &calm, .runs = 9, .spread = 0.06},
    };
    expect_spread(results, 1, NULL);
    expect_spread(results, 2,
                  "The runs of wild/workers:2 spread by 12 % around their median: "
                  "something disturbed them.");
    expect_spread(results, 3,
                  "The runs of wild/workers:2 spread by 12 % around their median, and "
                  "those of 1 other point by 5 % or more: something disturbed them.");
}

static json_t *describe_limits(unsigned most_workers, const char *metadata)
{
    nb_record record;
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    json_decref(record.metadata);
    record.metadata = json_loads(metadata, 0, NULL);
    cr_assert_not_null(record.metadata);
    for (unsigned i = 1; i <= most_workers; i++) {
        cr_assert_eq(
            nb_record_add_point(&record, "strong-1e6-v1", i, NBANG_BIND_PU, NBANG_ORDER_CLOSE),
            NBANG_OK);
    }
    json_t *sentences = json_array();
    cr_assert_eq(nb_noise_describe_limits(sentences, &record), NBANG_OK);
    nb_record_clear(&record);
    return sentences;
}

#define PLACEMENTS                                                                                 \
    "\"topology\": {\"placements\": [{\"bind\": \"core\", \"order\": \"close\", \"slots\": [{}]}," \
    "{\"bind\": \"pu\", \"order\": \"close\", \"slots\": [{}, {}]}]}"

Test(noise, says_when_workers_share_a_place)
{
    json_t *fit = describe_limits(2, "{" PLACEMENTS "}");
    cr_expect_eq(json_array_size(fit), 0);
    json_decref(fit);
    json_t *crowd = describe_limits(3, "{" PLACEMENTS "}");
    cr_assert_eq(json_array_size(crowd), 1);
    cr_expect_not_null(strstr(json_string_value(json_array_get(crowd, 0)), "more than 2 workers"));
    json_decref(crowd);
}

Test(noise, says_when_a_quota_holds_workers_up)
{
    json_t *enough = describe_limits(1, "{" PLACEMENTS ", \"cpu_quota\": 1.5}");
    cr_expect_eq(json_array_size(enough), 0);
    json_decref(enough);
    json_t *tight = describe_limits(2, "{" PLACEMENTS ", \"cpu_quota\": 1.5}");
    cr_assert_eq(json_array_size(tight), 1);
    cr_expect_not_null(strstr(json_string_value(json_array_get(tight, 0)), "1.5 CPUs"));
    json_decref(tight);
}

/* ---- other runs ---- */

static json_t *find_others(const char *root)
{
    json_t *pids = json_array();
    cr_assert_eq(nb_noise_find_others(pids, root), NBANG_OK);
    return pids;
}

/* A process as /proc shows it. */
static void put_process(const scratch *dir, long pid, const char *name, long parent)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "proc/%ld/stat", pid);
    snprintf(text, sizeof text, "%ld (%s) S %ld 1 1 0 -1 0 0\n", pid, name, parent);
    scratch_put(dir, path, text);
}

Test(noise, names_masters_that_are_no_relations)
{
    const long self = getpid();
    scratch dir = scratch_create();
    put_process(&dir, 1, "init", 0);
    put_process(&dir, 900001, "nbang", 1);      /* another run */
    put_process(&dir, 900002, "nbang", 900001); /* its worker */
    put_process(&dir, 900003, "nbang", 1);      /* started this process through a shell */
    put_process(&dir, 900004, "sh", 900003);
    put_process(&dir, self, "test", 900004);
    put_process(&dir, 900005, "nbang", self); /* ours */
    put_process(&dir, 900006, "nbangish) S 1 (", 1);
    scratch_put(&dir, "proc/900007/stat", "rubbish");
    json_t *found = find_others(dir.dir);
    cr_assert_eq(json_array_size(found), 1);
    cr_expect_eq(json_integer_value(json_array_get(found, 0)), 900001);
    cr_expect_eq(nb_noise_find_others(found, dir.dir), NBANG_OK);
    cr_expect_eq(json_array_size(found), 1, "it is known already");
    json_decref(found);
    scratch_remove(&dir);
}

Test(noise, knows_its_own_executable_by_any_name)
{
    /* The child of a child that is gone belongs to nobody that is ours. */
    int pipe_fds[2];
    cr_assert_eq(pipe(pipe_fds), 0);
    const pid_t middle = fork();
    if (middle == 0) {
        const pid_t stranger = fork();
        if (stranger == 0) {
            pause();
            _exit(0);
        }
        const ssize_t written = write(pipe_fds[1], &stranger, sizeof stranger);
        _exit(written != (ssize_t)sizeof stranger);
    }
    pid_t stranger;
    cr_assert_eq(waitpid(middle, NULL, 0), middle);
    cr_assert_eq(read(pipe_fds[0], &stranger, sizeof stranger), (ssize_t)sizeof stranger);
    json_t *found = find_others("");
    kill(stranger, SIGKILL);
    bool named = false;
    for (size_t i = 0; i < json_array_size(found); i++) {
        named = named || json_integer_value(json_array_get(found, i)) == stranger;
    }
    cr_expect(named, "process %d", stranger);
    json_decref(found);
}

static void expect_named(unsigned count, const char *expected)
{
    json_t *pids = json_array();
    json_t *sentences = json_array();
    for (unsigned i = 0; i < count; i++) {
        json_array_append_new(pids, json_integer(100 + i));
    }
    cr_assert_eq(nb_noise_describe_others(sentences, pids), NBANG_OK);
    cr_assert_eq(json_array_size(sentences), expected != NULL);
    if (expected != NULL) {
        cr_expect_str_eq(json_string_value(json_array_get(sentences, 0)), expected);
    }
    json_decref(pids);
    json_decref(sentences);
}

Test(noise, many_runs_are_one_sentence)
{
    expect_named(0, NULL);
    expect_named(1, "Another run of nbang was at work here meanwhile: process 100.");
    expect_named(2, "Other runs of nbang were at work here meanwhile: processes 100, 101.");
    expect_named(9, "Other runs of nbang were at work here meanwhile: processes 100, 101, 102, 103 "
                    "and 5 more.");
}
