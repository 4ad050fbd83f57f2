/* What disturbs a measurement, from made-up files. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "measure/noise.h"
#include "scratch.h"

TestSuite(noise, .timeout = 30);

static void put(const scratch *dir, const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", dir->dir, path);
    for (char *slash = full + strlen(dir->dir) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(full, 0700);
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file, "cannot write %s", full);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

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
    put(&dir, "proc/stat", "cpu  100 200 300 4000 500 6 7 80 50 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
    put(&dir, "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "12\n");
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

Test(noise, names_points_whose_samples_lie_far_apart)
{
    static nb_point points[] = {{.workload = "calm", .workers = 1},
                                {.workload = "wild", .workers = 2}};
    nb_point_result results[] = {
        {.point = &points[0], .runs = 9, .spread = 0.01},
        {.point = &points[1], .runs = 9, .spread = 0.123},
    };
    const nb_analysis analysis = {.points = results, .num_points = 2};
    json_t *sentences = json_array();
    cr_assert_eq(nb_noise_describe_spread(sentences, &analysis), NBANG_OK);
    cr_assert_eq(json_array_size(sentences), 1);
    cr_expect_not_null(strstr(json_string_value(json_array_get(sentences, 0)), "wild/workers:2"));
    cr_expect_not_null(strstr(json_string_value(json_array_get(sentences, 0)), "12 %"));
    json_decref(sentences);
}

/* ---- other runs ---- */

static json_t *find_others(const char *root)
{
    json_t *sentences = json_array();
    cr_assert_eq(nb_noise_find_others(sentences, root), NBANG_OK);
    return sentences;
}

/* A process as /proc shows it. */
static void put_process(const scratch *dir, long pid, const char *name, long parent)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "proc/%ld/stat", pid);
    snprintf(text, sizeof text, "%ld (%s) S %ld 1 1 0 -1 0 0\n", pid, name, parent);
    put(dir, path, text);
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
    put(&dir, "proc/900007/stat", "rubbish");
    json_t *found = find_others(dir.dir);
    cr_assert_eq(json_array_size(found), 1);
    cr_expect_str_eq(json_string_value(json_array_get(found, 0)),
                     "Another nbang runs here: process 900001.");
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
    char expected[80];
    snprintf(expected, sizeof expected, "Another nbang runs here: process %d.", stranger);
    json_t *found = find_others("");
    kill(stranger, SIGKILL);
    bool named = false;
    for (size_t i = 0; i < json_array_size(found); i++) {
        named = named || strcmp(json_string_value(json_array_get(found, i)), expected) == 0;
    }
    cr_expect(named, "%s", expected);
    json_decref(found);
}
