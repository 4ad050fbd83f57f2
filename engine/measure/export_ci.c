/* The formats of services that follow benchmarks over time; see export.h. */
#include <math.h>
#include <stdio.h>

#include "measure/export_private.h"

#define NS_PER_MS 1e6

/* What people see beside the value: how it came about. */
static json_t *extra(const nb_record *record, const nb_point_result *result)
{
    const nb_interval *median = &result->median_ns;
    char interval[96] = "";
    if (median->known) {
        snprintf(interval, sizeof(interval), ", 95 %% CI %.4g to %.4g ms", median->low / NS_PER_MS,
                 median->high / NS_PER_MS);
    }
    return json_sprintf("median of %zu runs%s\nfastest %.4g ms, spread %.1f %%\nnbang %s%s",
                        result->runs, interval, result->min_ns / NS_PER_MS, 100 * result->spread,
                        nb_record_text(record, "version", "of unknown version"),
                        record->interrupted ? "\ninterrupted" : "");
}

static json_t *action_row(const nb_record *record, const nb_point_result *result)
{
    char name[NB_POINT_NAME_SIZE];
    const nb_interval *median = &result->median_ns;
    json_t *row =
        json_pack("{s:s, s:s, s:f, s:o}", "name", nb_point_name(name, result->point), "unit", "ms",
                  "value", median->value / NS_PER_MS, "extra", extra(record, result));
    if (row && median->known) {
        const double half = fmax(median->high - median->value, median->value - median->low);
        json_t *range = json_sprintf("± %.6f", half / NS_PER_MS);
        if (json_object_set_new(row, "range", range) != 0) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

json_t *nb_export_github_action(const nb_record *record, const nb_analysis *analysis)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < analysis->num_points; i++) {
        const nb_point_result *result = &analysis->points[i];
        if (result->runs > 0 && json_array_append_new(rows, action_row(record, result)) != 0) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}

json_t *nb_export_bencher(const nb_analysis *analysis)
{
    json_t *benchmarks = json_object();
    for (size_t i = 0; i < analysis->num_points; i++) {
        const nb_point_result *result = &analysis->points[i];
        const nb_interval *median = &result->median_ns;
        if (result->runs == 0) {
            continue;
        }
        char name[NB_POINT_NAME_SIZE];
        nb_point_name(name, result->point);
        json_t *latency = median->known
                              ? json_pack("{s:f, s:f, s:f}", "value", median->value, "lower_value",
                                          median->low, "upper_value", median->high)
                              : json_pack("{s:f}", "value", median->value);
        json_t *measures = latency ? json_pack("{s:o}", "latency", latency) : NULL;
        if (json_object_set_new(benchmarks, name, measures) != 0) {
            json_decref(benchmarks);
            return NULL;
        }
    }
    return benchmarks;
}
