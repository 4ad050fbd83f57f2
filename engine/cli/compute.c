#include "cli/compute.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/jobs.h"
#include "cli/output.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/simd.h"
#include "cli/summary.h"
#include "cli/trace_file.h"
#include "nbang/nbang.h"

/* Room for an error of any of the parts. */
#define ERROR_SIZE 512

/* Everything that one run holds; set up and taken down in this order. */
typedef struct run {
    const nb_cli_options *options;
    nb_progress progress;
    nb_report report;
    nb_jobs *jobs;
    nbang_machine *machine;
    int signal_fd;
    nb_output *output;
    nbang_sink results;      /* of `output` */
    bool cut_off;            /* no more results are written */
    nb_target *summary_file; /* NULL if none is wanted */
    nb_target *trace_target; /* likewise */
    nb_trace_file *trace;    /* what is to be written there */
} run;

/* ---- the sink: the output's own, and a word on each job to standard error ---- */

/* Results for people end where an interruption has struck: thousands of empty lines would say
 * nothing, and what comes behind them would stand on the wrong line. Records say what they are. */
static nbang_status sink_begin(void *ctx, const nbang_record *record)
{
    run *self = ctx;
    if (record->status == NBANG_JOB_INTERRUPTED && self->options->format != NB_CLI_JSON) {
        self->cut_off = true;
    }
    return self->cut_off ? NBANG_OK : self->results.begin(self->results.ctx, record);
}

static nbang_status sink_text(void *ctx, const char *digits, size_t len)
{
    run *self = ctx;
    return self->cut_off ? NBANG_OK : self->results.text(self->results.ctx, digits, len);
}

static nbang_status sink_end(void *ctx, const nbang_record *record, bool complete)
{
    run *self = ctx;
    nbang_status status =
        self->cut_off ? NBANG_OK : self->results.end(self->results.ctx, record, complete);
    nb_report_job(&self->report, record, complete);
    return status;
}

static nbang_status sink_flush(void *ctx)
{
    run *self = ctx;
    return self->results.flush(self->results.ctx);
}

static int sink_blocked_fd(void *ctx)
{
    run *self = ctx;
    return self->results.blocked_fd(self->results.ctx);
}

static int sink_reader_fd(void *ctx)
{
    run *self = ctx;
    return self->results.reader_fd(self->results.ctx);
}

/* ---- the hooks ---- */

static void on_event(void *ctx, const nbang_event *event)
{
    run *self = ctx;
    nb_report_event(&self->report, event);
}

static void on_progress(void *ctx, const nbang_progress *progress)
{
    run *self = ctx;
    nb_report_progress(&self->report, progress);
}

static void on_span(void *ctx, const nbang_span *span)
{
    run *self = ctx;
    nb_trace_file_add(self->trace, span);
}

/* ---- setting up ---- */

static const nb_format *format_of(const nb_cli_options *options)
{
    switch (options->format) {
    case NB_CLI_TEXT:
        return nb_format_text();
    case NB_CLI_JSON:
        return nb_format_json();
    case NB_CLI_RAW:
        return nb_format_raw();
    default:
        return nb_format_digits();
    }
}

static nb_progress_mode progress_mode_of(const nb_cli_options *options)
{
    if (options->progress == NB_CLI_PROGRESS_ALWAYS) {
        return NB_PROGRESS_ALWAYS;
    }
    return options->progress == NB_CLI_PROGRESS_NEVER || options->quiet ? NB_PROGRESS_NEVER
                                                                        : NB_PROGRESS_AUTO;
}

static int fail(const run *self, int code, const char *error)
{
    nb_report_line(&self->report, "%s", error);
    return code;
}

/* Says why, unless it is that a signal has arrived: that says it all. */
static int fail_to_open(const run *self, const char *error)
{
    struct pollfd arrived = {.fd = self->signal_fd, .events = POLLIN};
    return poll(&arrived, 1, 0) > 0 ? NB_EXIT_OUTPUT : fail(self, NB_EXIT_OUTPUT, error);
}

/* Whether bytes that mean nothing to a terminal would go there. */
static bool would_spoil_terminal(const nb_cli_options *options)
{
    return format_of(options)->binary && options->output == NULL && options->output_dir == NULL &&
           isatty(STDOUT_FILENO) == 1;
}

/* Opens a file besides that of the results, if one is wanted. */
static int open_extra(run *self, nb_target **target, const char *path)
{
    if (path == NULL) {
        return NB_EXIT_OK;
    }
    if (nb_target_create(target) != NBANG_OK) {
        return fail(self, NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    return nb_target_open_file(*target, path, self->signal_fd) == NBANG_OK
               ? NB_EXIT_OK
               : fail_to_open(self, nb_target_error(*target));
}

/* Opens what the results, the summary and the trace go to, before anything is computed. */
static int open_outputs(run *self)
{
    char error[ERROR_SIZE];
    if (would_spoil_terminal(self->options)) {
        return fail(self, NB_EXIT_USAGE,
                    "raw numbers are not written to a terminal: redirect them, or name a file "
                    "with --output");
    }
    const nb_output_options options = {
        .format = format_of(self->options),
        .file = self->options->output,
        .directory = self->options->output_dir,
        .digest = self->options->batch.digest,
        .full = self->options->full,
        .cancel_fd = self->signal_fd,
        .progress = &self->progress,
    };
    if (nb_output_open(&self->output, &options, error, sizeof(error)) != NBANG_OK) {
        return fail_to_open(self, error);
    }
    self->results = nb_output_sink(self->output);
    int code = open_extra(self, &self->summary_file, self->options->summary);
    if (code == NB_EXIT_OK) {
        code = open_extra(self, &self->trace_target, self->options->trace);
    }
    if (code == NB_EXIT_OK && self->trace_target != NULL &&
        nb_trace_file_create(&self->trace) != NBANG_OK) {
        code = fail(self, NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    return code;
}

static int set_up(run *self)
{
    char error[ERROR_SIZE];
    if (nb_simd_choose_from_environment(error, sizeof(error)) != NBANG_OK) {
        return fail(self, NB_EXIT_USAGE, error);
    }
    const nb_cli_options *options = self->options;
    if (nb_jobs_create(&self->jobs, options->jobs, options->num_jobs, STDIN_FILENO, error) !=
        NBANG_OK) {
        return fail(self, NB_EXIT_USAGE, error);
    }
    nb_status status = nbang_machine_create(&self->machine, &options->placement,
                                            options->max_memory_bytes, error, sizeof(error));
    if (status != NBANG_OK) {
        return fail(self, NB_EXIT_USAGE,
                    status == NBANG_INVALID ? error : nbang_status_string(status));
    }
    return NB_EXIT_OK;
}

static void tear_down(run *self)
{
    nb_trace_file_destroy(self->trace);
    nb_target_destroy(self->trace_target);
    nb_target_destroy(self->summary_file);
    nb_output_close(self->output);
    if (self->signal_fd >= 0) {
        close(self->signal_fd);
    }
    nbang_machine_destroy(self->machine);
    nb_jobs_destroy(self->jobs);
}

/* ---- the end ---- */

/* The exit code of a batch that ended with `status`; says what is left to say. `signal` is the one
 * that the process should end by, 0 if none. */
static int conclude(run *self, nb_status status, const nbang_summary *summary, int *signal)
{
    nb_status written = nb_output_finish(self->output, status == NBANG_INTERRUPTED);
    const char *output_error = nb_output_error(self->output);
    const char *input_error = nb_jobs_error(self->jobs);
    *signal = nb_signals_arrived(self->signal_fd);
    if (*signal == 0 && (nb_output_reader_gone(self->output) ||
                         (status == NBANG_SINK_FAILED && output_error == NULL))) {
        *signal = SIGPIPE;
    }
    if (*signal != 0) {
        return 128 + *signal;
    }
    if (output_error != NULL) {
        return fail(self, NB_EXIT_OUTPUT, output_error);
    }
    if (status == NBANG_NO_WORKERS) {
        return fail(self, NB_EXIT_NO_WORKERS, nbang_status_string(status));
    }
    if (summary->unverified > 0) {
        return NB_EXIT_UNVERIFIED;
    }
    if (input_error[0] != '\0') {
        return fail(self, NB_EXIT_USAGE, input_error);
    }
    if (status != NBANG_OK || written != NBANG_OK) {
        return fail(self, NB_EXIT_JOB_FAILED,
                    nbang_status_string(status != NBANG_OK ? status : written));
    }
    return summary->ok == summary->jobs ? NB_EXIT_OK : NB_EXIT_JOB_FAILED;
}

/* Finishes a file that was written to with `written`. The exit code is `code` if all is well. */
static int finish_extra(run *self, nb_target *target, nb_status written, int code)
{
    nb_status status = written;
    if (status == NBANG_OK) {
        status = nb_target_finish(target, self->signal_fd);
    }
    const char *error = nb_target_error(target);
    return status == NBANG_OK
               ? code
               : fail(self, NB_EXIT_OUTPUT, error != NULL ? error : nbang_status_string(status));
}

/* Writes the trace, then the summary, which has the exit code. */
static int write_extras(run *self, const nbang_summary *summary, int code)
{
    if (self->trace != NULL) {
        nb_status written =
            nb_trace_file_write(self->trace, self->trace_target, self->machine, summary);
        code = finish_extra(self, self->trace_target, written, code);
    }
    if (self->summary_file != NULL) {
        nb_status written = nb_summary_write(self->summary_file, summary, code);
        code = finish_extra(self, self->summary_file, written, code);
    }
    return code;
}

/* Computes; `signal` is the one that this process should end by, 0 if none. */
static int run_batch(run *self, int *signal)
{
    nbang_options options = self->options->batch;
    options.cancel_fd = self->signal_fd;
    options.hooks = (nbang_hooks){
        .ctx = self,
        .event = on_event,
        .progress = self->progress.fd >= 0 ? on_progress : NULL,
        .span = self->trace != NULL ? on_span : NULL,
    };
    nbang_source source = nb_jobs_source(self->jobs);
    nbang_sink sink = {
        .ctx = self,
        .begin = sink_begin,
        .text = sink_text,
        .end = sink_end,
        .flush = sink_flush,
        .blocked_fd = sink_blocked_fd,
        .reader_fd = sink_reader_fd,
    };
    nbang_summary summary;
    nb_status status = nbang_run(self->machine, &options, &source, &sink, &summary);
    nb_progress_clear(&self->progress);

    int code = conclude(self, status, &summary, signal);
    if (*signal == 0) {
        code = write_extras(self, &summary, code);
    }
    if (*signal == 0 && code != NB_EXIT_OUTPUT) {
        nb_report_summary(&self->report, &summary);
    }
    return code;
}

int nb_compute(const nb_cli_options *options)
{
    run self = {.options = options, .signal_fd = -1};
    nb_progress_init(&self.progress, progress_mode_of(options), STDERR_FILENO);
    self.report = (nb_report){
        .quiet = options->quiet,
        .times = options->time,
        .cancel_fd = -1,
        .progress = &self.progress,
    };
    int signal = 0;
    int code = set_up(&self);
    if (code == NB_EXIT_OK && options->action == NB_CLI_PLAN) {
        code = nb_plan_print(options, self.machine, self.jobs);
    } else if (code == NB_EXIT_OK) {
        if (nb_signals_open(&self.signal_fd) != NBANG_OK) {
            code = fail(&self, NB_EXIT_NO_WORKERS, strerror(errno));
        } else {
            self.report.cancel_fd = self.signal_fd;
            code = open_outputs(&self);
        }
        if (code == NB_EXIT_OK) {
            code = run_batch(&self, &signal);
        } else if (self.signal_fd >= 0) {
            signal = nb_signals_arrived(self.signal_fd);
        }
    }
    tear_down(&self);
    if (signal != 0) {
        nb_signals_die(signal);
    }
    return code;
}
