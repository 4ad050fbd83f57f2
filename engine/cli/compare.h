/* `nbang compare OLD NEW`: recorded results against each other. */
#ifndef NB_CLI_COMPARE_H
#define NB_CLI_COMPARE_H

/* Does what argv[0, argc), "compare" first, asks for. Returns the exit code. */
int nb_compare_command(int argc, char **argv);

#endif
