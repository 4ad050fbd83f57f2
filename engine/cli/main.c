/* nbang: huge factorials in decimal, exactly, on every core. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ab.h"
#include "cli/bench.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/compute.h"
#include "cli/exit.h"
#include "cli/help.h"
#include "cli/history.h"
#include "cli/options.h"
#include "nbang/nbang.h"

/* Takes the numbers 0 to 2 if the caller has closed them, so that no file of ours gets them by
 * accident. Opened the wrong way round, they report an error to whoever uses them. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            int got = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            (void)got; /* the lowest free number: fd itself */
        }
    }
}

static int print_version(void)
{
    char line[64];
    snprintf(line, sizeof(line), "nbang %s\n", nbang_version());
    return nb_command_print(line);
}

static int compute_command(int argc, char **argv)
{
    nb_cli_options options;
    char error[NB_OPTIONS_ERROR_SIZE];
    if (nb_options_parse(&options, argc, argv, error) != NBANG_OK) {
        return nb_command_usage(NULL, error);
    }
    int code;
    switch (options.action) {
    case NB_CLI_HELP:
        code = nb_command_print(nb_help_text);
        break;
    case NB_CLI_VERSION:
        code = print_version();
        break;
    default:
        code = nb_compute(&options);
        break;
    }
    nb_options_clear(&options);
    return code;
}

/* The commands that have a name; each is called with its own as the first argument. */
static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"ab", nb_ab_command},           {"bench", nb_bench_command}, {"compare", nb_compare_command},
    {"history", nb_history_command}, {NULL, compute_command},
};

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    size_t i = 0;
    while (commands[i].name != NULL && (argc < 2 || strcmp(argv[1], commands[i].name) != 0)) {
        i++;
    }
    const int skipped = commands[i].name != NULL;
    return commands[i].run(argc - skipped, argv + skipped);
}
