/* `nbang ab`: does one command take longer than another? */
#ifndef NB_CLI_AB_H
#define NB_CLI_AB_H

/* Runs the command; argv[0] is "ab". Returns the exit code. */
int nb_ab_command(int argc, char **argv);

#endif
