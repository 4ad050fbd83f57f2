/* The sections of the page that are words and tables. */
#include <string.h>

#include "measure/report_parts.h"
#include "measure/workloads.h"

/* ---- head ---- */

/* The point of a series with the largest speed-up; NULL if none is known beyond one worker. More
 * workers than places are no better but by chance. */
static const nb_point_result *fastest(const nb_bench_report *report, const nb_series_result *series)
{
    const nb_point_result *points = nb_report_points(report, series);
    const nb_point_result *best = NULL;
    for (size_t i = 0; i < series->num_points; i++) {
        const nb_point_result *here = &points[i];
        if (here->speedup.known && here->point->workers > 1 && !here->is_crowded &&
            (best == NULL || here->speedup.value > best->speedup.value)) {
            best = here;
        }
    }
    return best;
}

/* The point with one worker, or the first one that was measured; NULL if none was. */
static const nb_point_result *first_measured(const nb_bench_report *report,
                                             const nb_series_result *series)
{
    const nb_point_result *points = nb_report_points(report, series);
    for (size_t i = 0; i < series->num_points; i++) {
        if (points[i].runs > 0) {
            return &points[i];
        }
    }
    return NULL;
}

/* "412 ms with 1 worker" */
static void write_time(FILE *out, const nb_point_result *result)
{
    char time[NB_FIGURE_SIZE];
    char workers[NB_WORKERS_SIZE];
    fprintf(out, "<b>%s</b> with %s", nb_figure_time(time, result->median_ns.value, 3),
            nb_report_workers(workers, result->point->workers));
}

/* The sentences behind a headline figure. */
static void write_speedup(FILE *out, const nb_point_result *first, const nb_point_result *best)
{
    char low[NB_FIGURE_SIZE];
    char high[NB_FIGURE_SIZE];
    char share[NB_FIGURE_SIZE];
    write_time(out, best);
    fputs(", ", out);
    write_time(out, first);
    fprintf(out, ". The speed-up lies between %s and %s (95 %% confidence)",
            nb_figure_ratio(low, best->speedup.low), nb_figure_ratio(high, best->speedup.high));
    if (best->efficiency.known) {
        fprintf(out, "; it is <b>%s</b> of the ideal one",
                nb_figure_percent(share, best->efficiency.value));
    }
    fputs(".", out);
    if (best->karp_flatt.known) {
        fprintf(out, " Karp-Flatt serial fraction: <span>%s</span>.",
                nb_figure_percent(share, best->karp_flatt.value));
    }
}

/* What a workload computes, if it is one of ours. */
static void write_workload(FILE *out, const char *name)
{
    const nb_workload *workload = nb_workloads_find(name);
    nb_markup_text(out, workload != NULL ? workload->about : "a workload of another version");
}

/* A headline figure with what it means. */
static void write_headline(FILE *out, const nb_bench_report *report, const nb_series_result *series)
{
    const nb_point_result *best = fastest(report, series);
    const nb_point_result *first = first_measured(report, series);
    char name[NB_SERIES_NAME_SIZE];
    char figure[NB_FIGURE_SIZE];
    fputs("<div class=\"tile\"><h2>", out);
    nb_markup_text(out, nb_report_series_name(name, nb_report_points(report, series)->point));
    fputs("</h2>\n<p class=\"note\">", out);
    write_workload(out, nb_report_points(report, series)->point->workload);
    fputs("</p>\n", out);
    if (best != NULL) {
        fprintf(out, "<p class=\"big\">%s×<span> as fast with %u workers%s</span></p>\n<p>",
                nb_figure_ratio(figure, best->speedup.value), best->point->workers,
                best->speedup.value < 1 ? ": slower than one worker" : "");
        write_speedup(out, first, best);
    } else if (first != NULL) {
        char workers[NB_WORKERS_SIZE];
        fprintf(out, "<p class=\"big\">%s<span> with %s</span></p>\n<p>",
                nb_figure_time(figure, first->median_ns.value, 3),
                nb_report_workers(workers, first->point->workers));
        if (nb_report_has_speedup(report, series)) {
            fputs("More workers than there are places for them cannot be faster; the table has "
                  "them.</p></div>\n",
                  out);
            return;
        }
        fprintf(out,
                "The median of %zu run%s. A speed-up needs six runs with one worker and six "
                "with more.",
                first->runs, first->runs == 1 ? "" : "s");
    } else {
        fputs("<p>Nothing was measured.", out);
    }
    fputs("</p></div>\n", out);
}

/* "nbang 0.1.0, 22 …": what is known of version, commit and date. */
static void write_origin(FILE *out, const json_t *metadata)
{
    const char *version = json_string_value(json_object_get(metadata, "version"));
    const char *commit = json_string_value(json_object_get(metadata, "git_commit"));
    const char *date = json_string_value(json_object_get(metadata, "date"));
    fputs("nbang bench", out);
    if (version != NULL) {
        fputs(" · version ", out);
        nb_markup_text(out, version);
    }
    if (commit != NULL) {
        char short_commit[13];
        snprintf(short_commit, sizeof(short_commit), "%s", commit);
        fputs(" · commit ", out);
        nb_markup_text(out, short_commit);
        fputs(json_is_true(json_object_get(metadata, "git_dirty")) ? " with changes" : "", out);
    }
    if (date != NULL) {
        fputs(" · ", out);
        nb_markup_text(out, date);
    }
}

/* The count in the metadata as "2 cores", after a separator, if it is known. */
static void write_count(FILE *out, const json_t *metadata, const char *key, const char *name)
{
    const json_t *count = json_object_get(metadata, key);
    if (json_is_integer(count)) {
        const json_int_t value = json_integer_value(count);
        fprintf(out, " · %" JSON_INTEGER_FORMAT " %s%s", value, name, value == 1 ? "" : "s");
    }
}

void nb_report_head(FILE *out, const nb_bench_report *report)
{
    const json_t *metadata = report->record->metadata;
    const char *model = json_string_value(json_object_get(metadata, "cpu_model"));
    const char *clock =
        json_string_value(json_object_get(json_object_get(metadata, "clock"), "sentence"));
    fputs(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n<title>nbang bench: core scaling</title>\n<style>\n",
        out);
    nb_report_style_chart(out);
    nb_report_style_page(out); /* after it: on paper it changes colours of the charts */
    fputs("</style>\n</head>\n<body>\n", out);
    nb_report_patterns(out);
    fputs("<main>\n<header>\n<p class=\"origin\">", out);
    write_origin(out, metadata);
    fputs("</p>\n<h1>How nbang scales over cores</h1>\n<p class=\"lead\">", out);
    nb_markup_text(out, model != NULL ? model : "Unknown CPU");
    write_count(out, metadata, "num_cores", "core");
    write_count(out, metadata, "num_pus", "CPU");
    write_count(out, metadata, "num_numa_nodes", "NUMA node");
    fputs("</p>\n</header>\n<section class=\"tiles\">\n", out);
    for (size_t i = 0; i < report->analysis->num_series; i++) {
        write_headline(out, report, &report->analysis->series[i]);
    }
    fputs("</section>\n", out);
    if (clock != NULL) {
        fputs("<p class=\"clock\">", out);
        nb_markup_text(out, clock);
        fputs("</p>\n", out);
    }
}

/* ---- warnings, end ---- */

void nb_report_warnings(FILE *out, const nb_record *record)
{
    const size_t count = json_array_size(record->warnings);
    if (count == 0 && !record->interrupted) {
        return;
    }
    fputs("<section class=\"warnings\"><h2>Warnings</h2>\n<ul>\n", out);
    if (record->interrupted) {
        fputs("<li><b>Interrupted:</b> the benchmark ended before its time; what is here was "
              "measured until then.</li>\n",
              out);
    }
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(record->warnings, i));
        fputs("<li>", out);
        nb_markup_text(out, text != NULL ? text : "?");
        fputs("</li>\n", out);
    }
    fputs("</ul></section>\n", out);
}

void nb_report_foot(FILE *out, const nb_record *record)
{
    fputs("<section><h2>Measure it again</h2>\n<pre>", out);
    nb_markup_text(out, record->command != NULL ? record->command : "nbang bench");
    fputs(
        "</pre>\n</section>\n<footer>\n<p>A sample is a fresh process with its own workers, timed "
        "from before it is started until it has been waited for; samples of all points are taken "
        "in turns, in random order. Figures are medians, and intervals are 95 % confidence "
        "intervals by the bootstrap. Speed-up is the time with one worker over that with N; "
        "efficiency is speed-up over N. Spread is half of the interquartile range over the "
        "median. The serial fraction is Karp and Flatt’s; Amdahl’s law and the universal "
        "scalability law (USL) are fitted from six points on.</p>\n</footer>\n"
        "</main>\n</body>\n</html>\n",
        out);
}

/* ---- a series ---- */

/* "Amdahl: serial share 2.1 % (95 % CI …)." or why there is none. */
static void write_fit(FILE *out, const char *name, const nb_fit *fit)
{
    char text[NB_FIGURE_INTERVAL_SIZE];
    fprintf(out, "<dt>%s</dt><dd>", name);
    if (!fit->known) {
        fputs("Not fitted: ", out);
        nb_markup_text(out, fit->reason != NULL ? fit->reason : "no reason is known");
        fputs(".</dd>\n", out);
        return;
    }
    fprintf(out, "contention σ = %s", nb_figure_interval(text, fit->sigma, nb_figure_percent));
    if (fit->kappa.known && fit->kappa.high > 0) {
        fprintf(out, "; coherence κ = %s",
                nb_figure_interval(text, fit->kappa, nb_figure_coefficient));
    }
    fputs(".", out);
    if (fit->best_workers.known) {
        fprintf(out, " Fastest with %s workers.",
                nb_figure_interval(text, fit->best_workers, nb_figure_whole));
    }
    fputs("</dd>\n", out);
}

void nb_report_series(FILE *out, const nb_bench_report *report, size_t index)
{
    const nb_series_result *series = &report->analysis->series[index];
    char name[NB_SERIES_NAME_SIZE];
    fputs("<section><h2>", out);
    nb_markup_text(out, nb_report_series_name(name, nb_report_points(report, series)->point));
    fputs("</h2>\n<p class=\"note\">Workload: ", out);
    write_workload(out, nb_report_points(report, series)->point->workload);
    fputs("</p>\n", out);
    if (nb_report_has_speedup(report, series)) {
        fputs("<div class=\"pair\">\n<figure>\n", out);
        nb_report_speedup_chart(out, report, index);
        fputs("</figure>\n<figure>\n", out);
        nb_report_efficiency_chart(out, report, index);
        fputs("</figure>\n</div>\n<dl class=\"fits\">\n", out);
        if (series->amdahl.known || series->usl.known) {
            write_fit(out, "Amdahl", &series->amdahl);
        }
        write_fit(out, series->usl.known || series->amdahl.known ? "USL" : "Amdahl, USL",
                  &series->usl);
        fputs("</dl>\n", out);
    } else {
        fputs("<p class=\"missing\">No speed-up: it needs six runs with one worker and six with "
              "more.</p>\n",
              out);
    }
    fputs("<h3>Samples</h3>\n<figure class=\"scroll\">\n", out);
    nb_report_samples_chart(out, report, index);
    fputs("</figure>\n</section>\n", out);
}

/* ---- the table of points ---- */

/* A cell with a figure and below it the interval. */
static void write_cell(FILE *out, nb_interval interval, nb_figure *figure)
{
    char value[NB_FIGURE_SIZE];
    char low[NB_FIGURE_SIZE];
    char high[NB_FIGURE_SIZE];
    if (!interval.known) {
        fputs("<td class=\"n missing\">–</td>", out);
        return;
    }
    fprintf(out, "<td class=\"n\">%s", figure(value, interval.value));
    if (interval.low < interval.high) {
        fprintf(out, "<small>%s – %s</small>", figure(low, interval.low),
                figure(high, interval.high));
    }
    fputs("</td>", out);
}

/* A cell with a median, which has a value even if its interval is not known. */
static void write_median(FILE *out, nb_interval median)
{
    if (!median.known) {
        median = (nb_interval){true, median.value, median.value, median.value};
    }
    write_cell(out, median, nb_figure_exact_time);
}

static void write_row(FILE *out, const nb_point_result *result)
{
    char least[NB_FIGURE_SIZE];
    char spread[NB_FIGURE_SIZE];
    fprintf(out, "<tr><td class=\"n\">%u</td><td class=\"n\">%zu</td>", result->point->workers,
            result->runs);
    if (result->runs == 0) {
        fputs("<td colspan=\"7\" class=\"missing\">not measured</td></tr>\n", out);
        return;
    }
    fprintf(out, "<td class=\"n\">%s</td>", nb_figure_exact_time(least, result->min_ns));
    write_median(out, result->median_ns);
    fprintf(out, "<td class=\"n\">%s</td>",
            result->runs < 2 ? "–" : nb_figure_percent(spread, result->spread));
    write_median(out, result->median_cpu_ns);
    write_cell(out, result->speedup, nb_figure_ratio);
    write_cell(out, result->efficiency, nb_figure_percent);
    write_cell(out, result->karp_flatt, nb_figure_percent);
    fputs("</tr>\n", out);
}

void nb_report_points_table(FILE *out, const nb_bench_report *report)
{
    fputs("<div class=\"scroll\"><table class=\"points\">\n<thead><tr><th class=\"n\">workers</th>"
          "<th class=\"n\">runs</th><th class=\"n\">minimum</th><th class=\"n\">median</th>"
          "<th class=\"n\">spread</th><th class=\"n\">CPU time</th><th class=\"n\">speed-up</th>"
          "<th class=\"n\">efficiency</th><th class=\"n\">serial fraction</th></tr></thead>\n",
          out);
    for (size_t i = 0; i < report->analysis->num_series; i++) {
        const nb_series_result *series = &report->analysis->series[i];
        const nb_point_result *points = nb_report_points(report, series);
        char name[NB_SERIES_NAME_SIZE];
        fputs("<tbody><tr><th colspan=\"9\" scope=\"rowgroup\">", out);
        nb_markup_text(out, nb_report_series_name(name, points->point));
        fputs("</th></tr>\n", out);
        for (size_t j = 0; j < series->num_points; j++) {
            write_row(out, &points[j]);
        }
        fputs("</tbody>\n", out);
    }
    fputs("</table></div>\n", out);
}
