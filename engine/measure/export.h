/* A record and its analysis as text that other programs read.
 *
 *   json              all of the record and nothing else: the format of record.h
 *   google-benchmark  what Google Benchmark's JSON reporter writes, for its tools/compare.py and
 * for whoever reads that format: github.com/google/benchmark, docs/user_guide.md and
 *                     src/json_reporter.cc. An iteration row is a run of a point, "threads" are its
 *                     workers; rows with the mean, median, standard deviation and coefficient of
 *                     variation follow. Since no tool looks for host names they are left out.
 *   github-action     the array of customSmallerIsBetter of
 *                     github.com/benchmark-action/github-action-benchmark: medians in milliseconds,
 *                     and as the range the larger half of the 95 % confidence interval
 *   bencher           Bencher Metric Format, bencher.dev/docs/reference/bencher-metric-format:
 *                     medians of the latency in nanoseconds with their 95 % confidence interval
 *   csv               RFC 4180, one line a run under a header; what is not known is empty
 *   markdown          a table for each workload and placement, for a comment or a page
 *
 * Numbers are finite, texts are UTF-8 and end with a line end. */
#ifndef NB_MEASURE_EXPORT_H
#define NB_MEASURE_EXPORT_H

#include "base/status.h"
#include "measure/analysis.h"
#include "measure/record.h"

typedef enum nb_export_format {
    NB_EXPORT_JSON,
    NB_EXPORT_GOOGLE_BENCHMARK,
    NB_EXPORT_GITHUB_ACTION,
    NB_EXPORT_BENCHER,
    NB_EXPORT_CSV,
    NB_EXPORT_MARKDOWN
} nb_export_format;

/* Their names in this order, as above; the array ends in NULL. */
extern const char *const nb_export_formats[];

/* The header of csv, with its line end. Columns are only ever added, at the end. */
extern const char nb_export_csv_header[];

/* Renders a record into a new string that the caller frees. Points without samples are passed over;
 * without any sample at all the lists are empty, but for github-action, which does not take an
 * empty one: NBANG_END then, and no text. Otherwise NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_export_render(char **text, nb_export_format format,
                                         const nb_record *record, const nb_analysis *analysis);

#endif
