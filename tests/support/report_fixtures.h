/* Reports of benchmarks that never were, for tests: from nothing at all to 128 workers. Their times
 * follow the universal scalability law, with some noise. */
#ifndef TESTS_REPORT_FIXTURES_H
#define TESTS_REPORT_FIXTURES_H

#include "measure/report.h"

typedef struct report_fixture {
    nb_record record;
    nb_analysis analysis;
    nb_trace_data trace;
    nb_bench_report report; /* of the others */
} report_fixture;

/* In this order: a record without points; one point, and nothing known of the machine; one run of
 * each of two points, interrupted; two workloads on two cores; eight cores and two placements, with
 * fits; 128 workers and three workloads; text that means something in HTML wherever there is
 * text. */
#define REPORT_FIXTURES 7
extern const char *const report_fixture_names[REPORT_FIXTURES];

/* Makes the one of that index; its caller clears it. Aborts without memory. */
void make_report_fixture(report_fixture *fixture, size_t index);
void clear_report_fixture(report_fixture *fixture);

#endif
