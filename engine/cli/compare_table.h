/* A comparison for people: what was compared, a line for each point, and the verdict. */
#ifndef NB_CLI_COMPARE_TABLE_H
#define NB_CLI_COMPARE_TABLE_H

#include <stdio.h>

#include "measure/compare.h"

/* A record and where it comes from, as "file \"old.json\"". */
typedef struct nb_compare_source {
    const nb_record *record;
    const char *origin;
} nb_compare_source;

/* Prints a line: title, origin, date, version and commit. */
void nb_compare_source_print(FILE *out, const char *title, const nb_compare_source *source);

/* Prints all but the verdict. Errors are left in `out`. */
void nb_compare_table_print(FILE *out, const nb_comparison *comparison,
                            const nb_compare_source *older, const nb_compare_source *newer);

/* Prints the verdict, one line. */
void nb_compare_verdict_print(FILE *out, const nb_comparison *comparison, double threshold);

#endif
