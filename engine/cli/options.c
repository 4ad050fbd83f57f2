#include "cli/options.h"

#include <assert.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/notation.h"
#include "cli/quote.h"
#include "cli/similar.h"
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
    ID_QUIET,
    ID_HELP,
    ID_VERSION
};

#define FLAG(name, letter, id)                                                                     \
    {                                                                                              \
        name, letter, POPT_ARG_NONE, NULL, id, NULL, NULL                                          \
    }
#define VALUE(name, letter, id)                                                                    \
    {                                                                                              \
        name, letter, POPT_ARG_STRING, NULL, id, NULL, NULL                                        \
    }

static const struct poptOption option_table[] = {
    VALUE("workers", 'j', ID_WORKERS),
    VALUE("bind", '\0', ID_BIND),
    VALUE("order", '\0', ID_ORDER),
    VALUE("cpu-list", '\0', ID_CPU_LIST),
    FLAG("fixed", '\0', ID_FIXED),
    VALUE("split", '\0', ID_SPLIT),
    VALUE("format", '\0', ID_FORMAT),
    FLAG("digest", '\0', ID_DIGEST),
    VALUE("output", 'o', ID_OUTPUT),
    VALUE("output-dir", '\0', ID_OUTPUT_DIR),
    FLAG("unordered", '\0', ID_UNORDERED),
    FLAG("full", '\0', ID_FULL),
    VALUE("max-digits", '\0', ID_MAX_DIGITS),
    VALUE("max-memory", '\0', ID_MAX_MEMORY),
    VALUE("timeout", '\0', ID_TIMEOUT),
    FLAG("no-reuse", '\0', ID_NO_REUSE),
    FLAG("no-verify", '\0', ID_NO_VERIFY),
    FLAG("plan", '\0', ID_PLAN),
    FLAG("time", '\0', ID_TIME),
    VALUE("progress", '\0', ID_PROGRESS),
    VALUE("summary", '\0', ID_SUMMARY),
    FLAG("quiet", 'q', ID_QUIET),
    FLAG("help", 'h', ID_HELP),
    FLAG("version", 'V', ID_VERSION),
    {NULL, '\0', 0, NULL, 0, NULL, NULL},
};

static const struct poptOption *find_option(int id)
{
    const struct poptOption *option = option_table;
    while (option->val != id) {
        option++;
    }
    return option;
}

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
    default:
        return apply_choice(options, id, value);
    }
}

static void apply_flag(nb_cli_options *options, int id)
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
        break;
    default:
        assert(id == ID_VERSION);
        options->action = NB_CLI_VERSION;
    }
}

/* ---- the command line ---- */

/* An argument that looks like an option but is none: a negative number, or a slip of the pen. */
static nb_status report_unknown(const char *arg, char error[NB_OPTIONS_ERROR_SIZE])
{
    if (arg[1] >= '0' && arg[1] <= '9') {
        nb_progression unused;
        return nb_notation_parse(&unused, arg, strlen(arg), error);
    }
    char quoted[NB_QUOTE_SIZE];
    size_t len = strcspn(arg, "=");
    nb_quote(quoted, sizeof(quoted), arg, len, len);

    size_t num_dashes = strspn(arg, "-");
    const char *names[sizeof(option_table) / sizeof(option_table[0])];
    size_t num_names = 0;
    for (const struct poptOption *option = option_table; option->longName; option++) {
        names[num_names++] = option->longName;
    }
    const char *hint = nb_similar_find(arg + num_dashes, len > num_dashes ? len - num_dashes : 0,
                                       names, num_names);
    if (hint) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "unknown option %s; did you mean \"--%s\"?", quoted,
                 hint);
    } else {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "unknown option %s", quoted);
    }
    return NBANG_INVALID;
}

/* Says in our own words what popt found wrong. Returns NBANG_INVALID, or NBANG_NO_MEMORY. */
static nb_status report_popt_error(poptContext popt, int code, char error[NB_OPTIONS_ERROR_SIZE])
{
    const char *arg = poptBadOption(popt, POPT_BADOPTION_NOALIAS);
    char quoted[NB_QUOTE_SIZE];
    size_t len = strcspn(arg, "=");
    nb_quote(quoted, sizeof(quoted), arg, len, len);
    switch (code) {
    case POPT_ERROR_BADOPT:
        return report_unknown(arg, error);
    case POPT_ERROR_NOARG:
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "%s needs a value", quoted);
        return NBANG_INVALID;
    case POPT_ERROR_UNWANTEDARG:
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "%s takes no value", quoted);
        return NBANG_INVALID;
    default:
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "%s: %s", quoted, poptStrerror(code));
        return code == POPT_ERROR_MALLOC ? NBANG_NO_MEMORY : NBANG_INVALID;
    }
}

/* Applies the options one after the other, up to --help or --version if there is one. */
static nb_status read_options(nb_cli_options *options, char error[NB_OPTIONS_ERROR_SIZE])
{
    int id;
    while ((id = poptGetNextOpt(options->popt)) > 0) {
        const struct poptOption *option = find_option(id);
        if (option->argInfo == POPT_ARG_NONE) {
            apply_flag(options, id);
            if (options->action == NB_CLI_HELP || options->action == NB_CLI_VERSION) {
                return NBANG_OK;
            }
            continue;
        }
        char *text = poptGetOptArg(options->popt); /* a copy, now ours */
        nb_value value = {option->longName, text, error, NB_OPTIONS_ERROR_SIZE};
        nb_status status = apply_value(options, id, &value);
        free(text);
        if (status) {
            return status;
        }
    }
    return id == -1 ? NBANG_OK : report_popt_error(options->popt, id, error);
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

/* Settles what depends on several options. */
static nb_status combine(nb_cli_options *options, char error[NB_OPTIONS_ERROR_SIZE])
{
    if (options->output && options->output_dir) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--output and --output-dir exclude each other");
        return NBANG_INVALID;
    }
    if (options->summary && strcmp(options->summary, "-") == 0) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE,
                 "--summary: standard output is for results; name a file");
        return NBANG_INVALID;
    }
    if (options->summary && options->output && strcmp(options->summary, options->output) == 0) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "--output and --summary name the same file");
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

/* The arguments that popt has left over. */
static void take_jobs(nb_cli_options *options)
{
    const char *const *jobs = (const char *const *)poptGetArgs(options->popt);
    size_t num_jobs = 0;
    while (jobs && jobs[num_jobs]) {
        num_jobs++;
    }
    options->jobs = jobs;
    options->num_jobs = num_jobs;
}

nb_status nb_options_parse(nb_cli_options *options, int argc, char **argv,
                           char error[NB_OPTIONS_ERROR_SIZE])
{
    nb_cli_options result = {.action = NB_CLI_COMPUTE};
    nbang_options_init(&result.batch);
    result.popt = poptGetContext("nbang", argc, (const char **)argv, option_table, 0);
    if (!result.popt) {
        snprintf(error, NB_OPTIONS_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    }
    nb_status status = read_options(&result, error);
    if (status == NBANG_OK) {
        status = combine(&result, error);
    }
    if (status) {
        nb_options_clear(&result);
        return status;
    }
    take_jobs(&result);
    *options = result;
    return NBANG_OK;
}

void nb_options_clear(nb_cli_options *options)
{
    free(options->output);
    free(options->output_dir);
    free(options->summary);
    free(options->cpu_list);
    poptFreeContext(options->popt);
}
