#include "cli/bench_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "measure/workloads.h"

enum { CELL_SIZE = 64 };

/* ---- figures ---- */

/* A time in the unit that suits `like`, with four digits or so; the unit is left to the caller. */
static const char *format_time(char out[CELL_SIZE], double ns, double like)
{
    const double unit = like < 1e6 ? 1e3 : like < 1e9 ? 1e6 : 1e9;
    const double shown = like / unit;
    snprintf(out, CELL_SIZE, "%.*f", shown < 10 ? 3 : shown < 100 ? 2 : 1, ns / unit);
    return out;
}

static const char *unit_of(double ns)
{
    return ns < 1e6 ? "us" : ns < 1e9 ? "ms" : "s";
}

/* "41.2 ms". */
static const char *format_time_unit(char out[CELL_SIZE], double ns)
{
    char number[CELL_SIZE];
    snprintf(out, CELL_SIZE, "%.25s %s", format_time(number, ns, ns), unit_of(ns));
    return out;
}

/* "40.9 .. 41.6", in the unit of the value. */
static const char *format_time_interval(char out[CELL_SIZE], const nb_interval *interval)
{
    char low[CELL_SIZE];
    char high[CELL_SIZE];
    if (!interval->known) {
        return "";
    }
    /* As long as CELL_SIZE allows, which is longer than any time. */
    snprintf(out, CELL_SIZE, "%.25s .. %.25s", format_time(low, interval->low, interval->value),
             format_time(high, interval->high, interval->value));
    return out;
}

/* A number with `decimals`, or nothing if it is not known. */
static const char *format_value(char out[CELL_SIZE], const nb_interval *interval, int decimals)
{
    if (!interval->known) {
        return "";
    }
    snprintf(out, CELL_SIZE, "%.*f", decimals, interval->value);
    return out;
}

/* "1.2 %", or a dash for a single run. */
static const char *format_spread(char out[CELL_SIZE], const nb_point_result *result)
{
    if (result->runs < 2) {
        return "-";
    }
    snprintf(out, CELL_SIZE, "%.1f %%", 100 * result->spread);
    return out;
}

/* A dash where more workers are slower: their time has no serial share. */
static const char *format_serial(char out[CELL_SIZE], const nb_point_result *result)
{
    if (result->speedup.known && result->speedup.value < 1) {
        return "-";
    }
    return format_value(out, &result->karp_flatt, 3);
}

static const char *format_interval(char out[CELL_SIZE], const nb_interval *interval)
{
    if (!interval->known) {
        return "";
    }
    snprintf(out, CELL_SIZE, "%.2f .. %.2f", interval->low, interval->high);
    return out;
}

/* ---- a table ---- */

static void print_heading(FILE *out, const nb_point *point)
{
    const nb_workload *workload = nb_workloads_find(point->workload);
    fprintf(out, "%s", point->workload);
    if (workload != NULL) {
        fprintf(out, ": %s", workload->about);
    }
    fprintf(out, "; bound to %s, %s\n", nb_point_bind_name(point), nb_point_order_name(point));
    fprintf(out, "workers runs       min    median         95 %% CI  spread  "
                 "speed-up       95 %% CI  efficiency  serial\n");
}

static void print_point(FILE *out, const nb_point_result *result)
{
    char cells[8][CELL_SIZE];
    fprintf(out, "%7u %4zu", result->point->workers, result->runs);
    if (result->runs == 0) {
        fprintf(out, "  not measured\n");
        return;
    }
    nb_interval percent = result->efficiency;
    percent.value *= 100;
    char text[256];
    const int len =
        snprintf(text, sizeof(text), " %9s %9s  %16s %7s  %8s %13s  %8s %1s  %6s",
                 format_time_unit(cells[0], result->min_ns),
                 format_time_unit(cells[1], result->median_ns.value),
                 format_time_interval(cells[2], &result->median_ns),
                 format_spread(cells[7], result), format_value(cells[3], &result->speedup, 2),
                 result->point->workers > 1 ? format_interval(cells[4], &result->speedup) : "",
                 format_value(cells[5], &percent, 0), percent.known ? "%" : "",
                 format_serial(cells[6], result));
    /* Without the blanks of cells that are empty. */
    size_t end = len > 0 && (size_t)len < sizeof(text) ? (size_t)len : strlen(text);
    while (end > 0 && text[end - 1] == ' ') {
        end--;
    }
    fprintf(out, "%.*s\n", (int)end, text);
}

/* Says why cells are empty. */
static void print_too_few(FILE *out, const nb_point_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (results[i].runs > 0 && results[i].runs < NB_POINT_MIN_RUNS) {
            fprintf(out, "too few runs: intervals and the speed-up need %d of a point\n",
                    NB_POINT_MIN_RUNS);
            return;
        }
    }
}

static void print_amdahl(FILE *out, const nb_fit *fit)
{
    if (fit->known) {
        fprintf(out, "Amdahl: %.3f serial (%.3f to %.3f)\n", fit->sigma.value, fit->sigma.low,
                fit->sigma.high);
    }
}

static void print_usl(FILE *out, const nb_fit *fit)
{
    if (!fit->known) {
        return; /* see print_refusals */
    }
    fprintf(out, "USL: contention %.4f (%.4f to %.4f), coherence %.6f (%.6f to %.6f)",
            fit->sigma.value, fit->sigma.low, fit->sigma.high, fit->kappa.value, fit->kappa.low,
            fit->kappa.high);
    if (fit->best_workers.known) {
        fprintf(out, ", fastest with %.0f workers", fit->best_workers.value);
    }
    fputc('\n', out);
}

/* Whether a series before this one has no models for the same reason. */
static bool is_known_refusal(const nb_analysis *analysis, size_t index)
{
    const char *reason = analysis->series[index].usl.reason;
    for (size_t i = 0; i < index; i++) {
        const nb_fit *fit = &analysis->series[i].usl;
        if (!fit->known && strcmp(fit->reason, reason) == 0) {
            return true;
        }
    }
    return false;
}

/* Says why there are no models, once for all series that have none for the same reason. */
static void print_refusals(FILE *out, const nb_analysis *analysis)
{
    bool is_any_known = false;
    for (size_t i = 0; i < analysis->num_series; i++) {
        is_any_known = is_any_known || analysis->series[i].usl.known;
    }
    for (size_t i = 0; i < analysis->num_series; i++) {
        const nb_fit *fit = &analysis->series[i].usl;
        if (!fit->known && !is_known_refusal(analysis, i)) {
            fprintf(out, "models    %s: %s\n", is_any_known ? "not for all" : "none", fit->reason);
        }
    }
}

/* ---- counters ---- */

static int compare_counts(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The median of what was counted in the samples of a point; false if it was not in all of them. */
static bool median_count(double *median, const nb_point *point, bool cycles)
{
    uint64_t *counts = calloc(point->num_samples + 1, sizeof(*counts));
    bool known = counts != NULL && point->num_samples > 0;
    for (size_t i = 0; known && i < point->num_samples; i++) {
        counts[i] = cycles ? point->samples[i].cycles : point->samples[i].instructions;
        known = counts[i] != NB_COUNT_UNKNOWN;
    }
    if (known) {
        qsort(counts, point->num_samples, sizeof(*counts), compare_counts);
        *median = (double)counts[point->num_samples / 2];
    }
    free(counts);
    return known;
}

static void print_counts(FILE *out, const nb_point *point)
{
    double cycles;
    double instructions;
    if (median_count(&cycles, point, true) && median_count(&instructions, point, false) &&
        cycles > 0) {
        fprintf(out, "%u worker%s: %.4g cycles, %.4g instructions, %.2f a cycle\n", point->workers,
                point->workers == 1 ? "" : "s", cycles, instructions, instructions / cycles);
    }
}

/* ---- what there is to say of the machine ---- */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* ", 2 cores", or ", 1 core". */
static void print_count(FILE *out, const json_t *metadata, const char *key, const char *noun)
{
    const json_int_t count = json_integer_value(json_object_get(metadata, key));
    fprintf(out, ", %" JSON_INTEGER_FORMAT " %s%s", count, noun, count == 1 ? "" : "s");
}

static void print_machine(FILE *out, const json_t *metadata)
{
    const char *model = text_of(metadata, "cpu_model");
    const char *virtualization = text_of(metadata, "virtualization");
    fprintf(out, "machine   %s", model != NULL ? model : "unknown CPU");
    print_count(out, metadata, "num_packages", "package");
    print_count(out, metadata, "num_cores", "core");
    print_count(out, metadata, "num_pus", "hardware thread");
    if (virtualization != NULL && strcmp(virtualization, "none") != 0) {
        fprintf(out, ", a virtual machine (%s)", virtualization);
    }
    fputc('\n', out);
    const char *clock = text_of(json_object_get(metadata, "clock"), "sentence");
    if (clock != NULL) {
        fprintf(out, "clock     %s\n", clock);
    }
    const char *counters = text_of(metadata, "counters");
    if (counters != NULL && strcmp(counters, "available") != 0) {
        fprintf(out, "counters  %s\n", counters);
    }
}

void nb_bench_table_print(FILE *out, const nb_record *record, const nb_analysis *analysis)
{
    for (size_t i = 0; i < analysis->num_series; i++) {
        const nb_series_result *series = &analysis->series[i];
        print_heading(out, &record->points[series->first_point]);
        for (size_t j = 0; j < series->num_points; j++) {
            print_point(out, &analysis->points[series->first_point + j]);
        }
        print_too_few(out, &analysis->points[series->first_point], series->num_points);
        for (size_t j = 0; j < series->num_points; j++) {
            print_counts(out, &record->points[series->first_point + j]);
        }
        print_amdahl(out, &series->amdahl);
        print_usl(out, &series->usl);
        fputc('\n', out);
    }
    print_refusals(out, analysis);
    print_machine(out, record->metadata);
    if (record->command != NULL) {
        fprintf(out, "again     %s\n", record->command);
    }
    size_t i;
    json_t *warning;
    json_array_foreach(record->warnings, i, warning)
    {
        fprintf(out, "warning   %s\n", json_string_value(warning));
    }
    if (record->interrupted) {
        fprintf(out, "warning   The benchmark was interrupted.\n");
    }
}
