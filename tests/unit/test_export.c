/* Each export is read by a strict JSON parser and compared with what the tools that read it look
 * for: their types and members, and figures computed from the samples' definition by hand. */
#include "measure/export.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record_support.h"

/* The text of an export of the record of record_support.h, after `change` to it, if any. */
static char *exported_after(nb_export_format format, void (*change)(nb_record *))
{
    nb_record record;
    nb_analysis analysis;
    make_record(&record, 1);
    make_analysis(&analysis, &record);
    if (change) {
        change(&record);
    }
    char *text = NULL;
    cr_assert_eq(nb_export_render(&text, format, &record, &analysis), NBANG_OK);
    cr_assert_eq(text[strlen(text) - 1], '\n');
    clear_analysis(&analysis);
    nb_record_clear(&record);
    return text;
}

static char *exported(nb_export_format format)
{
    return exported_after(format, NULL);
}

static json_t *parse(char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(value, "%s", error.text);
    free(text);
    return value;
}

static double number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    cr_assert(json_is_number(value), "%s", name);
    cr_assert(isfinite(json_number_value(value)), "%s", name);
    return json_number_value(value);
}

static json_int_t integer(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    cr_assert(json_is_integer(value), "%s", name);
    return json_integer_value(value);
}

static const char *string(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    cr_assert_not_null(value, "%s", name);
    return value;
}

static void expect_near(double value, double expected)
{
    cr_expect_float_eq(value, expected, 1e-9 * fabs(expected), "%.17g, not %.17g", value, expected);
}

/* ---- google-benchmark ---- */

Test(export, google_has_the_context_that_its_readers_look_for)
{
    json_t *root = parse(exported(NB_EXPORT_GOOGLE_BENCHMARK));
    const json_t *context = json_object_get(root, "context");
    cr_expect_str_eq(string(context, "date"), "2026-11-22T06:18:43+00:00");
    cr_expect_eq(integer(context, "num_cpus"), 4);
    cr_expect_eq(integer(context, "mhz_per_cpu"), 2001);
    cr_expect(json_is_false(json_object_get(context, "cpu_scaling_enabled")));
    cr_expect_str_eq(string(context, "library_build_type"), "release");
    cr_expect_eq(integer(context, "json_schema_version"), 1);
    cr_expect_null(json_object_get(context, "host_name"));
    const json_t *load = json_object_get(context, "load_avg");
    cr_assert_eq(json_array_size(load), 3);
    cr_expect_eq(json_number_value(json_array_get(load, 1)), 0.25);
    const json_t *caches = json_object_get(context, "caches");
    cr_assert_eq(json_array_size(caches), 2);
    const json_t *cache = json_array_get(caches, 1);
    cr_expect_str_eq(string(cache, "type"), "Unified");
    cr_expect_eq(integer(cache, "level"), 2);
    cr_expect_eq(integer(cache, "size"), 2097152);
    cr_expect_eq(integer(cache, "num_sharing"), 2);
    json_decref(root);
}

static void expect_row(const json_t *row)
{
    const bool is_aggregate = strcmp(string(row, "run_type"), "aggregate") == 0;
    cr_expect_eq(integer(row, "repetitions"), RECORD_RUNS);
    cr_expect(integer(row, "threads") == 1 || integer(row, "threads") == 2);
    cr_expect(integer(row, "family_index") < 2);
    cr_expect(integer(row, "per_family_instance_index") < 2);
    cr_expect_str_eq(string(row, "time_unit"), "ns");
    cr_expect_gt(number(row, "real_time"), 0);
    cr_expect_gt(number(row, "cpu_time"), 0);
    char name[256];
    if (is_aggregate) {
        cr_expect_eq(integer(row, "iterations"), RECORD_RUNS);
        snprintf(name, sizeof(name), "%s_%s", string(row, "run_name"),
                 string(row, "aggregate_name"));
        cr_expect_str_eq(string(row, "name"), name);
        cr_expect_null(json_object_get(row, "repetition_index"));
    } else {
        cr_expect_str_eq(string(row, "run_type"), "iteration");
        cr_expect_eq(integer(row, "iterations"), 1);
        cr_expect_lt(integer(row, "repetition_index"), RECORD_RUNS);
        cr_expect_str_eq(string(row, "name"), string(row, "run_name"));
    }
}

Test(export, google_has_a_row_a_run_and_the_aggregates_behind)
{
    json_t *root = parse(exported(NB_EXPORT_GOOGLE_BENCHMARK));
    const json_t *rows = json_object_get(root, "benchmarks");
    cr_assert_eq(json_array_size(rows), 4 * (RECORD_RUNS + 4));
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)rows, i, row)
    {
        expect_row(row);
    }
    /* Times of the second point are 24 ms * (100 + k) / 100 for k = 0 to 10, each once. */
    const size_t first = RECORD_RUNS + 4;
    cr_expect_str_eq(string(json_array_get(rows, first), "name"), "strong-1e6-v1/workers:2");
    expect_near(number(json_array_get(rows, first + 1), "real_time"), 24e6 * 1.07);
    expect_near(number(json_array_get(rows, first + 1), "CYCLES"), 2 * 24e6 * 1.07);
    const json_t *aggregates[4];
    for (size_t k = 0; k < 4; k++) {
        aggregates[k] = json_array_get(rows, first + RECORD_RUNS + k);
    }
    cr_expect_str_eq(string(aggregates[0], "aggregate_name"), "mean");
    expect_near(number(aggregates[0], "real_time"), 24e6 * 1.05);
    cr_expect_str_eq(string(aggregates[1], "aggregate_name"), "median");
    expect_near(number(aggregates[1], "real_time"), 24e6 * 1.05);
    cr_expect_str_eq(string(aggregates[2], "aggregate_name"), "stddev");
    expect_near(number(aggregates[2], "real_time"), 24e6 * 0.01 * sqrt(11));
    cr_expect_str_eq(string(aggregates[2], "aggregate_unit"), "time");
    cr_expect_str_eq(string(aggregates[3], "aggregate_name"), "cv");
    expect_near(number(aggregates[3], "real_time"), 0.01 * sqrt(11) / 1.05);
    cr_expect_str_eq(string(aggregates[3], "aggregate_unit"), "percentage");
    json_decref(root);
}

static void forget_metadata(nb_record *record)
{
    json_object_clear(record->metadata);
}

Test(export, google_has_its_types_even_where_nothing_is_known)
{
    json_t *root = parse(exported_after(NB_EXPORT_GOOGLE_BENCHMARK, forget_metadata));
    const json_t *context = json_object_get(root, "context");
    cr_expect_eq(integer(context, "num_cpus"), 0);
    cr_expect_eq(integer(context, "mhz_per_cpu"), 0);
    cr_expect(json_is_array(json_object_get(context, "caches")));
    cr_expect(json_is_array(json_object_get(context, "load_avg")));
    cr_expect_str_eq(string(context, "date"), "");
    json_decref(root);
}

static void keep_one_run(nb_record *record)
{
    for (size_t i = 0; i < record->num_points; i++) {
        record->points[i].num_samples = i == 0;
    }
}

Test(export, google_has_no_aggregates_of_one_run)
{
    json_t *root = parse(exported_after(NB_EXPORT_GOOGLE_BENCHMARK, keep_one_run));
    cr_expect_eq(json_array_size(json_object_get(root, "benchmarks")), 1);
    json_decref(root);
}

/* ---- services ---- */

Test(export, github_action_has_one_row_a_point)
{
    json_t *rows = parse(exported(NB_EXPORT_GITHUB_ACTION));
    cr_assert_eq(json_array_size(rows), 4);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        cr_expect_str_eq(string(row, "unit"), "ms");
        cr_expect_eq(strncmp(string(row, "range"), "± ", strlen("± ")), 0);
        cr_expect_neq(string(row, "extra")[0], '\0');
        cr_expect_eq(json_object_size(row), 5);
    }
    row = json_array_get(rows, 3);
    cr_expect_str_eq(string(row, "name"), "batch-64-v1/workers:2");
    expect_near(number(row, "value"), 52.5);
    cr_expect_str_eq(string(row, "range"), "± 1.050000"); /* 1.02 - 1 of 52.5 */
    json_decref(rows);
}

Test(export, github_action_is_never_an_empty_array)
{
    nb_record record;
    nb_analysis analysis;
    make_record(&record, 1);
    make_analysis(&analysis, &record);
    for (size_t i = 0; i < record.num_points; i++) {
        record.points[i].num_samples = analysis.points[i].runs = 0;
    }
    char *text = NULL;
    cr_expect_eq(nb_export_render(&text, NB_EXPORT_GITHUB_ACTION, &record, &analysis), NBANG_END);
    cr_expect_null(text);
    clear_analysis(&analysis);
    nb_record_clear(&record);
}

Test(export, bencher_has_a_latency_in_nanoseconds_with_its_interval)
{
    json_t *root = parse(exported(NB_EXPORT_BENCHER));
    cr_assert_eq(json_object_size(root), 4);
    const char *name;
    json_t *measures;
    json_object_foreach(root, name, measures)
    {
        cr_expect_eq(json_object_size(measures), 1);
        const json_t *latency = json_object_get(measures, "latency");
        cr_expect_leq(number(latency, "lower_value"), number(latency, "value"));
        cr_expect_leq(number(latency, "value"), number(latency, "upper_value"));
    }
    const json_t *latency =
        json_object_get(json_object_get(root, "strong-1e6-v1/workers:1"), "latency");
    expect_near(number(latency, "value"), 42e6);
    expect_near(number(latency, "lower_value"), 42e6 * 0.99);
    expect_near(number(latency, "upper_value"), 42e6 * 1.02);
    json_decref(root);
}

/* ---- tables ---- */

static void name_commit_badly(nb_record *record)
{
    json_object_set_new(record->metadata, "version", json_string("0.1, \"beta\""));
}

Test(export, csv_has_a_line_a_run_under_a_stable_header)
{
    char *text = exported_after(NB_EXPORT_CSV, name_commit_badly);
    static const char start[] =
        "date,fingerprint,version,git_commit,workload,workers,bind,order,run,turn,wall_ns,cpu_ns,"
        "cycles,instructions\n"
        "2026-11-22T06:18:43Z,0123456789abcdef,\"0.1, \"\"beta\"\"\","
        "1e0a3a1f6bd1a2f0c3fd1f0e5a1a6e4a7f1b2c3d,strong-1e6-v1,1,core,close,0,0,40000000,30000000,"
        "80000000,\n";
    cr_expect_eq(strncmp(text, start, strlen(start)), 0, "%.400s", text);
    size_t lines = 0;
    for (const char *c = text; *c; c++) {
        lines += *c == '\n';
    }
    cr_expect_eq(lines, 1 + 4 * RECORD_RUNS);
    free(text);
}

Test(export, markdown_has_a_table_for_each_series)
{
    char *text = exported(NB_EXPORT_MARKDOWN);
    static const char expected[] =
        "nbang 0.1.0 (1e0a3a1f6bd1) on A \"CPU\", 2 GHz, 2026-11-22T06:18:43Z\n"
        "\n"
        "**strong-1e6-v1**, bind core, order close\n"
        "\n"
        "| workers | runs | fastest | median | 95 % CI | spread | speed-up | efficiency | serial "
        "fraction |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        "| 1 | 11 | 40.0 ms | 42.0 ms | 41.6 ms to 42.8 ms | 2.5 % | – | – | – |\n"
        "| 2 | 11 | 24.0 ms | 25.2 ms | 24.9 ms to 25.7 ms | 2.5 % | 2.00 | 100 % | – |\n"
        "\n"
        "**batch-64-v1**, bind core, order close\n";
    cr_expect_eq(strncmp(text, expected, strlen(expected)), 0, "%s", text);
    cr_expect_not_null(strstr(text, "\n- The load was 1.5.\n"));
    free(text);
}

static void name_processor_badly(nb_record *record)
{
    json_object_set_new(record->metadata, "cpu_model", json_string("<b>|x|\n"));
}

Test(export, markdown_escapes_what_would_be_markup)
{
    char *text = exported_after(NB_EXPORT_MARKDOWN, name_processor_badly);
    cr_expect_not_null(strstr(text, " on \\<b\\>\\|x\\| , 2026"), "%.200s", text);
    free(text);
}
