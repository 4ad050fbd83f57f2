/* The command line of `nbang ab`. */
#ifndef NB_CLI_AB_OPTIONS_H
#define NB_CLI_AB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/arguments.h"
#include "cli/progress.h"

/* What --help prints. */
extern const char nb_ab_help_text[];

typedef struct nb_ab_settings {
    bool help; /* nothing else counts then */
    const char *commands[2];
    double threshold;
    uint64_t time_limit_ns;
    bool has_time_limit;
    unsigned runs;    /* of each command; 0: as time allows */
    int inconclusive; /* the exit code if nothing can be told */
    uint64_t seed;
    bool show_output;
    bool quiet;
    nb_progress_mode progress;
    char *export_file; /* owned; NULL: none */

    nb_arguments arguments; /* private: owns the commands */
} nb_ab_settings;

/* Reads argv[0, argc), whose first is "ab". NBANG_INVALID with one line in `error` if that will not
 * do; otherwise the caller clears `settings`. */
NB_MUST_CHECK nb_status nb_ab_settings_read(nb_ab_settings *settings, int argc, char **argv,
                                            char error[NB_ARGUMENTS_ERROR_SIZE]);
void nb_ab_settings_clear(nb_ab_settings *settings);

#endif
