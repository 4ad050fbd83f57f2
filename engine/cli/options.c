#include "cli/options.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/notation.h"
#include "cli/values.h"

static_assert(NB_OPTIONS_ERROR_SIZE >= NB_NOTATION_ERROR_SIZE, "passes on the notation's errors");

/* ---- the options ---- */

/* Values that popt returns; 0 would mean "do not return". */
enum option_id {
    ID_WORKERS = 1,
    ID_BIND,
    ID_ORDER,
    ID_CPU_LIST,
    ID_FIXED,
    ID_SPLIT,
    ID_FORMAT,
    ID_DIGEST,
    ID_OUTPUT,
    ID_OUTPUT_DIR,
    ID_UNORDERED,
    ID_FULL,
    ID_MAX_DIGITS,
    ID_MAX_MEMORY,
    ID_TIMEOUT,
    ID_NO_REUSE,
    ID_NO_VERIFY,
    ID_PLAN,
    ID_TIME,
    ID_PROGRESS,
    ID_SUMMARY,
    ID_TRACE,
    ID_QUIET,
    ID_HELP,
    ID_VERSION
};

static const struct poptOption option_table[] = {
    NB_OPTION_VALUE("workers", 'j', ID_WORKERS),
    NB_OPTION_VALUE("bind", '\0', ID_BIND),
    NB_OPTION_VALUE("order", '\0', ID_ORDER),
    NB_OPTION_VALUE("cpu-list", '\0', ID_CPU_LIST),
    NB_OPTION_FLAG("fixed", '\0', ID_FIXED),
    NB_OPTION_VALUE("split", '\0', ID_SPLIT),
    NB_OPTION_VALUE("format", '\0', ID_FORMAT),
    NB_OPTION_FLAG("digest", '\0', ID_DIGEST),
    NB_OPTION_VALUE("output", 'o', ID_OUTPUT),
    NB_OPTION_VALUE("output-dir", '\0', ID_OUTPUT_DIR),
    NB_OPTION_FLAG("unordered", '\0', ID_UNORDERED),
    NB_OPTION_FLAG("full", '\0', ID_FULL),
    NB_OPTION_VALUE("max-digits", '\0', ID_MAX_DIGITS),
    NB_OPTION_VALUE("max-memory", '\0', ID_MAX_MEMORY),
    NB_OPTION_VALUE("timeout", '\0', ID_TIMEOUT),
    NB_OPTION_FLAG("no-reuse", '\0', ID_NO_REUSE),
    NB_OPTION_FLAG("no-verify", '\0', ID_NO_VERIFY),
    NB_OPTION_FLAG("plan", '\0', ID_PLAN),
    NB_OPTION_FLAG("time", '\0', ID_TIME),
    NB_OPTION_VALUE("progress", '\0', ID_PROGRESS),
    NB_OPTION_VALUE("summary", '\0', ID_SUMMARY),
    NB_OPTION_VALUE("trace", '\0', ID_TRACE),
    NB_OPTION_FLAG("quiet", 'q', ID_QUIET),
    NB_OPTION_FLAG("help", 'h', ID_HELP),
    NB_OPTION_FLAG("version", 'V', ID_VERSION),
    NB_OPTION_END,
};

/* ---- applying them ---- */

/* The words that an option's value is chosen from, in the order of its enumeration; NULL if it is
 * no such option. */
static const char *const *choices_of(int id)
{
    static const char *const bind[] = {"core", "pu", "numa", "none", NULL};
    static const char *const order[] = {"close", "spread", NULL};
    static const char *const split[] = {"auto", "never", "always", NULL};
    static const char *const format[] = {"digits", "text", "json", "raw", NULL};
    static const char *const progress[] = {"auto", "always", "never", NULL};
    static_assert(NBANG_BIND_NONE == 3 && NBANG_ORDER_SPREAD == 1 && NBANG_SPLIT_ALWAYS == 2 &&
                      NB_CLI_RAW == 3 && NB_CLI_PROGRESS_NEVER == 2,
                  "the enumerations have as many values");
    switch (id) {
    case ID_BIND:
        return bind;
    case ID_ORDER:
        return order;
    case ID_SPLIT:
        return split;
    case ID_FORMAT:
        return format;
    case ID_PROGRESS:
        return progress;
    default:
        return NULL;
    }
}

static nb_status apply_choice(nb_cli_options *options, int id, const nb_value *value)
{
    unsigned index;
    nb_status status = nb_value_choice(&index, value, choices_of(id));
    if (status) {
        return status;
    }
    switch (id) {
    case ID_BIND:
        options->placement.bind = (nbang_bind)index;
        break;
    case ID_ORDER:
        options->placement.order = (nbang_order)index;
        break;
    case ID_SPLIT:
        options->batch.split = (nbang_split)index;
        break;
    case ID_FORMAT:
        options->format = (nb_cli_format)index;
        break;
    default:
        assert(id == ID_PROGRESS);
        options->progress = (nb_cli_progress)index;
    }
    return NBANG_OK;
}

static nb_status apply_value(nb_cli_options *options, int id, const nb_value *value)
{
    switch (id) {
    case ID_WORKERS:
        return nb_value_count(&options->placement.workers, value, NB_OPTIONS_MAX_WORKERS);
    case ID_CPU_LIST:
        return nb_value_string(&options->cpu_list, value, "a list of CPUs, as 0,2-3");
    case ID_OUTPUT:
        return nb_value_string(&options->output, value, "the name of a file");
    case ID_OUTPUT_DIR:
        return nb_value_string(&options->output_dir, value, "the name of a directory");
    case ID_MAX_DIGITS:
        return nb_value_digits(&options->batch.max_digits, value);
    case ID_MAX_MEMORY:
        return nb_value_size(&options->max_memory_bytes, value);
    case ID_TIMEOUT:
        return nb_value_duration(&options->batch.timeout_ns, value);
    case ID_SUMMARY:
        return nb_value_string(&options->summary, value, "the name of a file");
    case ID_TRACE:
        return nb_value_string(&options->trace, value, "the name of a file");
    default:
        return apply_choice(options, id, value);
    }
}

/* NBANG_END after an option that makes the rest of the command line not matter. */
static nb_status apply_flag(nb_cli_options *options, int id)
{
    switch (id) {
    case ID_DIGEST:
        options->batch.digest = true;
        break;
    case ID_FIXED:
        options->placement.fixed = true;
        break;
    case ID_UNORDERED:
        options->batch.unordered = true;
        break;
    case ID_NO_REUSE:
        options->batch.reuse = false;
        break;
    case ID_NO_VERIFY:
        options->batch.verify = false;
        break;
    case ID_FULL:
        options->full = true;
        break;
    case ID_TIME:
        options->time = true;
        break;
    case ID_QUIET:
        options->quiet = true;
        break;
    case ID_PLAN:
        options->action = NB_CLI_PLAN;
        break;
    case ID_HELP:
        options->action = NB_CLI_HELP;
        return NBANG_END;
    default:
        assert(id == ID_VERSION);
        options->action = NB_CLI_VERSION;
        return NBANG_END;
    }
    return NBANG_OK;
}

static nb_status apply(void *options, int id, const nb_value *value)
{
    return value->text == NULL ? apply_flag(options, id) : apply_value(options, id, value);
}

/* ---- the command line ---- */

/* A number below zero, which popt takes for an option. */
static nb_status report_negative(const char *arg, char error[NB_OPTIONS_ERROR_SIZE])
{
    nb_progression unused;
    return nb_notation_parse(&unused, arg, strlen(arg), error);
}

/* What goes with raw numbers: nothing that stands between them or says more than they do. */
static nb_status combine_raw(nb_cli_options *options, char error[NB_OPTIONS_ERROR_SIZE])
{
    if (options->batch.digest) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--digest and --format=raw exclude each other");
        return NBANG_INVALID;
    }
    if (options->batch.unordered && !options->output_dir) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE,
                 "--unordered needs --output-dir with --format=raw: nothing else would say which "
                 "number is whose");
        return NBANG_INVALID;
    }
    options->batch.content = NBANG_CONTENT_RAW;
    return NBANG_OK;
}

/* A file besides the one for results: not standard output, and not a file that is named for
 * something else already. */
static nb_status check_extra_file(const char *option, const char *file, const char *other_option,
                                  const char *other, char error[NB_OPTIONS_ERROR_SIZE])
{
    if (file && strcmp(file, "-") == 0) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--%s: standard output is for results; name a file",
                 option);
        return NBANG_INVALID;
    }
    if (file && other && strcmp(file, other) == 0) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--%s and --%s name the same file", other_option,
                 option);
        return NBANG_INVALID;
    }
    return NBANG_OK;
}

/* Settles what depends on several options. */
static nb_status combine(nb_cli_options *options, char error[NB_OPTIONS_ERROR_SIZE])
{
    if (options->output && options->output_dir) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--output and --output-dir exclude each other");
        return NBANG_INVALID;
    }
    if (check_extra_file("summary", options->summary, "output", options->output, error) ||
        check_extra_file("trace", options->trace, "output", options->output, error) ||
        check_extra_file("trace", options->trace, "summary", options->summary, error)) {
        return NBANG_INVALID;
    }
    if (options->output && strcmp(options->output, "-") == 0) {
        free(options->output);
        options->output = NULL;
    }
    if (options->format == NB_CLI_RAW) {
        nb_status status = combine_raw(options, error);
        if (status != NBANG_OK) {
            return status;
        }
    }
    options->placement.cpu_list = options->cpu_list;
    options->batch.cpu_times = options->format == NB_CLI_JSON;
    return NBANG_OK;
}

nb_status nb_options_parse(nb_cli_options *options, int argc, char **argv,
                           char error[NB_OPTIONS_ERROR_SIZE])
{
    static const nb_grammar grammar = {option_table, apply, report_negative};
    nb_cli_options result = {.action = NB_CLI_COMPUTE};
    nbang_options_init(&result.batch);
    nb_status status = nb_arguments_read(&result.arguments, &grammar, &result, argc, argv, error);
    if (status == NBANG_OK) {
        status = combine(&result, error);
    }
    if (status) {
        nb_options_clear(&result);
        return status;
    }
    result.jobs = result.arguments.operands;
    result.num_jobs = result.arguments.num_operands;
    *options = result;
    return NBANG_OK;
}

void nb_options_clear(nb_cli_options *options)
{
    free(options->output);
    free(options->output_dir);
    free(options->summary);
    free(options->trace);
    free(options->cpu_list);
    nb_arguments_clear(&options->arguments);
}
