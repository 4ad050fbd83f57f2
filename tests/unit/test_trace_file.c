/* The file that --trace writes, as a JSON parser sees it. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>

#include "cli/trace_file.h"
#include "scratch.h"

static nb_trace_file *file;
static nbang_machine *machine;
static const nbang_summary summary = {.wall_ns = 123456789, .workers = 2};

/* On a machine of four cores. */
static void set_up(void)
{
    setenv("HWLOC_SYNTHETIC", "core:4 pu:1", 1);
    const nbang_placement placement = {.workers = 2};
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    cr_assert_eq(nb_trace_file_create(&file), NBANG_OK);
}

static void tear_down(void)
{
    nb_trace_file_destroy(file);
    nbang_machine_destroy(machine);
}

TestSuite(trace_file, .init = set_up, .fini = tear_down, .timeout = 60);

/* What has been written: an object that the caller releases. */
static json_t *write_and_parse(void)
{
    const scratch dir = scratch_create();
    char path[128];
    nb_target *target;
    cr_assert_eq(nb_target_create(&target), NBANG_OK);
    cr_assert_eq(nb_target_open_file(target, scratch_path(&dir, path, "trace.json"), -1), NBANG_OK);
    cr_assert_eq(nb_trace_file_write(file, target, machine, &summary), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    nb_target_destroy(target);
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(root, "line %d: %s", error.line, error.text);
    scratch_remove(&dir);
    return root;
}

static void add(uint32_t worker, uint32_t place, nbang_phase phase, uint64_t start_ns,
                uint64_t end_ns, uint64_t n)
{
    const nbang_span span = {worker, place, phase, start_ns, end_ns, n};
    nb_trace_file_add(file, &span);
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static int integer_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int)json_integer_value(value) : -1;
}

static void expect_event(const json_t *event, const char *name, double ts, double dur, int pid,
                         int tid)
{
    cr_expect_str_eq(string_of(event, "ph"), "X");
    cr_expect_str_eq(string_of(event, "name"), name);
    cr_expect_eq(json_real_value(json_object_get(event, "ts")), ts);
    cr_expect_eq(json_real_value(json_object_get(event, "dur")), dur);
    cr_expect_eq(integer_of(event, "pid"), pid);
    cr_expect_eq(integer_of(event, "tid"), tid);
}

static void expect_name(const json_t *event, const char *kind, const char *name, int pid, int tid)
{
    cr_expect_str_eq(string_of(event, "ph"), "M");
    cr_expect_str_eq(string_of(event, "name"), kind);
    cr_expect_str_eq(string_of(json_object_get(event, "args"), "name"), name);
    cr_expect_eq(integer_of(event, "pid"), pid);
    cr_expect_eq(integer_of(event, "tid"), tid);
}

Test(trace_file, events_are_those_of_the_format_by_process_and_thread)
{
    add(1, 3, NBANG_PHASE_PRIMES, 1000, 2500, 600000);
    add(0, 0, NBANG_PHASE_TEXT, 123456001, 123456788, NBANG_SPAN_NO_JOB);
    add(1, 3, NBANG_PHASE_PRODUCTS, 2500, 2501, 600000);
    add(NBANG_SPAN_MASTER, 0, NBANG_PHASE_WRITE, 70, 80, NBANG_SPAN_NO_JOB);
    add(1, 2, NBANG_PHASE_TEAM, 1500, 2400, 0);
    json_t *root = write_and_parse();
    const json_t *other = json_object_get(root, "otherData");
    cr_expect_eq(integer_of(other, "wall_ns"), 123456789);
    cr_expect_eq(integer_of(other, "workers"), 2);
    cr_expect_eq(integer_of(other, "slots"), 4);
    const json_t *events = json_object_get(root, "traceEvents");
    cr_assert_eq(json_array_size(events), 13);
    expect_name(json_array_get(events, 0), "process_name", "master", 1, 1);
    expect_name(json_array_get(events, 1), "thread_name", "master", 1, 1);
    expect_event(json_array_get(events, 2), "write", 0.07, 0.01, 1, 1);
    expect_name(json_array_get(events, 3), "process_name", "worker 0", 2, 1);
    expect_name(json_array_get(events, 4), "thread_name", "slot 0: core 0, NUMA node 0, CPU 0", 2,
                1);
    expect_event(json_array_get(events, 5), "text", 123456.001, 0.787, 2, 1);
    expect_name(json_array_get(events, 6), "process_name", "worker 1", 3, 3);
    expect_event(json_array_get(events, 8), "team", 1.5, 0.9, 3, 3);
    expect_event(json_array_get(events, 11), "primes", 1, 1.5, 3, 4);
    expect_event(json_array_get(events, 12), "products", 2.5, 0.001, 3, 4);
    cr_expect_eq(integer_of(json_object_get(json_array_get(events, 11), "args"), "n"), 600000);
    cr_expect_eq(integer_of(json_object_get(json_array_get(events, 8), "args"), "n"), 0);
    cr_expect_eq(json_object_size(json_object_get(json_array_get(events, 5), "args")), 0);
    json_decref(root);
}

Test(trace_file, no_spans_are_no_events)
{
    json_t *root = write_and_parse();
    const json_t *events = json_object_get(root, "traceEvents");
    cr_expect(json_is_array(events) && json_array_size(events) == 0);
    json_decref(root);
}

Test(trace_file, events_of_a_long_run_are_bounded_and_keep_their_sum)
{
    for (uint64_t i = 0; i < 200000; i++) {
        add(0, 0, i % 2 == 0 ? NBANG_PHASE_TEXT : NBANG_PHASE_PIPES, 100 * i, 100 * i + 40, i);
    }
    json_t *root = write_and_parse();
    const json_t *events = json_object_get(root, "traceEvents");
    cr_expect_leq(json_array_size(events), 4096 + 2);
    double text_us = 0;
    size_t i;
    const json_t *event;
    json_array_foreach(events, i, event)
    {
        const double dur = json_real_value(json_object_get(event, "dur"));
        text_us += strcmp(string_of(event, "name"), "text") == 0 ? dur : 0;
    }
    cr_expect_lt(fabs(text_us - 100000 * 0.04), 0.001);
    json_decref(root);
}

Test(trace_file, spans_that_overlap_are_cut)
{
    add(0, 0, NBANG_PHASE_TEXT, 1000, 3000, 5);
    add(0, 0, NBANG_PHASE_PIPES, 2000, 4000, 5);
    add(0, 0, NBANG_PHASE_TEXT, 500, 3500, 5);
    json_t *root = write_and_parse();
    const json_t *events = json_object_get(root, "traceEvents");
    cr_assert_eq(json_array_size(events), 4);
    expect_event(json_array_get(events, 2), "text", 1, 2, 2, 1);
    expect_event(json_array_get(events, 3), "pipes", 3, 1, 2, 1);
    json_decref(root);
}
