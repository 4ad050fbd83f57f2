/* Private to the report: its parts, each of which writes a piece of HTML or SVG. */
#ifndef NB_MEASURE_REPORT_PARTS_H
#define NB_MEASURE_REPORT_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "measure/markup.h"
#include "measure/report.h"

/* "strong-1e6-v1", with ", by pu" and ", spread" where it is not placed as by default. */
#define NB_SERIES_NAME_SIZE 96
const char *nb_report_series_name(char out[NB_SERIES_NAME_SIZE], const nb_point *point);

/* "1 worker", "2 workers". */
#define NB_WORKERS_SIZE 32
const char *nb_report_workers(char out[NB_WORKERS_SIZE], unsigned workers);

/* The results of a series' points. */
static inline const nb_point_result *nb_report_points(const nb_bench_report *report,
                                                      const nb_series_result *series)
{
    return report->analysis->points + series->first_point;
}

/* Whether a speed-up of the series is known for more than one worker. */
bool nb_report_has_speedup(const nb_bench_report *report, const nb_series_result *series);

/* The style sheet of the page, and of a chart that stands alone. */
void nb_report_style_page(FILE *out);
void nb_report_style_chart(FILE *out);
/* The patterns that phases are filled with, for the charts of the page. */
void nb_report_patterns(FILE *out);

/* Charts of a series, the index'th of the analysis: speed-up with the ideal line and the fits,
 * efficiency, and the samples with a caption. */
void nb_report_speedup_chart(FILE *out, const nb_bench_report *report, size_t index);
void nb_report_efficiency_chart(FILE *out, const nb_bench_report *report, size_t index);
void nb_report_samples_chart(FILE *out, const nb_bench_report *report, size_t index);
/* The speed-up of all series in one chart; with its own title, colours and ground if it is to
 * stand alone. */
void nb_report_overview_chart(FILE *out, const nb_bench_report *report, bool stands_alone);

/* The run that was traced: what every place did when, the key to it, and the shares of the
 * phases. */
void nb_report_timeline(FILE *out, const nb_trace_data *trace);
void nb_report_key(FILE *out, const nb_trace_data *trace);
void nb_report_shares(FILE *out, const nb_trace_data *trace);

/* The machine with the places of the workers, and everything else that the record knows about its
 * circumstances, as tables. */
void nb_report_topology(FILE *out, const json_t *topology);
void nb_report_metadata(FILE *out, const json_t *metadata);

/* The sections of the page. */
void nb_report_head(FILE *out, const nb_bench_report *report);
void nb_report_warnings(FILE *out, const nb_record *record);
void nb_report_foot(FILE *out, const nb_record *record);
void nb_report_series(FILE *out, const nb_bench_report *report, size_t index);
void nb_report_points_table(FILE *out, const nb_bench_report *report);

#endif
