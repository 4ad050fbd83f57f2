/* The samples of a series as points: a column for every number of workers, and in it the samples
 * in the order of their turns, as deviations from the column's median. A machine that became slower
 * meanwhile shows as a slope in all columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/chart.h"
#include "measure/report_parts.h"

/* Samples further away than this many times what nine tenths of all keep to are drawn at the edge:
 * one of them would press all the others together. */
#define FAR_AWAY 2.5
/* The least range, in per cent: less is no deviation worth looking at. */
#define LEAST_RANGE 1.0
/* Room that is needed below a column for "128 workers", and for the median. */
#define WORDS_WIDTH 88.0
#define TIME_WIDTH 54.0

/* How far a sample is away from its point's median, in per cent. */
static double deviation(const nb_point_result *result, const nb_sample *sample)
{
    const double median = result->median_ns.value;
    return median > 0 ? 100 * ((double)sample->wall_ns / median - 1) : 0;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The deviation up to which samples are drawn where they are. Without memory a guess. */
static double range_of(const nb_point_result *points, size_t count)
{
    size_t num_samples = 0;
    for (size_t i = 0; i < count; i++) {
        num_samples += points[i].runs;
    }
    double *all = malloc((num_samples + 1) * sizeof(*all));
    if (all == NULL || num_samples == 0) {
        free(all);
        return 10;
    }
    size_t k = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < points[i].runs; j++) {
            all[k++] = fabs(deviation(&points[i], &points[i].point->samples[j]));
        }
    }
    qsort(all, num_samples, sizeof(*all), compare);
    const double usual = all[(num_samples - 1) * 9 / 10];
    const double most = all[num_samples - 1];
    free(all);
    return fmax(LEAST_RANGE, fmin(1.05 * most, FAR_AWAY * usual));
}

/* The last turn of the record, at least 1. */
static double last_turn(const nb_record *record)
{
    uint64_t last = 1;
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *point = &record->points[i];
        for (size_t j = 0; j < point->num_samples; j++) {
            last = point->samples[j].turn > last ? point->samples[j].turn : last;
        }
    }
    return (double)last;
}

/* A sample at its place in column `column`; beyond the range it is an arrow at the edge. */
static void draw_sample(const nb_chart *chart, const nb_point_result *result, size_t index,
                        double column, double turns)
{
    const nb_sample *sample = &result->point->samples[index];
    const double away = deviation(result, sample);
    const double x = nb_chart_x(chart, column + 0.1 + 0.8 * (double)sample->turn / turns);
    const double y = nb_chart_y(chart, fmin(fmax(away, chart->y.low), chart->y.high));
    char workers[NB_WORKERS_SIZE];
    char time[NB_FIGURE_SIZE];
    fprintf(chart->out, "<path class=\"sample\" d=\"M%.1f %.1f", x, y);
    if (away > chart->y.high) {
        fputs("m-4 7l4-7l4 7z", chart->out);
    } else if (away < chart->y.low) {
        fputs("m-4-7l4 7l4-7z", chart->out);
    } else {
        fputs("m-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0-5.2 0z", chart->out);
    }
    fprintf(chart->out,
            "\"><title>%s, run %zu of %zu: %s (%+.2f %% from the median)</title></path>\n",
            nb_report_workers(workers, result->point->workers), index + 1, result->runs,
            nb_figure_exact_time(time, (double)sample->wall_ns), away);
}

/* A column: the interval of the median, the median as its line, and the samples. */
static void draw_column(const nb_chart *chart, const nb_point_result *result, size_t column,
                        double turns)
{
    const double from = nb_chart_x(chart, (double)column + 0.06);
    const double to = nb_chart_x(chart, (double)column + 0.94);
    const nb_interval median = result->median_ns;
    char workers[NB_WORKERS_SIZE];
    char text[NB_FIGURE_INTERVAL_SIZE];
    char time[NB_FIGURE_SIZE];
    if (median.known && median.value > 0) {
        const double scale = 100 / median.value;
        const double low = fmax(scale * median.low - 100, chart->y.low);
        const double high = fmin(scale * median.high - 100, chart->y.high);
        const double top = nb_chart_y(chart, high);
        nb_figure_interval(text, median, nb_figure_exact_time);
        fprintf(chart->out,
                "<rect class=\"interval\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                "<title>%s: median %s</title></rect>\n",
                from, top, to - from, fmax(nb_chart_y(chart, low) - top, 1),
                nb_report_workers(workers, result->point->workers), text);
    }
    fprintf(chart->out,
            "<path class=\"median\" d=\"M%.1f %.1fH%.1f\"><title>%s: median %s</title>"
            "</path>\n",
            from, nb_chart_y(chart, 0), to, nb_report_workers(workers, result->point->workers),
            nb_figure_exact_time(time, median.value));
    for (size_t i = 0; i < result->runs; i++) {
        draw_sample(chart, result, i, (double)column, turns);
    }
}

/* Below a column: the number of workers and, if there is room, the median. */
static void label_column(const nb_chart *chart, const nb_point_result *result, size_t column,
                         double width)
{
    const double x = nb_chart_x(chart, (double)column + 0.5);
    const double y = chart->height - chart->bottom + 18;
    char text[NB_FIGURE_SIZE];
    nb_report_workers(text, result->point->workers);
    if (width < WORDS_WIDTH) {
        text[strcspn(text, " ")] = '\0';
    }
    nb_chart_text(chart->out, x, y, "middle", "figure strong", text);
    if (width >= TIME_WIDTH && result->runs > 0) {
        nb_chart_text(chart->out, x, y + 16, "middle", "figure",
                      nb_figure_exact_time(text, result->median_ns.value));
    }
}

/* Explains what there is in the chart: of the runs of these points, those beyond `range` are
 * arrows. */
static void write_caption(FILE *out, const nb_point_result *points, size_t count, double range)
{
    size_t most_runs = 0;
    bool has_band = false;
    bool has_arrow = false;
    for (size_t i = 0; i < count; i++) {
        most_runs = points[i].runs > most_runs ? points[i].runs : most_runs;
        has_band = has_band || points[i].median_ns.known;
        for (size_t j = 0; j < points[i].runs && !has_arrow; j++) {
            has_arrow = fabs(deviation(&points[i], &points[i].point->samples[j])) > range;
        }
    }
    fputs("<figcaption>", out);
    if (most_runs < 2) {
        fputs("No more than one run was made with each number of workers, which is its own median.",
              out);
    } else {
        fprintf(out,
                "Every run, in the order in which they were taken, from left to right within each "
                "column. The line is the median%s%s.",
                has_band ? ", the band its 95 % confidence interval" : "",
                has_arrow ? "; arrows at the edge are runs further away" : "");
    }
    fputs("</figcaption>\n", out);
}

void nb_report_samples_chart(FILE *out, const nb_bench_report *report, size_t index)
{
    const nb_series_result *series = &report->analysis->series[index];
    const nb_point_result *points = nb_report_points(report, series);
    const size_t count = series->num_points;
    char name[NB_SERIES_NAME_SIZE];
    char id[32];
    char text[256];
    snprintf(id, sizeof(id), "samples-%zu", index);
    nb_chart chart = {.out = out,
                      .id = id,
                      .width = 960,
                      .height = 280,
                      .left = 58,
                      .right = 12,
                      .top = 34,
                      .bottom = 48};
    const double range = range_of(points, count);
    chart.x = (nb_axis){.low = 0, .high = (double)count};
    chart.y = nb_axis_round(range, 3);
    chart.y = (nb_axis){.low = -range,
                        .high = range,
                        .step = chart.y.step,
                        .title = "deviation from the median",
                        .unit = " %"};
    const double width = (chart.width - chart.left - chart.right) / (double)count;
    snprintf(text, sizeof(text), "Samples of %s", nb_report_series_name(name, points[0].point));
    nb_chart_begin(&chart, text);
    fputs("Wall-clock times of all runs as deviations from the median of their number of workers, "
          "in the order in which they were taken.",
          out);
    nb_chart_axes(&chart);
    /* Every so many columns have a label where there are too many. */
    const size_t every = (size_t)ceil(26 / width);
    const double turns = last_turn(report->record);
    for (size_t i = 0; i < count; i++) {
        if (points[i].runs > 0) {
            draw_column(&chart, &points[i], i, turns);
        }
        if (i % every == 0) {
            label_column(&chart, &points[i], i, width);
        }
    }
    if (width < WORDS_WIDTH) {
        nb_chart_text(out, chart.left - 6, chart.height - chart.bottom + 18, "end", "name",
                      "workers");
    }
    nb_chart_end(&chart);
    write_caption(out, points, count, range);
}
