/* Reading the arguments of a command: options by a table, in any order, and the operands between
 * them. popt finds them; what is wrong is said in our own words. */
#ifndef NB_CLI_ARGUMENTS_H
#define NB_CLI_ARGUMENTS_H

#include <popt.h>
#include <stddef.h>

#include "base/status.h"
#include "cli/values.h"

/* Large enough for every error text of a command line, with its terminator. */
#define NB_ARGUMENTS_ERROR_SIZE 512

/* Rows of a table of options: the long name, the letter or '\0', and a number above 0. The table
 * ends in NB_OPTION_END. */
#define NB_OPTION_FLAG(name, letter, id)                                                           \
    {                                                                                              \
        name, letter, POPT_ARG_NONE, NULL, id, NULL, NULL                                          \
    }
#define NB_OPTION_VALUE(name, letter, id)                                                          \
    {                                                                                              \
        name, letter, POPT_ARG_STRING, NULL, id, NULL, NULL                                        \
    }
#define NB_OPTION_END                                                                              \
    {                                                                                              \
        NULL, '\0', 0, NULL, 0, NULL, NULL                                                         \
    }

/* What a command understands. */
typedef struct nb_grammar {
    const struct poptOption *options;

    /* Applies one option to `ctx`: value->text is what was written for it, NULL for a flag.
     * NBANG_OK to go on, NBANG_END to look at nothing that follows (as after --help), or an error,
     * with the line written to value->error. */
    nb_status (*apply)(void *ctx, int id, const nb_value *value);

    /* Says in `error` why "-5" will not do, and returns the status for that; NULL: it is an unknown
     * option. */
    nb_status (*negative)(const char *arg, char error[NB_ARGUMENTS_ERROR_SIZE]);
} nb_grammar;

typedef struct nb_arguments {
    const char *const *operands; /* the arguments that are no options, in order */
    size_t num_operands;
    poptContext popt; /* private: owns the operands */
} nb_arguments;

/* Reads argv[0, argc), whose first is the name of the command. "--" ends the options; of an option
 * given twice the last counts, if `apply` has it so. NBANG_INVALID if something is wrong; `error`
 * then holds one line that says what, without the program's name. The caller clears `arguments`
 * unless an error was returned. `argv` must outlive them. */
NB_MUST_CHECK nb_status nb_arguments_read(nb_arguments *arguments, const nb_grammar *grammar,
                                          void *ctx, int argc, char **argv,
                                          char error[NB_ARGUMENTS_ERROR_SIZE]);
void nb_arguments_clear(nb_arguments *arguments);

#endif
