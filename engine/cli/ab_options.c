#include "cli/ab_options.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "cli/quote.h"
#include "measure/ab.h"

const char nb_ab_help_text[] =
    "Usage: nbang ab [OPTIONS] CMD_A CMD_B\n"
    "Whether command B takes longer than command A: both are run by turns, A B B A,\n"
    "until that can be told. Each is a line for /bin/sh, without input.\n"
    "That takes 7 runs of each, or more: with the usual time limit, A and B together\n"
    "may take 4 s; for slower ones nothing can be told without a longer one.\n"
    "\n"
    "      --fail-above SHARE  by how much B may take longer, as 5% or 0.05 (5%)\n"
    "      --time-limit TIME   for all runs together, as 500ms, 30s, 5m (30s)\n"
    "      --runs N            take N runs of each, 6 or more, however long\n"
    "      --inconclusive CODE the exit code if nothing can be told (0)\n"
    "      --show-output       show what the commands print (it is thrown away)\n"
    "      --export json=F     write times and result to F, or - for standard output\n"
    "      --seed N            of the resampling (1)\n"
    "      --progress WHEN     auto, always, never (auto: on a terminal)\n"
    "  -q, --quiet             errors, and that nothing can be told, only\n"
    "  -h, --help              this text\n"
    "\n"
    "Examples\n"
    "  nbang ab './old -q 1e6 >/dev/null' './new -q 1e6 >/dev/null'\n"
    "  nbang ab --fail-above 2% --time-limit 10m --inconclusive 1 old/test new/test\n"
    "\n"
    "Exit: 0 B is not slower than allowed (or see --inconclusive), 3 it is,\n"
    "2 wrong usage or a command that fails, 6 output could not be written\n";

enum {
    ID_FAIL_ABOVE = 1,
    ID_TIME_LIMIT,
    ID_RUNS,
    ID_INCONCLUSIVE,
    ID_SHOW_OUTPUT,
    ID_EXPORT,
    ID_SEED,
    ID_PROGRESS,
    ID_QUIET,
    ID_HELP
};

static const struct poptOption option_table[] = {
    NB_OPTION_VALUE("fail-above", '\0', ID_FAIL_ABOVE),
    NB_OPTION_VALUE("time-limit", '\0', ID_TIME_LIMIT),
    NB_OPTION_VALUE("runs", '\0', ID_RUNS),
    NB_OPTION_VALUE("inconclusive", '\0', ID_INCONCLUSIVE),
    NB_OPTION_FLAG("show-output", '\0', ID_SHOW_OUTPUT),
    NB_OPTION_VALUE("export", '\0', ID_EXPORT),
    NB_OPTION_VALUE("seed", '\0', ID_SEED),
    NB_OPTION_VALUE("progress", '\0', ID_PROGRESS),
    NB_OPTION_FLAG("quiet", 'q', ID_QUIET),
    NB_OPTION_FLAG("help", 'h', ID_HELP),
    NB_OPTION_END,
};

#define MAX_RUNS 1000000

static nb_status read_time_limit(nb_ab_settings *settings, const nb_value *value)
{
    settings->has_time_limit = true;
    return nb_value_time_limit(&settings->time_limit_ns, value);
}

static nb_status read_runs(nb_ab_settings *settings, const nb_value *value)
{
    unsigned runs;
    nb_status status = nb_value_count(&runs, value, MAX_RUNS);
    if (status != NBANG_OK) {
        return status;
    }
    if (runs < NB_AB_MIN_PAIRS) {
        snprintf(value->error, value->error_size,
                 "--%s: fewer than %d pairs of runs can tell nothing, however they turn out",
                 value->option, NB_AB_MIN_PAIRS);
        return NBANG_INVALID;
    }
    settings->runs = runs;
    return NBANG_OK;
}

/* A whole number that may be 0. */
static nb_status read_number(uint64_t *number, const nb_value *value, uint64_t max,
                             const char *expected)
{
    uint64_t found;
    if (nb_number_parse(&found, value->text, strlen(value->text)) != NBANG_OK || found > max) {
        return nb_value_refuse(value, expected);
    }
    *number = found;
    return NBANG_OK;
}

static nb_status read_progress(nb_ab_settings *settings, const nb_value *value)
{
    static const char *const modes[] = {
        [NB_PROGRESS_AUTO] = "auto",
        [NB_PROGRESS_ALWAYS] = "always",
        [NB_PROGRESS_NEVER] = "never",
        NULL,
    };
    unsigned mode = 0;
    nb_status status = nb_value_choice(&mode, value, modes);
    settings->progress = (nb_progress_mode)mode;
    return status;
}

static nb_status read_export(nb_ab_settings *settings, const nb_value *value)
{
    static const char prefix[] = "json=";
    if (strncmp(value->text, prefix, sizeof(prefix) - 1) != 0) {
        return nb_value_refuse(value, "json=FILE");
    }
    const nb_value file = {value->option, value->text + sizeof(prefix) - 1, value->error,
                           value->error_size};
    return nb_value_string(&settings->export_file, &file, "the name of a file");
}

static nb_status apply_value(nb_ab_settings *settings, int id, const nb_value *value)
{
    switch (id) {
    case ID_FAIL_ABOVE:
        return nb_value_share(&settings->threshold, value);
    case ID_TIME_LIMIT:
        return read_time_limit(settings, value);
    case ID_RUNS:
        return read_runs(settings, value);
    case ID_INCONCLUSIVE:
        return nb_value_code(&settings->inconclusive, value);
    case ID_EXPORT:
        return read_export(settings, value);
    case ID_SEED:
        return read_number(&settings->seed, value, UINT64_MAX, "a number");
    default:
        assert(id == ID_PROGRESS);
        return read_progress(settings, value);
    }
}

static nb_status apply(void *ctx, int id, const nb_value *value)
{
    nb_ab_settings *settings = ctx;
    switch (id) {
    case ID_HELP:
        settings->help = true;
        return NBANG_END;
    case ID_QUIET:
        settings->quiet = true;
        return NBANG_OK;
    case ID_SHOW_OUTPUT:
        settings->show_output = true;
        return NBANG_OK;
    default:
        return apply_value(settings, id, value);
    }
}

/* Whether the shell would find nothing to execute in it: blanks and comments only. */
static bool is_nothing(const char *command)
{
    static const char blanks[] = " \t\n";
    command += strspn(command, blanks);
    while (*command == '#') {
        command += strcspn(command, "\n");
        command += strspn(command, blanks);
    }
    return *command == '\0';
}

static nb_status set_commands(nb_ab_settings *settings, char error[NB_ARGUMENTS_ERROR_SIZE])
{
    for (int i = 0; i < 2; i++) {
        const char *command = settings->arguments.operands[i];
        if (is_nothing(command)) {
            char quoted[NB_QUOTE_SIZE];
            const size_t len = strlen(command);
            snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "command %c is empty: %s", "AB"[i],
                     nb_quote(quoted, sizeof(quoted), command, len, len));
            return NBANG_INVALID;
        }
        settings->commands[i] = command;
    }
    return NBANG_OK;
}

/* Settles what depends on more than one argument. */
static nb_status combine(nb_ab_settings *settings, char error[NB_ARGUMENTS_ERROR_SIZE])
{
    if (settings->arguments.num_operands != 2) {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "two commands are to be compared, not %zu%s",
                 settings->arguments.num_operands,
                 settings->arguments.num_operands > 2 ? ": quote each as one argument" : "");
        return NBANG_INVALID;
    }
    if (settings->runs > 0 && settings->has_time_limit) {
        snprintf(error, NB_ARGUMENTS_ERROR_SIZE, "--runs and --time-limit exclude each other");
        return NBANG_INVALID;
    }
    return set_commands(settings, error);
}

nb_status nb_ab_settings_read(nb_ab_settings *settings, int argc, char **argv,
                              char error[NB_ARGUMENTS_ERROR_SIZE])
{
    static const nb_grammar grammar = {option_table, apply, NULL};
    nb_ab_settings read = {
        .threshold = 0.05, .time_limit_ns = 30 * NB_NS_PER_S, .seed = 1, .progress = 0};
    nb_status status = nb_arguments_read(&read.arguments, &grammar, &read, argc, argv, error);
    if (status != NBANG_OK) {
        free(read.export_file);
        return status;
    }
    if (!read.help) {
        status = combine(&read, error);
    }
    if (status != NBANG_OK) {
        nb_ab_settings_clear(&read);
        return status;
    }
    *settings = read;
    return NBANG_OK;
}

void nb_ab_settings_clear(nb_ab_settings *settings)
{
    nb_arguments_clear(&settings->arguments);
    free(settings->export_file);
    settings->export_file = NULL;
}
