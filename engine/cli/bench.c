#include "cli/bench.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/bench_options.h"
#include "cli/bench_table.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/simd.h"
#include "measure/bench.h"

enum { ERROR_SIZE = 2600 }; /* as long as the last line of a failed run */

/* A benchmark and what it shows. */
typedef struct session {
    nb_bench_settings settings;
    nb_record record;
    nb_trace_data trace; /* its tracks are NULL if there is none */
    nb_progress progress;
    nb_report report;
    unsigned rounds_skipped; /* after the last attempt to write to the history, if it has failed */
    unsigned rounds_to_skip; /* of these */
    int signal_fd;
    char error[ERROR_SIZE];
} session;

/* ---- on the way ---- */

/* Nanoseconds until the end, as far as that can be told; UINT64_MAX if it cannot. */
static uint64_t remaining_ns(const nb_bench_progress *news)
{
    uint64_t remaining = UINT64_MAX;
    if (news->num_turns > 0 && news->turns > 0) {
        const double a_turn = (double)news->elapsed_ns / (double)news->turns;
        remaining = (uint64_t)(a_turn * (double)(news->num_turns - news->turns));
    }
    if (news->time_limit_ns > 0) {
        const uint64_t left =
            news->time_limit_ns > news->elapsed_ns ? news->time_limit_ns - news->elapsed_ns : 0;
        remaining = left < remaining ? left : remaining;
    }
    return remaining;
}

static void show_progress(void *ctx, const nb_bench_progress *news)
{
    session *self = ctx;
    char text[NB_PROGRESS_LINE_SIZE];
    char of[32] = "";
    char eta[48] = "";
    char name[NB_POINT_NAME_SIZE];
    const uint64_t remaining = news->warming_up ? UINT64_MAX : remaining_ns(news);
    if (news->num_turns > 0) {
        snprintf(of, sizeof(of), "/%zu", news->num_turns);
    }
    if (remaining != UINT64_MAX) {
        const uint64_t s = (remaining + NB_NS_PER_S - 1) / NB_NS_PER_S;
        snprintf(eta, sizeof(eta), "  at most %" PRIu64 ":%02" PRIu64 " more", s / 60, s % 60);
    }
    snprintf(text, sizeof(text), "%s %zu%s%s  %s", news->warming_up ? "warm-up" : "run",
             news->turns + 1, of, eta, nb_point_name(name, news->point));
    nb_progress_show_text(&self->progress, text);
}

/* Puts what has been measured into the history. On the way a failure is a warning, given once,
 * since the next attempt may do better: another program may have locked it. That is waited for, so
 * there are twice as many rounds until each next attempt. */
static nb_status write_history(session *self, const nb_analysis *analysis, bool at_end)
{
    if (!at_end && self->rounds_to_skip > 0) {
        self->rounds_to_skip--;
        return NBANG_OK;
    }
    char error[NB_ARCHIVE_ERROR_SIZE] = "";
    const nb_status status =
        nb_bench_recorder_save(&self->settings.recorder, &self->record, analysis, error);
    if (status == NBANG_SINK_FAILED && !at_end) {
        if (self->rounds_skipped == 0) {
            nb_report_line(&self->report, "warning: %s; it is tried again later", error);
        }
        self->rounds_skipped = self->rounds_skipped > 0 ? 2 * self->rounds_skipped : 1;
        self->rounds_to_skip = self->rounds_skipped;
        return NBANG_OK;
    }
    if (status != NBANG_OK) {
        snprintf(self->error, sizeof(self->error), "%s", error);
    }
    return status;
}

/* Writes what has been measured: on the way, or at the end, everywhere. What fails does not keep
 * the rest from being written; the first failure is the one that is told. */
static nb_status write_results(session *self, const nb_analysis *analysis, bool at_end)
{
    const nb_bench_report results = {
        .record = &self->record,
        .analysis = analysis,
        .trace = self->trace.tracks != NULL ? &self->trace : NULL,
        .trace_point = nb_bench_traced_point(&self->record),
    };
    const nb_bench_outputs *outputs = &self->settings.outputs;
    char error[ERROR_SIZE] = "";
    const nb_status written = (at_end ? nb_bench_outputs_finish : nb_bench_outputs_update)(
        outputs, &results, self->signal_fd, error, sizeof(error));
    const nb_status saved = write_history(self, analysis, at_end);
    if (written != NBANG_OK) {
        snprintf(self->error, sizeof(self->error), "%s", error);
    }
    return written != NBANG_OK ? written : saved;
}

static nb_status after_round(void *ctx, const nb_record *record)
{
    session *self = ctx;
    if (self->settings.outputs.count == 0 && !self->settings.recorder.wanted) {
        return NBANG_OK;
    }
    nb_analysis analysis;
    nb_status status = nb_analysis_create(&analysis, record);
    if (status == NBANG_OK) {
        status = write_results(self, &analysis, false);
        nb_analysis_clear(&analysis);
    }
    return status;
}

/* ---- the end ---- */

static int print_table(const session *self, const nb_analysis *analysis)
{
    if (self->settings.quiet) {
        return NB_EXIT_OK;
    }
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return NB_EXIT_OUTPUT;
    }
    nb_bench_table_print(out, &self->record, analysis);
    int code = NB_EXIT_OUTPUT;
    if (fclose(out) == 0) {
        const bool to_stderr = nb_bench_outputs_use_stdout(&self->settings.outputs);
        code = to_stderr ? (fputs(text, stderr) < 0 ? NB_EXIT_OUTPUT : NB_EXIT_OK)
                         : nb_command_print(text);
    }
    free(text);
    return code;
}

/* Says what `status` is about, and returns the exit code for it. */
static int fail(const session *self, nb_status status)
{
    nb_report_line(&self->report, "%s",
                   self->error[0] != '\0' ? self->error : nbang_status_string(status));
    switch (status) {
    case NBANG_SINK_FAILED:
        return NB_EXIT_OUTPUT;
    case NBANG_INVALID:
        return NB_EXIT_USAGE;
    default:
        return NB_EXIT_NO_WORKERS;
    }
}

/* Google's compare.py tests nothing of a benchmark that has fewer repetitions. */
#define GOOGLE_MIN_REPETITIONS 9

static nb_status warn_of_few_repetitions(session *self)
{
    if (!nb_bench_outputs_have_format(&self->settings.outputs, NB_EXPORT_GOOGLE_BENCHMARK)) {
        return NBANG_OK;
    }
    for (size_t i = 0; i < self->record.num_points; i++) {
        if (self->record.points[i].num_samples < GOOGLE_MIN_REPETITIONS) {
            return nb_record_warn(&self->record,
                                  "Google's compare.py needs nine runs of each point to test for "
                                  "differences; there are fewer.");
        }
    }
    return NBANG_OK;
}

/* Writes and prints what was measured, however the measurement ended. If something has failed that
 * has been said already, and is the exit code. */
static int conclude(session *self, nb_status measured)
{
    int code = NB_EXIT_OK;
    if (measured != NBANG_OK && measured != NBANG_INTERRUPTED) {
        code = fail(self, measured);
    }
    nb_analysis analysis;
    nb_status status = warn_of_few_repetitions(self);
    if (status == NBANG_OK) {
        status = nb_analysis_create(&analysis, &self->record);
    }
    if (status != NBANG_OK) {
        self->error[0] = '\0';
        return fail(self, status);
    }
    /* Where nothing was measured older files are worth more. */
    const bool has_samples = nb_record_has_samples(&self->record);
    status = has_samples ? write_results(self, &analysis, true) : NBANG_OK;
    if (status != NBANG_OK && code == NB_EXIT_OK) {
        code = fail(self, status);
    }
    if (code == NB_EXIT_OK || has_samples) {
        const int printed = print_table(self, &analysis);
        code = code != NB_EXIT_OK ? code : printed;
    }
    nb_analysis_clear(&analysis);
    return code;
}

/* ---- all of it ---- */

static nb_status set_up(session *self)
{
    nb_status status = nb_record_init(&self->record);
    if (status != NBANG_OK) {
        return status;
    }
    self->record.seed = self->settings.seed;
    self->record.command = strdup(self->settings.command);
    if (self->record.command == NULL) {
        return NBANG_NO_MEMORY;
    }
    status =
        nb_bench_add_points(&self->record, &self->settings.plan, self->error, sizeof(self->error));
    if (status == NBANG_OK && nb_signals_open(&self->signal_fd) != NBANG_OK) {
        snprintf(self->error, sizeof(self->error), "%s", strerror(errno));
        status = NBANG_SYSTEM;
    }
    if (status == NBANG_OK) {
        self->report.cancel_fd = self->signal_fd;
        status = nb_bench_outputs_try(&self->settings.outputs, self->signal_fd, self->error,
                                      sizeof(self->error));
    }
    if (status == NBANG_OK) {
        status = nb_bench_recorder_open(&self->settings.recorder, self->error);
    }
    return status;
}

static int run_session(session *self)
{
    nb_status status = set_up(self);
    if (status != NBANG_OK) {
        return fail(self, status);
    }
    const nb_bench_options options = {
        .runs = nb_bench_runs(&self->settings.plan),
        .time_limit_ns = nb_bench_time_limit_ns(&self->settings.plan),
        .cancel_fd = self->signal_fd,
        .trace = nb_bench_outputs_have_report(&self->settings.outputs) ? &self->trace : NULL,
        .ctx = self,
        .progress = self->progress.fd >= 0 ? show_progress : NULL,
        .round = after_round,
    };
    status = nb_bench_run(&self->record, &options, self->error, sizeof(self->error));
    nb_progress_clear(&self->progress);
    return conclude(self, status);
}

int nb_bench_command(int argc, char **argv)
{
    session self = {.signal_fd = -1, .report = {.cancel_fd = -1}};
    if (nb_bench_settings_read(&self.settings, argc, argv, self.error) != NBANG_OK ||
        nb_simd_choose_from_environment(self.error, sizeof(self.error)) != NBANG_OK) {
        nb_bench_settings_clear(&self.settings);
        return nb_command_usage("bench", self.error);
    }
    int code;
    int signal = 0;
    if (self.settings.help) {
        code = nb_command_print(nb_bench_help_text);
    } else {
        const bool is_shown = !self.settings.quiet || self.settings.progress == NB_PROGRESS_ALWAYS;
        nb_progress_init(&self.progress, is_shown ? self.settings.progress : NB_PROGRESS_NEVER,
                         STDERR_FILENO);
        self.report.progress = &self.progress;
        code = run_session(&self);
        signal = self.signal_fd >= 0 ? nb_signals_arrived(self.signal_fd) : 0;
    }
    if (self.signal_fd >= 0) {
        close(self.signal_fd);
    }
    nb_trace_data_clear(&self.trace);
    nb_record_clear(&self.record);
    nb_bench_settings_clear(&self.settings);
    if (signal != 0) {
        nb_signals_die(signal);
    }
    return code;
}
