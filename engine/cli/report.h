/* What standard error says while a batch runs: errors, times, the line at the end. */
#ifndef NB_CLI_REPORT_H
#define NB_CLI_REPORT_H

#include <stdbool.h>

#include "cli/progress.h"
#include "nbang/batch.h"

typedef struct nb_report {
    bool quiet;            /* errors only */
    bool times;            /* a line per job */
    int cancel_fd;         /* readable: a line that standard error cannot take now is left out */
    nb_progress *progress; /* taken away before a line is printed */
} nb_report;

/* "nbang: " and the formatted line. Waits while standard error is full, but not past a signal: who
 * has asked for the end does not want to wait for a reader of messages. */
__attribute__((format(printf, 2, 3))) void nb_report_line(const nb_report *report,
                                                          const char *format, ...);

/* A delivered job: its error if it failed, its time if times are wanted. */
void nb_report_job(const nb_report *report, const nbang_record *record, bool complete);

/* News on the way (nbang_hooks.event). */
void nb_report_event(const nb_report *report, const nbang_event *event);

/* How far the batch is (nbang_hooks.progress). */
void nb_report_progress(const nb_report *report, const nbang_progress *progress);

/* The line at the end. */
void nb_report_summary(const nb_report *report, const nbang_summary *summary);

#endif
