/* The charts of a series. Their colours are classes of the style sheet: "s0" what was measured,
 * "s1" and "s2" the fits. */
#include <math.h>
#include <string.h>

#include "measure/chart.h"
#include "measure/report_parts.h"

/* Places at most at which a fit is drawn: evaluating one costs a pass over its resamples. */
#define FIT_PLACES 48

/* ---- names ---- */

const char *nb_report_series_name(char out[NB_SERIES_NAME_SIZE], const nb_point *point)
{
    const bool is_core = point->bind == NBANG_BIND_CORE;
    const bool is_close = point->order == NBANG_ORDER_CLOSE;
    snprintf(out, NB_SERIES_NAME_SIZE, "%s%s%s%s", point->workload, is_core ? "" : ", bind ",
             is_core ? "" : nb_point_bind_name(point), is_close ? "" : ", spread");
    return out;
}

const char *nb_report_workers(char out[NB_WORKERS_SIZE], unsigned workers)
{
    snprintf(out, NB_WORKERS_SIZE, "%u worker%s", workers, workers == 1 ? "" : "s");
    return out;
}

bool nb_report_has_speedup(const nb_bench_report *report, const nb_series_result *series)
{
    const nb_point_result *points = nb_report_points(report, series);
    for (size_t i = 0; i < series->num_points; i++) {
        if (points[i].speedup.known && points[i].point->workers > 1) {
            return true;
        }
    }
    return false;
}

/* ---- speed-up and efficiency ---- */

/* What a chart over numbers of workers shows of a point. */
typedef struct quantity {
    const char *name;
    nb_interval (*of)(const nb_point_result *result);
    nb_figure *figure;
    double scale; /* of the axis: 100 for per cent */
} quantity;

static nb_interval speedup_of(const nb_point_result *result)
{
    return result->speedup;
}

static nb_interval efficiency_of(const nb_point_result *result)
{
    return result->efficiency;
}

static const quantity speedup = {"speed-up", speedup_of, nb_figure_ratio, 1};
static const quantity efficiency = {"efficiency", efficiency_of, nb_figure_percent, 100};

/* "2 workers: speed-up 1.77 (95 % CI 1.72 to 1.80)" */
static void describe(char out[512], const nb_point_result *result, const quantity *shown)
{
    char workers[NB_WORKERS_SIZE];
    char interval[NB_FIGURE_INTERVAL_SIZE];
    snprintf(out, 512, "%s: %s %s", nb_report_workers(workers, result->point->workers), shown->name,
             nb_figure_interval(interval, shown->of(result), shown->figure));
}

/* The most workers of these points, and the largest value of a quantity, at least 1. */
static unsigned most_workers(const nb_point_result *points, size_t count)
{
    unsigned most = 1;
    for (size_t i = 0; i < count; i++) {
        most = points[i].point->workers > most ? points[i].point->workers : most;
    }
    return most;
}

static double highest(const nb_point_result *points, size_t count, const quantity *shown)
{
    double high = 1;
    for (size_t i = 0; i < count; i++) {
        const nb_interval interval = shown->of(&points[i]);
        high = interval.known ? fmax(high, interval.high) : high;
    }
    return high;
}

/* Axes for the speed-up of these points: the ideal line is seen to its end unless that would press
 * the points against the floor. */
static void set_speedup_axes(nb_chart *chart, const nb_point_result *points, size_t count)
{
    chart->x = nb_axis_workers(most_workers(points, count));
    const double high = fmin(chart->x.high, 2 * highest(points, count, &speedup));
    chart->y = (nb_axis){.low = 0, .high = high, .step = nb_axis_round(high, 6).step};
    chart->x.title = "workers";
    chart->y.title = "speed-up";
}

/* The line on which every worker is worth as much as one alone. */
static void draw_ideal(nb_chart *chart)
{
    const double end = fmin(chart->x.high, chart->y.high);
    nb_chart_line_begin(chart, "ideal");
    nb_chart_line_to(chart, chart->x.low, chart->x.low);
    nb_chart_line_to(chart, end, end);
    nb_chart_line_end(chart);
    nb_chart_label_at(chart, end, end, "ideal", "ideal");
}

static void draw_fit(nb_chart *chart, const nb_fit *fit, const char *name, const char *class)
{
    double x[FIT_PLACES];
    nb_interval y[FIT_PLACES];
    const double range = floor(chart->x.high) - 1;
    size_t count = 0;
    for (unsigned i = 0; i < FIT_PLACES && fit->known; i++) {
        const unsigned workers = 1 + (unsigned)lround(i * range / (FIT_PLACES - 1));
        if (count == 0 || workers > x[count - 1]) {
            x[count] = workers;
            y[count] = nb_fit_speedup(fit, workers);
            count += y[count].known;
        }
    }
    if (count == 0) {
        return;
    }
    nb_chart_band(chart, x, y, count, class);
    nb_chart_line_begin(chart, class);
    for (size_t i = 0; i < count; i++) {
        nb_chart_line_to(chart, x[i], y[i].value);
    }
    nb_chart_line_end(chart);
    nb_chart_label_at(chart, x[count - 1], y[count - 1].value, name, class);
}

/* The line through the points of a series. */
static void draw_line(nb_chart *chart, const nb_point_result *points, size_t count,
                      const quantity *shown, const char *class)
{
    nb_chart_line_begin(chart, class);
    for (size_t i = 0; i < count; i++) {
        const nb_interval y = shown->of(&points[i]);
        if (y.known) {
            nb_chart_line_to(chart, points[i].point->workers, shown->scale * y.value);
        }
    }
    nb_chart_line_end(chart);
}

/* The points of a series; what each says begins with `prefix`. */
static void draw_points(nb_chart *chart, const nb_point_result *points, size_t count,
                        const quantity *shown, unsigned style, const char *prefix)
{
    for (size_t i = 0; i < count; i++) {
        nb_interval y = shown->of(&points[i]);
        if (!y.known) {
            continue;
        }
        char text[512];
        char title[640];
        describe(text, &points[i], shown);
        snprintf(title, sizeof(title), "%s%s", prefix, text);
        y.value *= shown->scale;
        y.low *= shown->scale;
        y.high *= shown->scale;
        nb_chart_point(chart, points[i].point->workers, y, style, title);
    }
}

/* The last point of a series with a known speed-up, NULL if there is none. */
static const nb_point_result *last_known(const nb_point_result *points, size_t count)
{
    while (count > 0 && !points[count - 1].speedup.known) {
        count--;
    }
    return count > 0 ? &points[count - 1] : NULL;
}

/* Begins a chart of a quantity of a series, up to its description. */
static void begin(nb_chart *chart, const nb_bench_report *report, size_t index,
                  const quantity *shown)
{
    const nb_series_result *series = &report->analysis->series[index];
    const nb_point_result *points = nb_report_points(report, series);
    char name[NB_SERIES_NAME_SIZE];
    char text[512];
    snprintf(text, sizeof(text), "%s of %s by number of workers",
             shown == &speedup ? "Speed-up" : "Efficiency",
             nb_report_series_name(name, points[0].point));
    nb_chart_begin(chart, text);
    for (size_t i = 0; i < series->num_points; i++) {
        describe(text, &points[i], shown);
        nb_markup_text(chart->out, text);
        fputs(i + 1 < series->num_points ? "; " : ".", chart->out);
    }
    nb_chart_axes(chart);
}

void nb_report_speedup_chart(FILE *out, const nb_bench_report *report, size_t index)
{
    const nb_series_result *series = &report->analysis->series[index];
    const nb_point_result *points = nb_report_points(report, series);
    char id[32];
    snprintf(id, sizeof(id), "speedup-%zu", index);
    nb_chart chart = {.out = out,
                      .id = id,
                      .width = 460,
                      .height = 330,
                      .left = 38,
                      .right = 80,
                      .top = 34,
                      .bottom = 46};
    set_speedup_axes(&chart, points, series->num_points);
    begin(&chart, report, index, &speedup);
    draw_ideal(&chart);
    draw_fit(&chart, &series->amdahl, "Amdahl", "s2 fit");
    draw_fit(&chart, &series->usl, "USL", "s1 fit");
    if (!series->usl.known && !series->amdahl.known) {
        draw_line(&chart, points, series->num_points, &speedup, "s0");
    }
    draw_points(&chart, points, series->num_points, &speedup, 0, "");
    const nb_point_result *last = last_known(points, series->num_points);
    if (last != NULL) {
        nb_chart_label_at(&chart, last->point->workers, last->speedup.value, "measured", "s0");
    }
    nb_chart_end(&chart);
}

void nb_report_efficiency_chart(FILE *out, const nb_bench_report *report, size_t index)
{
    const nb_series_result *series = &report->analysis->series[index];
    const nb_point_result *points = nb_report_points(report, series);
    char id[32];
    snprintf(id, sizeof(id), "efficiency-%zu", index);
    nb_chart chart = {.out = out,
                      .id = id,
                      .width = 460,
                      .height = 330,
                      .left = 50,
                      .right = 68,
                      .top = 34,
                      .bottom = 46};
    chart.x = nb_axis_workers(most_workers(points, series->num_points));
    chart.y = nb_axis_round(100 * highest(points, series->num_points, &efficiency), 6);
    chart.x.title = "workers";
    chart.y.title = "efficiency";
    chart.y.unit = " %";
    begin(&chart, report, index, &efficiency);
    nb_chart_line_begin(&chart, "ideal");
    nb_chart_line_to(&chart, chart.x.low, 100);
    nb_chart_line_to(&chart, chart.x.high, 100);
    nb_chart_line_end(&chart);
    nb_chart_label_at(&chart, chart.x.high, 100, "ideal", "ideal");
    draw_line(&chart, points, series->num_points, &efficiency, "s0");
    draw_points(&chart, points, series->num_points, &efficiency, 0, "");
    nb_chart_end(&chart);
}

/* ---- all series ---- */

static void draw_series(nb_chart *chart, const nb_bench_report *report, size_t index)
{
    const nb_series_result *series = &report->analysis->series[index];
    const nb_point_result *points = nb_report_points(report, series);
    const nb_point_result *last = last_known(points, series->num_points);
    static const char *const classes[NB_CHART_STYLES] = {"s0", "s1", "s2", "s3", "s4", "s5"};
    const char *class = classes[index % NB_CHART_STYLES];
    char name[NB_SERIES_NAME_SIZE];
    char prefix[NB_SERIES_NAME_SIZE + 8];
    if (last == NULL) {
        return;
    }
    nb_report_series_name(name, points[0].point);
    snprintf(prefix, sizeof(prefix), "%s, ", name);
    draw_line(chart, points, series->num_points, &speedup, class);
    draw_points(chart, points, series->num_points, &speedup, (unsigned)(index % NB_CHART_STYLES),
                prefix);
    nb_chart_label_at(chart, last->point->workers, last->speedup.value, name, class);
}

/* What a chart that stands alone says above itself. */
static void write_heading(const nb_chart *chart, const nb_record *record)
{
    const char *model = json_string_value(json_object_get(record->metadata, "cpu_model"));
    const char *date = json_string_value(json_object_get(record->metadata, "date"));
    char text[256];
    snprintf(text, sizeof(text), "%s%s%.10s%s", model != NULL ? model : "",
             model != NULL && date != NULL ? ", " : "", date != NULL ? date : "",
             record->interrupted ? " (interrupted)" : "");
    nb_chart_text(chart->out, 16, 28, "start", "heading", "nbang: speed-up by number of workers");
    nb_chart_text(chart->out, 16, 48, "start", "name", text);
}

void nb_report_overview_chart(FILE *out, const nb_bench_report *report, bool stands_alone)
{
    const nb_analysis *analysis = report->analysis;
    size_t longest = 5;
    bool is_known = false;
    for (size_t i = 0; i < analysis->num_series; i++) {
        char name[NB_SERIES_NAME_SIZE];
        const nb_series_result *series = &analysis->series[i];
        nb_report_series_name(name, nb_report_points(report, series)->point);
        longest = strlen(name) > longest ? strlen(name) : longest;
        is_known = is_known || nb_report_has_speedup(report, series);
    }
    nb_chart chart = {.out = out,
                      .id = "overview",
                      .width = 860,
                      .height = stands_alone ? 470 : 400,
                      .left = 46,
                      .right = 24 + 7 * (double)longest,
                      .top = stands_alone ? 96 : 34,
                      .bottom = 46,
                      .style = stands_alone ? nb_report_style_chart : NULL};
    set_speedup_axes(&chart, analysis->points, analysis->num_points);
    nb_chart_begin(&chart, "Speed-up by number of workers");
    fputs(is_known
              ? "A line for every series: its points, with their 95 % confidence intervals, and "
                "the ideal line."
              : "No speed-up is known.",
          out);
    nb_chart_axes(&chart);
    if (stands_alone) {
        write_heading(&chart, report->record);
    }
    draw_ideal(&chart);
    for (size_t i = 0; i < analysis->num_series; i++) {
        draw_series(&chart, report, i);
    }
    if (!is_known) {
        char text[128];
        snprintf(text, sizeof(text),
                 "No speed-up is known: it needs %d runs with one worker and %d with more.",
                 NB_POINT_MIN_RUNS, NB_POINT_MIN_RUNS);
        nb_chart_text(out, chart.left + 16, chart.top + 24, "start", "name", text);
    }
    nb_chart_end(&chart);
}
