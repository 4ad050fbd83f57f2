/* What the commands of the program share: the small texts that they print. */
#ifndef NB_CLI_COMMAND_H
#define NB_CLI_COMMAND_H

/* Prints `text` to standard output. NB_EXIT_OK, or NB_EXIT_OUTPUT after saying on standard error
 * why it did not get there. */
int nb_command_print(const char *text);

/* Says on standard error what is wrong with how `command` was called, and where to read how it is
 * to be called: as `nbang bench: ERROR (try "nbang bench --help")`, without a command's name for
 * the program itself, where `command` is NULL. Returns NB_EXIT_USAGE. */
int nb_command_usage(const char *command, const char *error);

/* Says on standard error why a command cannot do what it was asked for: as "nbang: ERROR", made
 * printable. Returns `code`. */
int nb_command_fail(int code, const char *error);

#endif
