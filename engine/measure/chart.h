/* Charts as SVG: axes with ticks at round figures, lines, bands, points with whiskers, and labels
 * beside what they name. Every chart has a title and a description for those who do not see it,
 * and every point says what it is. Colours come from the style sheet (measure/style.h), by class:
 * "s0" to "s5" are the colours of series, each with its own marker and dashes. */
#ifndef NB_MEASURE_CHART_H
#define NB_MEASURE_CHART_H

#include <stddef.h>
#include <stdio.h>

#include "measure/markup.h"

/* Colours, markers and dashes before they are used again. */
#define NB_CHART_STYLES 6

/* Labels that one chart takes, and their size; what goes beyond is left out. */
#define NB_CHART_MAX_LABELS 32
#define NB_CHART_LABEL_SIZE 96

/* Values from low to high (low < high), with ticks at the multiples of step; none if step is 0. */
typedef struct nb_axis {
    double low, high, step;
    const char *title; /* NULL: none */
    const char *unit;  /* behind the figure at every tick, as " %"; NULL: none */
} nb_axis;

/* The axis from 0 to at least `high` with at most about `ticks` ticks, 1, 2 or 5 times a power of
 * ten apart. */
nb_axis nb_axis_round(double high, unsigned ticks);
/* The axis for numbers of workers up to `most`, with ticks a power of two apart. */
nb_axis nb_axis_workers(unsigned most);

typedef struct nb_chart_label {
    double x, y; /* of the text's start and middle, as drawn */
    char text[NB_CHART_LABEL_SIZE];
    const char *class;
} nb_chart_label;

/* A chart that is being written. The caller sets the first group and nb_chart_begin the rest. */
typedef struct nb_chart {
    FILE *out;
    const char *id; /* for elements of the chart that are referred to; unique in the document */
    double width, height;
    double left, right, top, bottom; /* room around the plot */
    nb_axis x, y;
    void (*style)(FILE *out); /* writes the style sheet that it brings along; NULL within a page */

    nb_chart_label labels[NB_CHART_MAX_LABELS];
    size_t num_labels;
} nb_chart;

/* Starts the chart with its title. What the caller writes until nb_chart_axes is its description,
 * plain text; nb_chart_axes draws the axes, unless x has no range. */
void nb_chart_begin(nb_chart *chart, const char *title);
void nb_chart_axes(nb_chart *chart);
/* Writes the labels, moved apart where they would cover each other, and ends the chart. */
void nb_chart_end(nb_chart *chart);

/* Where values are drawn. */
double nb_chart_x(const nb_chart *chart, double x);
double nb_chart_y(const nb_chart *chart, double y);

/* A line: its places follow each other between begin and end. And the band from its low to
 * its high ends at `count` places. What lies outside of the axes is cut off. */
void nb_chart_line_begin(const nb_chart *chart, const char *class);
void nb_chart_line_to(const nb_chart *chart, double x, double y);
void nb_chart_line_end(const nb_chart *chart);
void nb_chart_band(const nb_chart *chart, const double *x, const nb_interval *y, size_t count,
                   const char *class);
/* A point in the style of a series, with whiskers from low to high, that says `title`. */
void nb_chart_point(const nb_chart *chart, double x, nb_interval y, unsigned style,
                    const char *title);
/* The marker of a series alone, drawn at a place on the paper. */
void nb_chart_marker(FILE *out, double x, double y, unsigned style);
/* A label at the right of the place (x, y), or beside the plot if that is near, written by
 * nb_chart_end; `class` must live until then. */
void nb_chart_label_at(nb_chart *chart, double x, double y, const char *text, const char *class);
/* Text on the paper, its anchor "start", "middle" or "end". */
void nb_chart_text(FILE *out, double x, double y, const char *anchor, const char *class,
                   const char *text);

#endif
