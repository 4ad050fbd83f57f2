/* A benchmark's record for people: a table for each workload and placement, and what has to be said
 * of the machine. */
#ifndef NB_CLI_BENCH_TABLE_H
#define NB_CLI_BENCH_TABLE_H

#include <stdio.h>

#include "measure/analysis.h"
#include "measure/record.h"

/* Prints it, up to 100 columns wide; errors are left in `out`. */
void nb_bench_table_print(FILE *out, const nb_record *record, const nb_analysis *analysis);

#endif
