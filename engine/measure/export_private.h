/* The formats of export.h, one function each. All return false without memory, and so when a write
 * to `out`, which is memory, failed. */
#ifndef NB_MEASURE_EXPORT_PRIVATE_H
#define NB_MEASURE_EXPORT_PRIVATE_H

#include <jansson.h>
#include <stdio.h>

#include "measure/analysis.h"
#include "measure/record.h"

/* These give NULL without memory. */
json_t *nb_export_google_benchmark(const nb_record *record);
json_t *nb_export_github_action(const nb_record *record, const nb_analysis *analysis);
json_t *nb_export_bencher(const nb_analysis *analysis);

/* These write to `out`, whose error flag tells whether it worked. */
void nb_export_csv(FILE *out, const nb_record *record);
void nb_export_markdown(FILE *out, const nb_record *record, const nb_analysis *analysis);

#endif
