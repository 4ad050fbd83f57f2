/* What a page and its charts are written with: escaped text, and figures as people read them. */
#ifndef NB_MEASURE_MARKUP_H
#define NB_MEASURE_MARKUP_H

#include <stdint.h>
#include <stdio.h>

#include "measure/analysis.h"

/* Writes text so that it is itself in HTML and in XML, between tags and within quoted attributes.
 * Control characters, and every character beyond ASCII if the text is not valid UTF-8, become
 * question marks. */
void nb_markup_text(FILE *out, const char *text);

/* Large enough for every figure below, with its terminator. */
#define NB_FIGURE_SIZE 96

/* Figures with so many significant digits as help, and their unit: "412 ms" and "412.3 ms" (with 3
 * or 4 digits asked for), "88.4 %" of 0.884, "1.77", "1,000,000", "32 KiB". They return `out`. */
const char *nb_figure_time(char out[NB_FIGURE_SIZE], double ns, unsigned digits);
const char *nb_figure_percent(char out[NB_FIGURE_SIZE], double share);
const char *nb_figure_ratio(char out[NB_FIGURE_SIZE], double ratio);
const char *nb_figure_count(char out[NB_FIGURE_SIZE], uint64_t count);
const char *nb_figure_bytes(char out[NB_FIGURE_SIZE], uint64_t bytes);

/* A kind of figure, as nb_figure_ratio. */
typedef const char *nb_figure(char out[NB_FIGURE_SIZE], double value);

/* "1.77 (95 % CI 1.72 to 1.80)"; "unknown" if it is. Returns `out`. */
#define NB_FIGURE_INTERVAL_SIZE 256
const char *nb_figure_interval(char out[NB_FIGURE_INTERVAL_SIZE], nb_interval interval,
                               nb_figure *figure);

/* A time with four digits, and a figure without decimals, each as an nb_figure. */
const char *nb_figure_exact_time(char out[NB_FIGURE_SIZE], double ns);
const char *nb_figure_whole(char out[NB_FIGURE_SIZE], double value);
/* A small coefficient with two significant digits and all its zeros, as "0.00081"; an nb_figure. */
const char *nb_figure_coefficient(char out[NB_FIGURE_SIZE], double value);

#endif
