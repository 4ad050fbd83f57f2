/* Records for tests, with figures that are known. */
#ifndef TESTS_RECORD_SUPPORT_H
#define TESTS_RECORD_SUPPORT_H

#include "measure/analysis.h"
#include "measure/record.h"

/* Two workloads on one and two workers, eleven runs each, with metadata as a machine gives it. The
 * wall-clock times of a point are base_ns * (100 + shuffled(i)) / 100 for i in [0, 11), where
 * shuffled(i) = 7 i mod 11: its median is base_ns * 1.05, its least base_ns. base_ns is 40 and 24
 * ms for strong-1e6-v1 and 90 and 50 ms for batch-64-v1, times `factor`. Its caller clears it. */
void make_record(nb_record *record, double factor);

#define RECORD_RUNS 11

/* A copy by way of JSON; its caller clears it. */
void copy_record(nb_record *copy, const nb_record *record);

/* An analysis of such a record, made up: medians are right and have intervals from 0.99 to 1.02 of
 * them; with two workers the speed-up is 2, from 1.9 to 2.1, and the efficiency likewise. Cleared
 * by clear_analysis. */
void make_analysis(nb_analysis *analysis, const nb_record *record);
void clear_analysis(nb_analysis *analysis);

#endif
