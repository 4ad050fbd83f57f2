#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/printable.h"

int nb_command_print(const char *text)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) != 0) {
        perror("nbang: cannot write to standard output");
        return NB_EXIT_OUTPUT;
    }
    return NB_EXIT_OK;
}

int nb_command_usage(const char *command, const char *error)
{
    const char *blank = command == NULL ? "" : " ";
    const char *name = command == NULL ? "" : command;
    fprintf(stderr, "nbang%s%s: %s (try \"nbang%s%s --help\")\n", blank, name, error, blank, name);
    return NB_EXIT_USAGE;
}

int nb_command_fail(int code, const char *error)
{
    enum { LONGEST = 4096 };
    char line[NB_PRINTABLE_GROWTH * LONGEST];
    const size_t len = nb_printable_escape(line, error, strnlen(error, LONGEST), true);
    fprintf(stderr, "nbang: %.*s\n", (int)len, line);
    return code;
}
