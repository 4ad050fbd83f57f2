#include "cli/report.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/printable.h"

/* Waits until standard error takes a line without blocking; false if that will not do. */
static bool wait_for_stderr(int cancel_fd)
{
    struct pollfd wait[2] = {{.fd = STDERR_FILENO, .events = POLLOUT},
                             {.fd = cancel_fd, .events = POLLIN}};
    while (poll(wait, 2, -1) < 0) {
        if (errno != EINTR) {
            return true; /* nothing to wait for */
        }
    }
    return wait[0].revents != 0;
}

void nb_report_line(const nb_report *report, const char *format, ...)
{
    /* One write per line, so that lines of several programs do not mix. */
    char line[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (report->progress != NULL) {
        nb_progress_clear(report->progress);
    }
    /* File names may hold anything; a line stays a line. */
    char shown[NB_PRINTABLE_GROWTH * sizeof(line)]; /* with the rest, at most PIPE_BUF bytes */
    size_t len = nb_printable_escape(shown, line, strlen(line), true);
    if (wait_for_stderr(report->cancel_fd)) {
        fprintf(stderr, "nbang: %.*s\n", (int)len, shown);
    }
}

static void report_error(const nb_report *report, const nbang_record *record, bool complete)
{
    char place[512] = "";
    char subject[32] = "";
    if (record->file != NULL) {
        snprintf(place, sizeof(place), "%s:%" PRIu64 ": ", record->file, record->line);
    }
    if (record->has_n) {
        snprintf(subject, sizeof(subject), "%" PRIu64 "! ", record->n);
    }
    nb_report_line(report, "%s%s%s%s", place, subject,
                   record->error != NULL ? record->error : "failed",
                   complete ? "" : " (its digits are incomplete)");
}

void nb_report_job(const nb_report *report, const nbang_record *record, bool complete)
{
    if (record->status == NBANG_JOB_INTERRUPTED) {
        return; /* one line for the whole batch says it, and there may be thousands */
    }
    if (record->status != NBANG_JOB_OK || !complete) {
        report_error(report, record, complete);
    } else if (report->times && !report->quiet) {
        char digits[NB_NUMBER_TEXT_SIZE];
        char wall[NB_NUMBER_TEXT_SIZE];
        nb_report_line(report, "%" PRIu64 "!: %s digit%s, %s", record->n,
                       nb_number_group(digits, record->num_digits),
                       record->num_digits == 1 ? "" : "s",
                       nb_number_duration(wall, record->wall_ns));
    }
}

void nb_report_event(const nb_report *report, const nbang_event *event)
{
    if (!report->quiet) {
        nb_report_line(report, "warning: %s", event->message);
    }
}

void nb_report_progress(const nb_report *report, const nbang_progress *progress)
{
    nb_progress_show(report->progress, progress);
}

void nb_report_summary(const nb_report *report, const nbang_summary *summary)
{
    if (report->quiet) {
        return;
    }
    char jobs[NB_NUMBER_TEXT_SIZE];
    char failed[NB_NUMBER_TEXT_SIZE];
    char digits[NB_NUMBER_TEXT_SIZE];
    char wall[NB_NUMBER_TEXT_SIZE];
    char failures[NB_NUMBER_TEXT_SIZE + 16] = "";
    if (summary->jobs > summary->ok) {
        snprintf(failures, sizeof(failures), " (%s failed)",
                 nb_number_group(failed, summary->jobs - summary->ok));
    }
    nb_report_line(report, "%s job%s%s, %s digit%s, %s, %u worker%s",
                   nb_number_group(jobs, summary->jobs), summary->jobs == 1 ? "" : "s", failures,
                   nb_number_group(digits, summary->digits), summary->digits == 1 ? "" : "s",
                   nb_number_duration(wall, summary->wall_ns), summary->workers,
                   summary->workers == 1 ? "" : "s");
}
