/* The command line of `nbang bench`, read into a struct. */
#ifndef NB_CLI_BENCH_OPTIONS_H
#define NB_CLI_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/arguments.h"
#include "cli/bench_outputs.h"
#include "cli/bench_recorder.h"
#include "cli/progress.h"
#include "measure/bench.h"

typedef struct nb_bench_settings {
    bool help; /* --help: the rest of the command line has not been looked at */
    nb_bench_plan plan;
    unsigned *workers; /* of the plan; owned */
    uint64_t seed;     /* --seed, or one that differs from run to run */
    nb_progress_mode progress;
    bool quiet; /* no table */
    nb_bench_outputs outputs;
    nb_bench_recorder recorder;
    char *command; /* the command line that measures this again, without its outputs; owned */
} nb_bench_settings;

/* Reads argv[0, argc), "bench" first. NBANG_INVALID if something is wrong; `error` then holds one
 * line that says what, without the program's name; NBANG_NO_MEMORY, too. The caller clears
 * `settings` unless an error was returned. */
NB_MUST_CHECK nb_status nb_bench_settings_read(nb_bench_settings *settings, int argc, char **argv,
                                               char error[NB_ARGUMENTS_ERROR_SIZE]);
void nb_bench_settings_clear(nb_bench_settings *settings);

/* What `nbang bench --help` prints. */
extern const char nb_bench_help_text[];

#endif
