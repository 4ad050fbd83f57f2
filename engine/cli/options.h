/* The command line of `nbang [OPTIONS] JOB...`, read into a struct. */
#ifndef NB_CLI_OPTIONS_H
#define NB_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/arguments.h"
#include "nbang/batch.h"
#include "nbang/machine.h"

/* Sanity limit of --workers. */
#define NB_OPTIONS_MAX_WORKERS 4096

/* What the user wants done. */
typedef enum nb_cli_action {
    NB_CLI_COMPUTE,
    NB_CLI_PLAN,   /* --plan: say what would be done, and stop */
    NB_CLI_HELP,   /* --help: the rest of the command line has not been looked at */
    NB_CLI_VERSION /* --version: the same */
} nb_cli_action;

/* How results are written. */
typedef enum nb_cli_format {
    NB_CLI_DIGITS, /* the digits, a line a job */
    NB_CLI_TEXT,   /* "5! = 120" */
    NB_CLI_JSON,   /* one object a line */
    NB_CLI_RAW     /* binary numbers */
} nb_cli_format;

/* When progress is shown. */
typedef enum nb_cli_progress {
    NB_CLI_PROGRESS_AUTO, /* when standard error is a terminal */
    NB_CLI_PROGRESS_ALWAYS,
    NB_CLI_PROGRESS_NEVER
} nb_cli_progress;

/* The command line. `batch`, `placement` and `max_memory_bytes` are ready to be passed on; the
 * caller adds batch.cancel_fd and batch.hooks. batch.cpu_times is set where cpu_ns is shown: with
 * NB_CLI_JSON; batch.content is NBANG_CONTENT_RAW with NB_CLI_RAW. Strings are NULL unless given.
 */
typedef struct nb_cli_options {
    nb_cli_action action;
    nbang_options batch;
    nbang_placement placement; /* its cpu_list belongs to this struct */
    uint64_t max_memory_bytes; /* 0: what the machine allows */

    nb_cli_format format;
    char *output;     /* one file for all results; NULL also for "-", standard output */
    char *output_dir; /* a file for each; not together with `output` */
    char *summary;    /* file for the summary */
    char *trace;      /* file for the trace */
    nb_cli_progress progress;
    bool full;  /* do not shorten results on a terminal */
    bool time;  /* show each job's time */
    bool quiet; /* show errors only */

    const char *const *jobs; /* the arguments that are not options, in order */
    size_t num_jobs;

    /* Private. */
    char *cpu_list;
    nb_arguments arguments; /* own `jobs` */
} nb_cli_options;

/* Large enough for every error text below, with its terminator. */
#define NB_OPTIONS_ERROR_SIZE NB_ARGUMENTS_ERROR_SIZE

/* Reads argv[0, argc), the program's name first. Options and jobs may be mixed, "--" ends the
 * options, and of an option given twice the last counts. NBANG_INVALID if something is wrong;
 * `error` then holds one line that says what, without the program's name. Jobs are not looked at,
 * except that "-5" is called negative. `argv` must outlive `options`, which the caller clears
 * unless an error was returned. */
NB_MUST_CHECK nb_status nb_options_parse(nb_cli_options *options, int argc, char **argv,
                                         char error[NB_OPTIONS_ERROR_SIZE]);
void nb_options_clear(nb_cli_options *options);

#endif
