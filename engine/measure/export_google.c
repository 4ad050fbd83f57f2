/* The format of Google Benchmark's JSON reporter; see export.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/export_private.h"
#include "measure/statistics.h"

/* Appends a value to a list, both of them used up if that fails. */
static bool append(json_t *list, json_t *value)
{
    return json_array_append_new(list, value) == 0;
}

/* ---- context ---- */

/* The date with an offset in place of "Z", as Google's reporter writes it: some readers know no
 * other. */
static json_t *date(const nb_record *record)
{
    const char *text = nb_record_text(record, "date", "");
    const size_t len = strlen(text);
    if (len > 0 && text[len - 1] == 'Z') {
        return json_sprintf("%.*s+00:00", (int)len - 1, text);
    }
    return json_string(text);
}

/* A number of the metadata, rounded; 0 if it is not known, since readers expect a number. */
static json_t *whole_number(const json_t *metadata, const char *key)
{
    return json_integer((json_int_t)llround(json_number_value(json_object_get(metadata, key))));
}

static json_t *caches(const json_t *metadata)
{
    json_t *list = json_array();
    size_t i;
    json_t *cache;
    json_array_foreach(json_object_get(metadata, "caches"), i, cache)
    {
        const char *type = json_string_value(json_object_get(cache, "type"));
        json_t *row =
            json_pack("{s:s, s:o, s:o, s:o}", "type", type ? type : "Unified", "level",
                      whole_number(cache, "level"), "size", whole_number(cache, "size_bytes"),
                      "num_sharing", whole_number(cache, "num_sharing"));
        if (!append(list, row)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *load_averages(const json_t *metadata)
{
    json_t *known = json_object_get(metadata, "load_avg");
    return json_is_array(known) ? json_deep_copy(known) : json_array();
}

/* What the format asks for, and under "nbang" all that our own has and it does not. */
static json_t *context(const nb_record *record)
{
    const json_t *metadata = record->metadata;
    const char *build_type = nb_record_text(record, "build_type", "");
    const bool is_debug = strcmp(build_type, "Debug") == 0;
    json_t *whole = nb_record_to_json(record);
    if (whole == NULL || json_object_del(whole, "points") != 0) {
        json_decref(whole);
        return NULL;
    }
    /* Where no governor can be read Google's reporter takes it that there is no scaling. */
    const bool is_scaling = json_is_true(json_object_get(metadata, "frequency_scaling"));
    return json_pack("{s:o, s:s, s:o, s:o, s:b, s:o, s:o, s:s, s:i, s:o}", "date", date(record),
                     "executable", "nbang", "num_cpus", whole_number(metadata, "num_pus"),
                     "mhz_per_cpu", whole_number(metadata, "mhz_per_cpu"), "cpu_scaling_enabled",
                     is_scaling, "caches", caches(metadata), "load_avg", load_averages(metadata),
                     "library_build_type", is_debug ? "debug" : "release", "json_schema_version", 1,
                     "nbang", whole);
}

/* ---- rows ---- */

/* Where a row belongs. */
typedef struct place {
    char name[NB_POINT_NAME_SIZE];
    size_t family, instance; /* the series, and the point's position in it */
} place;

/* The members that all rows of a point share. */
static json_t *start_row(const nb_point *point, const place *where, const char *suffix,
                         const char *run_type)
{
    char name[NB_POINT_NAME_SIZE + 16];
    snprintf(name, sizeof(name), "%s%s", where->name, suffix);
    return json_pack("{s:s, s:I, s:I, s:s, s:s, s:I, s:i}", "name", name, "family_index",
                     (json_int_t)where->family, "per_family_instance_index",
                     (json_int_t)where->instance, "run_name", where->name, "run_type", run_type,
                     "repetitions", (json_int_t)point->num_samples, "threads", (int)point->workers);
}

/* Adds `more`, which it uses up, to `row`. */
static json_t *extend(json_t *row, json_t *more)
{
    if (more == NULL || json_object_update(row, more) != 0) {
        json_decref(row);
        row = NULL;
    }
    json_decref(more);
    return row;
}

static json_t *iteration_row(const nb_point *point, const place *where, size_t index)
{
    const nb_sample *sample = &point->samples[index];
    json_t *row = extend(start_row(point, where, "", "iteration"),
                         json_pack("{s:I, s:i, s:f, s:f, s:s, s:I}", "repetition_index",
                                   (json_int_t)index, "iterations", 1, "real_time",
                                   (double)sample->wall_ns, "cpu_time", (double)sample->cpu_ns,
                                   "time_unit", "ns", "turn", (json_int_t)sample->turn));
    if (row && sample->cycles != NB_COUNT_UNKNOWN) {
        row = extend(row, json_pack("{s:f}", "CYCLES", (double)sample->cycles));
    }
    if (row && sample->instructions != NB_COUNT_UNKNOWN) {
        row = extend(row, json_pack("{s:f}", "INSTRUCTIONS", (double)sample->instructions));
    }
    return row;
}

/* Mean, median, standard deviation and coefficient of variation of `count` values, at least two. */
enum { MEAN, MEDIAN, STDDEV, CV, NUM_AGGREGATES };
static void aggregate(double out[NUM_AGGREGATES], double *values, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    nb_stat_sort(values, count);
    out[MEAN] = mean;
    out[MEDIAN] = nb_stat_median(values, count);
    out[STDDEV] = sqrt(squares / (double)(count - 1));
    out[CV] = mean > 0 ? out[STDDEV] / mean : 0;
}

static bool append_aggregates(json_t *rows, const nb_point *point, const place *where)
{
    static const char *const names[NUM_AGGREGATES] = {"mean", "median", "stddev", "cv"};
    const size_t count = point->num_samples;
    double *values = malloc(count * sizeof(*values));
    if (values == NULL) {
        return false;
    }
    double real[NUM_AGGREGATES], cpu[NUM_AGGREGATES];
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)point->samples[i].wall_ns;
    }
    aggregate(real, values, count);
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)point->samples[i].cpu_ns;
    }
    aggregate(cpu, values, count);
    free(values);
    bool done = true;
    for (int k = 0; k < NUM_AGGREGATES && done; k++) {
        char suffix[16];
        snprintf(suffix, sizeof(suffix), "_%s", names[k]);
        done = append(rows,
                      extend(start_row(point, where, suffix, "aggregate"),
                             json_pack("{s:s, s:s, s:I, s:f, s:f, s:s}", "aggregate_name", names[k],
                                       "aggregate_unit", k == CV ? "percentage" : "time",
                                       "iterations", (json_int_t)count, "real_time", real[k],
                                       "cpu_time", cpu[k], "time_unit", "ns")));
    }
    return done;
}

static bool append_point(json_t *rows, const nb_point *point, const place *where)
{
    for (size_t i = 0; i < point->num_samples; i++) {
        if (!append(rows, iteration_row(point, where, i))) {
            return false;
        }
    }
    return point->num_samples < 2 || append_aggregates(rows, point, where);
}

json_t *nb_export_google_benchmark(const nb_record *record)
{
    json_t *rows = json_array();
    place where = {.family = 0};
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *point = &record->points[i];
        if (i > 0 && nb_point_same_series(point, point - 1)) {
            where.instance++;
        } else {
            where.family += i > 0;
            where.instance = 0;
        }
        nb_point_name(where.name, point);
        if (!append_point(rows, point, &where)) {
            json_decref(rows);
            return NULL;
        }
    }
    return json_pack("{s:o, s:o}", "context", context(record), "benchmarks", rows);
}
