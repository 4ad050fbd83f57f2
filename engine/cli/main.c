/* nbang: huge factorials in decimal, exactly, on every core. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/compute.h"
#include "cli/exit.h"
#include "cli/help.h"
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

/* Prints to standard output; the exit code tells whether it got there. */
static int print(const char *text)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) != 0) {
        perror("nbang: cannot write to standard output");
        return NB_EXIT_OUTPUT;
    }
    return NB_EXIT_OK;
}

static int print_version(void)
{
    char line[64];
    snprintf(line, sizeof(line), "nbang %s\n", nbang_version());
    return print(line);
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    nb_cli_options options;
    char error[NB_OPTIONS_ERROR_SIZE];
    if (nb_options_parse(&options, argc, argv, error) != NBANG_OK) {
        fprintf(stderr, "nbang: %s (try \"nbang --help\")\n", error);
        return NB_EXIT_USAGE;
    }
    int code;
    switch (options.action) {
    case NB_CLI_HELP:
        code = print(nb_help_text);
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
