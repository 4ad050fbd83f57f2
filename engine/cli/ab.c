#include "cli/ab.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/number.h"
#include "cli/ab_options.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/printable.h"
#include "cli/quote.h"
#include "cli/signals.h"
#include "cli/target.h"
#include "measure/ab_json.h"
#include "measure/ab_run.h"

/* How often the line on the terminal changes. */
#define PROGRESS_NS (100 * NB_NS_PER_MS)

/* The last lines of standard error that are shown of a command that failed. */
#define TAIL_LINES 5

typedef struct comparison {
    const nb_ab_settings *settings;
    nb_ab_options options;
    nb_ab_state state;
    nb_progress progress;
    uint64_t shown_ns; /* when the progress was last shown */
    int signal_fd;
    nb_target *export; /* NULL: none */
} comparison;

static int fail(int code, const char *message)
{
    fprintf(stderr, "nbang ab: %s\n", message);
    return code;
}

static bool exports_to_stdout(const nb_ab_settings *settings)
{
    return settings->export_file != NULL && strcmp(settings->export_file, "-") == 0;
}

/* ---- progress ---- */

static void show_progress(void *ctx, const nb_ab_state *state)
{
    comparison *self = ctx;
    const uint64_t now_ns = nb_clock_wall_ns();
    if (now_ns - self->shown_ns < PROGRESS_NS) {
        return;
    }
    self->shown_ns = now_ns;
    char line[NB_PROGRESS_LINE_SIZE];
    char elapsed[NB_NUMBER_TEXT_SIZE];
    char limit[NB_NUMBER_TEXT_SIZE];
    char ratio[64] = "";
    if (state->test.decisive.known) {
        snprintf(ratio, sizeof(ratio), "  B/A %.3f (%.3f to %.3f)", state->test.decisive.value,
                 state->test.decisive.low, state->test.decisive.high);
    }
    nb_number_duration(elapsed, state->elapsed_ns);
    nb_number_duration(limit, self->options.time_limit_ns);
    if (self->options.runs > 0) {
        snprintf(line, sizeof(line), "%zu/%zu pairs  %s%s", state->num_pairs, self->options.runs,
                 elapsed, ratio);
    } else {
        snprintf(line, sizeof(line), "%zu pairs  %s of %s%s", state->num_pairs, elapsed, limit,
                 ratio);
    }
    nb_progress_show_text(&self->progress, line);
}

/* ---- the result, as text ---- */

static void print_times(FILE *out, const comparison *self, int which)
{
    const nb_ab_test *test = &self->state.test;
    const nb_interval median = which == NB_AB_A ? test->a_ns : test->b_ns;
    const double spread = which == NB_AB_A ? test->a_spread : test->b_spread;
    const char *command = self->options.commands[which];
    char quoted[NB_QUOTE_SIZE];
    char value[NB_NUMBER_TEXT_SIZE];
    char low[NB_NUMBER_TEXT_SIZE];
    char high[NB_NUMBER_TEXT_SIZE];
    fprintf(out, "%c %6zu  %10s", "AB"[which], self -> state.num_pairs,
            nb_number_duration(value, (uint64_t)median.value));
    if (median.known) {
        fprintf(out, "  %10s to %10s", nb_number_duration(low, (uint64_t)median.low),
                nb_number_duration(high, (uint64_t)median.high));
    } else {
        fprintf(out, "  %24s", "");
    }
    fprintf(out, "  +-%5.1f %%  %s\n", 100 * spread,
            nb_quote(quoted, sizeof(quoted), command, strlen(command), strlen(command)));
}

static void print_ratio(FILE *out, const comparison *self)
{
    const nb_ab_test *test = &self->state.test;
    char elapsed[NB_NUMBER_TEXT_SIZE];
    fprintf(out, "\nB takes %.3f times as long as A", test->decisive.value);
    if (test->decisive.known) {
        fprintf(out, ", 95 %% interval %.3f to %.3f", test->decisive.low, test->decisive.high);
    }
    fprintf(out, " (%zu pairs, %s)\n", self->state.num_pairs,
            nb_number_duration(elapsed, self->state.elapsed_ns));
    if (test->ratio.known && test->looks > 1) {
        fprintf(out, "%.3f to %.3f if this had been the only look at the data, not the %u.\n",
                test->ratio.low, test->ratio.high, test->looks);
    }
}

static void print_warnings(FILE *out, const comparison *self)
{
    size_t i;
    json_t *sentence;
    json_array_foreach(self->state.warnings, i, sentence)
    {
        fprintf(out, "%s\n", json_string_value(sentence));
    }
}

/* That the time was too short for any verdict, and which would do: for the pairs and one that warms
 * up, with a tenth to spare, in whole seconds or minutes. */
static void print_too_slow(FILE *out, const comparison *self)
{
    const nb_ab_state *state = &self->state;
    const double pair_ns = (double)state->elapsed_ns / (double)(state->num_pairs + 1);
    const double needed_s = 1.1 * pair_ns * (NB_AB_MIN_PAIRS + 1) / (double)NB_NS_PER_S;
    const bool in_minutes = needed_s > 120;
    char limit[NB_NUMBER_TEXT_SIZE];
    fprintf(out,
            "the commands are too slow for the limit of %s: %d pairs of runs are needed at least, "
            "%zu are there; --time-limit %.0f%s would probably do",
            nb_number_duration(limit, self->options.time_limit_ns), NB_AB_MIN_PAIRS,
            state->num_pairs, ceil(in_minutes ? needed_s / 60 : needed_s), in_minutes ? "m" : "s");
}

/* What would have to be done to be able to tell. */
static void print_need(FILE *out, const comparison *self)
{
    const nb_ab_state *state = &self->state;
    const size_t needed = state->test.needed_pairs;
    if (state->num_pairs < NB_AB_MIN_PAIRS) {
        print_too_slow(out, self);
        return;
    }
    if (needed == 0) {
        fprintf(out, "the ratio is too near to %.3f", 1 + state->test.threshold);
        return;
    }
    const double elapsed_ns = (double)state->elapsed_ns * (double)needed / (double)state->num_pairs;
    char time[NB_NUMBER_TEXT_SIZE];
    fprintf(out, "about %zu pairs of runs would be needed (%s), %zu are there", needed,
            nb_number_duration(time, (uint64_t)elapsed_ns), state->num_pairs);
}

static void print_verdict(FILE *out, const comparison *self)
{
    const double percent = 100 * self->options.threshold;
    switch (self->state.test.verdict) {
    case NB_AB_PASS:
        fprintf(out, "pass: B is not more than %g %% slower than A\n", percent);
        break;
    case NB_AB_REGRESSION:
        fprintf(out, "REGRESSION: B is more than %g %% slower than A\n", percent);
        break;
    case NB_AB_CANNOT_TELL:
        fprintf(out, "CANNOT TELL whether B is more than %g %% slower than A: ", percent);
        print_need(out, self);
        fprintf(out, "\n");
        break;
    default:
        fprintf(out, "interrupted: no verdict\n");
        break;
    }
}

/* Prints the result, or with --quiet that there is none. */
static int print_result(const comparison *self)
{
    const bool is_cut = self->settings->quiet || exports_to_stdout(self->settings);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        return fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    if (!is_cut) {
        fprintf(out, "    runs      median         95 %% interval         spread  command\n");
        print_times(out, self, NB_AB_A);
        print_times(out, self, NB_AB_B);
        print_ratio(out, self);
        print_warnings(out, self);
    }
    print_verdict(out, self);
    int code = NB_EXIT_OUTPUT;
    if (fclose(out) != 0) {
        code = fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    } else if (!is_cut) {
        code = nb_command_print(text);
    } else {
        code = NB_EXIT_OK;
        if (self->state.test.verdict == NB_AB_CANNOT_TELL) {
            fprintf(stderr, "nbang ab: %s", text);
        }
    }
    free(text);
    return code;
}

/* ---- failures ---- */

/* Shows the last lines of what a command has said. */
static void print_tail(const char *tail)
{
    size_t len = strlen(tail);
    while (len > 0 && tail[len - 1] == '\n') {
        len--;
    }
    size_t start = len;
    for (int lines = 0; start > 0 && (tail[start - 1] != '\n' || ++lines < TAIL_LINES);) {
        start--;
    }
    while (start < len) {
        const char *line = tail + start;
        const size_t line_len = strcspn(line, "\n");
        const size_t shown_len = line_len < len - start ? line_len : len - start;
        char shown[NB_PRINTABLE_GROWTH * NB_PROCESS_TAIL_SIZE];
        const size_t size = nb_printable_escape(shown, line, shown_len, true);
        fprintf(stderr, "  | %.*s\n", (int)size, shown);
        start += shown_len + 1;
    }
}

/* Says how a command has failed. */
static int report_failure(const comparison *self)
{
    const nb_process_outcome *outcome = &self->state.failure;
    const char *command = self->options.commands[self->state.failed];
    char quoted[NB_QUOTE_FILE_SIZE];
    char time[NB_NUMBER_TEXT_SIZE];
    char how[128];
    switch (outcome->end) {
    case NB_PROCESS_KILLED:
        snprintf(how, sizeof(how), "was killed by signal %d (%s)", outcome->code,
                 strsignal(outcome->code));
        break;
    case NB_PROCESS_NOT_STARTED:
        snprintf(how, sizeof(how), "could not be started: %s", strerror(outcome->code));
        break;
    case NB_PROCESS_LATE:
        snprintf(how, sizeof(how), "did not end within %s, ten times the limit",
                 nb_number_duration(time, NB_AB_LATE_FACTOR * self->options.time_limit_ns));
        break;
    default:
        snprintf(how, sizeof(how), "failed with exit code %d", outcome->code);
        break;
    }
    fprintf(stderr, "nbang ab: command %c %s: %s\n", "AB"[self->state.failed], how,
            nb_quote(quoted, sizeof(quoted), command, strlen(command), strlen(command)));
    if (!self->settings->show_output) {
        print_tail(outcome->tail);
    }
    return NB_EXIT_USAGE;
}

/* ---- the export ---- */

/* Opened before anything is run, so that a wrong name costs no time. */
static int open_export(comparison *self)
{
    const char *path = self->settings->export_file;
    if (path == NULL) {
        return NB_EXIT_OK;
    }
    if (nb_target_create(&self->export) != NBANG_OK) {
        return fail(NB_EXIT_OUTPUT, nbang_status_string(NBANG_NO_MEMORY));
    }
    nb_status status = strcmp(path, "-") == 0
                           ? nb_target_open_stdout(self->export)
                           : nb_target_open_file(self->export, path, self->signal_fd);
    return status == NBANG_OK ? NB_EXIT_OK : fail(NB_EXIT_OUTPUT, nb_target_error(self->export));
}

/* A command as UTF-8: other bytes are written as \xNN. NULL without memory; the caller frees it. */
static char *command_text(const char *command)
{
    const size_t len = strlen(command);
    char *text = malloc(NB_PRINTABLE_GROWTH * len + 1);
    if (text != NULL) {
        text[nb_printable_escape(text, command, len, false)] = '\0';
    }
    return text;
}

/* The result as JSON; NULL without memory. The caller frees it. */
static char *export_text(const comparison *self)
{
    char *a = command_text(self->options.commands[NB_AB_A]);
    char *b = command_text(self->options.commands[NB_AB_B]);
    nb_ab_options options = self->options;
    options.commands[NB_AB_A] = a;
    options.commands[NB_AB_B] = b;
    json_t *object = a != NULL && b != NULL ? nb_ab_to_json(&self->state, &options) : NULL;
    char *text = object != NULL ? json_dumps(object, JSON_INDENT(1)) : NULL;
    json_decref(object);
    free(a);
    free(b);
    return text;
}

static int write_export(comparison *self)
{
    if (self->export == NULL) {
        return NB_EXIT_OK;
    }
    char *text = export_text(self);
    nb_status status = NBANG_NO_MEMORY;
    if (text != NULL) {
        status = nb_target_write(self->export, text, strlen(text));
    }
    free(text);
    if (status == NBANG_OK) {
        status = nb_target_write(self->export, "\n", 1);
    }
    if (status == NBANG_OK) {
        status = nb_target_finish(self->export, -1);
    }
    if (status == NBANG_OK) {
        return NB_EXIT_OK;
    }
    const char *error = nb_target_error(self->export);
    return fail(NB_EXIT_OUTPUT, error != NULL ? error : nbang_status_string(status));
}

/* ---- the whole ---- */

static int exit_code(const comparison *self)
{
    switch (self->state.test.verdict) {
    case NB_AB_REGRESSION:
        return NB_EXIT_REGRESSION;
    case NB_AB_CANNOT_TELL:
        return self->settings->inconclusive;
    default:
        return NB_EXIT_OK;
    }
}

static int compare(comparison *self)
{
    nb_status status = nb_ab_run(&self->state, &self->options);
    const int error = errno;
    nb_progress_clear(&self->progress);
    if (status != NBANG_OK) {
        return fail(NB_EXIT_USAGE,
                    status == NBANG_SYSTEM ? strerror(error) : nbang_status_string(status));
    }
    if (self->state.failed >= 0) {
        return report_failure(self);
    }
    if (self->state.num_pairs == 0) {
        return NB_EXIT_OK; /* interrupted */
    }
    int code = write_export(self);
    const int printed = print_result(self);
    if (code == NB_EXIT_OK) {
        code = printed;
    }
    return code == NB_EXIT_OK ? exit_code(self) : code;
}

static int run(const nb_ab_settings *settings)
{
    comparison self = {.settings = settings, .state = {.failed = -1}};
    /* What the commands print must not get into the export. */
    const int out_fd = exports_to_stdout(settings) ? STDERR_FILENO : STDOUT_FILENO;
    if (nb_signals_open(&self.signal_fd) != NBANG_OK) {
        return fail(NB_EXIT_USAGE, strerror(errno));
    }
    nb_progress_init(&self.progress, settings->quiet ? NB_PROGRESS_NEVER : settings->progress,
                     STDERR_FILENO);
    self.options = (nb_ab_options){
        .commands = {settings->commands[0], settings->commands[1]},
        .threshold = settings->threshold,
        .time_limit_ns = settings->time_limit_ns,
        .runs = settings->runs,
        .seed = settings->seed,
        .out_fd = settings->show_output ? out_fd : 0,
        .err_fd = settings->show_output ? STDERR_FILENO : 0,
        .cancel_fd = self.signal_fd,
        .progress = self.progress.fd >= 0 ? show_progress : NULL,
        .progress_ctx = &self,
    };
    int code = open_export(&self);
    if (code == NB_EXIT_OK) {
        code = compare(&self);
    }
    const int signal = nb_signals_arrived(self.signal_fd);
    nb_target_destroy(self.export);
    nb_ab_clear(&self.state);
    close(self.signal_fd);
    if (signal != 0) {
        nb_signals_die(signal);
    }
    return code;
}

int nb_ab_command(int argc, char **argv)
{
    nb_ab_settings settings;
    char error[NB_ARGUMENTS_ERROR_SIZE];
    if (nb_ab_settings_read(&settings, argc, argv, error) != NBANG_OK) {
        return nb_command_usage("ab", error);
    }
    const int code = settings.help ? nb_command_print(nb_ab_help_text) : run(&settings);
    nb_ab_settings_clear(&settings);
    return code;
}
