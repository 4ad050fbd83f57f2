/* A benchmark's report: one HTML file that holds everything (no network, no script), or its
 * speed-up chart alone as SVG. Pure: the same input gives the same text. */
#ifndef NB_MEASURE_REPORT_H
#define NB_MEASURE_REPORT_H

#include "base/status.h"
#include "measure/analysis.h"
#include "measure/record.h"
#include "measure/trace_read.h"

typedef struct nb_bench_report {
    const nb_record *record;
    const nb_analysis *analysis; /* of that record */
    const nb_trace_data *trace;  /* of one run; NULL if there is none */
    const nb_point *trace_point; /* what was run then; NULL if there is no trace */
} nb_bench_report;

/* Writes the report into a string that the caller frees. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_bench_report_html(char **text, const nb_bench_report *report);
NB_MUST_CHECK nb_status nb_bench_report_svg(char **text, const nb_bench_report *report);

#endif
