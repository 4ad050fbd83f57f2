/* `nbang history`: recorded results over time. */
#ifndef NB_CLI_HISTORY_H
#define NB_CLI_HISTORY_H

/* Does what argv[0, argc), "history" first, asks for. Returns the exit code. */
int nb_history_command(int argc, char **argv);

#endif
