#include "measure/chart.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* The least distance between two labels, and what is kept between a point and its label. */
#define LABEL_DISTANCE 14.0
#define LABEL_GAP 8.0

/* ---- axes ---- */

nb_axis nb_axis_round(double high, unsigned ticks)
{
    const double least = (high > 0 ? high : 1) / ticks;
    const double power = pow(10, floor(log10(least)));
    double step = 10 * power;
    if (least <= power) {
        step = power;
    } else if (least <= 2 * power) {
        step = 2 * power;
    } else if (least <= 5 * power) {
        step = 5 * power;
    }
    /* Rounded up to a tick, but not for what a division may have added. */
    return (nb_axis){.low = 0, .high = step * fmax(1, ceil(high / step - 1e-9)), .step = step};
}

nb_axis nb_axis_workers(unsigned most)
{
    double step = 1;
    while (most / step > 12) {
        step *= 2;
    }
    return most <= 12 ? (nb_axis){.low = 0.5, .high = most + 0.25, .step = step}
                      : (nb_axis){.low = 0, .high = 1.02 * most, .step = step};
}

double nb_chart_x(const nb_chart *chart, double x)
{
    const double plot = chart->width - chart->left - chart->right;
    return chart->left + plot * (x - chart->x.low) / (chart->x.high - chart->x.low);
}

double nb_chart_y(const nb_chart *chart, double y)
{
    const double plot = chart->height - chart->top - chart->bottom;
    return chart->top + plot * (chart->y.high - y) / (chart->y.high - chart->y.low);
}

void nb_chart_text(FILE *out, double x, double y, const char *anchor, const char *class,
                   const char *text)
{
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor,
            class);
    nb_markup_text(out, text);
    fputs("</text>\n", out);
}

/* The first and last tick of an axis, counted in steps from 0; none without a step. What a division
 * may have added or taken away is no reason to lose one. */
static long first_tick(const nb_axis *axis)
{
    return axis->step > 0 ? lround(ceil(axis->low / axis->step - 1e-9)) : 0;
}

static long last_tick(const nb_axis *axis)
{
    return axis->step > 0 ? lround(floor(axis->high / axis->step + 1e-9)) : -1;
}

/* Writes the figure at a tick with the decimals that its axis needs. */
static void write_tick(char *out, size_t size, const nb_axis *axis, double value)
{
    int decimals = 0;
    double step = axis->step;
    while (step < 0.999 && decimals < 9) {
        step *= 10;
        decimals++;
    }
    snprintf(out, size, "%s%.*f%s", value < 0 ? "\xe2\x88\x92" : "", decimals, fabs(value),
             axis->unit != NULL ? axis->unit : "");
}

static void draw_x_axis(const nb_chart *chart)
{
    const nb_axis *axis = &chart->x;
    const double bottom = chart->height - chart->bottom;
    char figure[NB_FIGURE_SIZE];
    const long last = last_tick(axis);
    for (long i = first_tick(axis); i <= last; i++) {
        const double x = nb_chart_x(chart, (double)i * axis->step);
        fprintf(chart->out, "<path class=\"tick\" d=\"M%.1f %.1fv4\"/>\n", x, bottom);
        write_tick(figure, sizeof(figure), axis, (double)i * axis->step);
        nb_chart_text(chart->out, x, bottom + 17, "middle", "figure", figure);
    }
    fprintf(chart->out, "<path class=\"axis\" d=\"M%.1f %.1fH%.1f\"/>\n", chart->left, bottom,
            chart->width - chart->right);
    if (axis->title != NULL) {
        nb_chart_text(chart->out, (chart->left + chart->width - chart->right) / 2, bottom + 35,
                      "middle", "name", axis->title);
    }
}

static void draw_y_axis(const nb_chart *chart)
{
    const nb_axis *axis = &chart->y;
    char figure[NB_FIGURE_SIZE];
    const long last = last_tick(axis);
    for (long i = first_tick(axis); i <= last; i++) {
        const double y = nb_chart_y(chart, (double)i * axis->step);
        fprintf(chart->out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>\n", chart->left, y,
                chart->width - chart->right);
        write_tick(figure, sizeof(figure), axis, (double)i * axis->step);
        nb_chart_text(chart->out, chart->left - 8, y + 4, "end", "figure", figure);
    }
    if (axis->title != NULL) {
        nb_chart_text(chart->out, chart->left, chart->top - 12, "start", "name", axis->title);
    }
}

/* ---- beginning and end ---- */

void nb_chart_begin(nb_chart *chart, const char *title)
{
    FILE *out = chart->out;
    chart->num_labels = 0;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"%.0f\" "
            "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-title "
            "%s-text\">\n<title id=\"%s-title\">",
            chart->width, chart->height, chart->width, chart->height, chart->id, chart->id,
            chart->id);
    nb_markup_text(out, title);
    fprintf(out, "</title>\n<desc id=\"%s-text\">", chart->id);
}

void nb_chart_axes(nb_chart *chart)
{
    fputs("</desc>\n", chart->out);
    if (chart->style != NULL) {
        fputs("<style>\n", chart->out);
        chart->style(chart->out);
        fputs("</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n", chart->out);
    }
    fprintf(chart->out,
            "<clipPath id=\"%s-plot\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%.1f\"/></clipPath>\n",
            chart->id, chart->left, chart->top, chart->width - chart->left - chart->right,
            chart->height - chart->top - chart->bottom);
    if (chart->x.low < chart->x.high) {
        draw_y_axis(chart);
        draw_x_axis(chart);
    }
}

static int compare_labels(const void *a, const void *b)
{
    const nb_chart_label *left = a;
    const nb_chart_label *right = b;
    return (left->y > right->y) - (left->y < right->y);
}

void nb_chart_end(nb_chart *chart)
{
    nb_chart_label *labels = chart->labels;
    qsort(labels, chart->num_labels, sizeof(*labels), compare_labels);
    /* Downwards as far as needed, and back up from the lower edge. */
    for (size_t i = 1; i < chart->num_labels; i++) {
        labels[i].y = fmax(labels[i].y, labels[i - 1].y + LABEL_DISTANCE);
    }
    double limit = chart->height - chart->bottom;
    for (size_t i = chart->num_labels; i-- > 0;) {
        labels[i].y = fmin(labels[i].y, limit);
        limit = labels[i].y - LABEL_DISTANCE;
    }
    for (size_t i = 0; i < chart->num_labels; i++) {
        char class[64];
        snprintf(class, sizeof(class), "label %s", labels[i].class);
        nb_chart_text(chart->out, labels[i].x, labels[i].y + 4, "start", class, labels[i].text);
    }
    fputs("</svg>\n", chart->out);
}

/* ---- what is plotted ---- */

void nb_chart_line_begin(const nb_chart *chart, const char *class)
{
    fprintf(chart->out, "<path class=\"line %s\" clip-path=\"url(#%s-plot)\" d=\"M", class,
            chart->id);
}

void nb_chart_line_to(const nb_chart *chart, double x, double y)
{
    fprintf(chart->out, "%.1f %.1f ", nb_chart_x(chart, x), nb_chart_y(chart, y));
}

void nb_chart_line_end(const nb_chart *chart)
{
    fputs("\"/>\n", chart->out);
}

void nb_chart_band(const nb_chart *chart, const double *x, const nb_interval *y, size_t count,
                   const char *class)
{
    fprintf(chart->out, "<path class=\"band %s\" clip-path=\"url(#%s-plot)\" d=\"", class,
            chart->id);
    for (size_t i = 0; i < count; i++) {
        fprintf(chart->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L', nb_chart_x(chart, x[i]),
                nb_chart_y(chart, y[i].high));
    }
    for (size_t i = count; i-- > 0;) {
        fprintf(chart->out, "L%.1f %.1f", nb_chart_x(chart, x[i]), nb_chart_y(chart, y[i].low));
    }
    fputs("Z\"/>\n", chart->out);
}

void nb_chart_marker(FILE *out, double x, double y, unsigned style)
{
    static const char *const shapes[NB_CHART_STYLES] = {
        "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",             /* circle */
        "m-4-4h8v8h-8z",                                            /* square */
        "m0-5.2l5 8.8h-10z",                                        /* triangle */
        "m0-5.6l5.6 5.6l-5.6 5.6l-5.6-5.6z",                        /* diamond */
        "m0 5.2l5-8.8h-10z",                                        /* triangle, downwards */
        "m-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z" /* cross */
    };
    fprintf(out, "<path class=\"marker\" d=\"M%.1f %.1f%s\"/>", x, y,
            shapes[style % NB_CHART_STYLES]);
}

void nb_chart_point(const nb_chart *chart, double x, nb_interval y, unsigned style,
                    const char *title)
{
    const double at = nb_chart_x(chart, x);
    const double low = nb_chart_y(chart, y.low);
    const double high = nb_chart_y(chart, y.high);
    fprintf(chart->out, "<g class=\"point s%u\"><title>", style % NB_CHART_STYLES);
    nb_markup_text(chart->out, title);
    fprintf(chart->out, "</title><path class=\"whisker\" d=\"M%.1f %.1fh6m-3 0V%.1fm-3 0h6\"/>",
            at - 3, high, low);
    nb_chart_marker(chart->out, at, nb_chart_y(chart, y.value), style);
    fputs("</g>\n", chart->out);
}

void nb_chart_label_at(nb_chart *chart, double x, double y, const char *text, const char *class)
{
    if (chart->num_labels == NB_CHART_MAX_LABELS) {
        return;
    }
    nb_chart_label *label = &chart->labels[chart->num_labels++];
    /* Near the right edge it stands beside the plot, clear of the lines. */
    const bool is_inside = x < chart->x.low + 0.75 * (chart->x.high - chart->x.low);
    label->x = nb_chart_x(chart, is_inside ? x : chart->x.high) + LABEL_GAP;
    label->y = nb_chart_y(chart, fmin(fmax(y, chart->y.low), chart->y.high));
    label->class = class;
    snprintf(label->text, sizeof(label->text), "%s", text);
}
