/* `nbang bench`: the core-scaling benchmark. */
#ifndef NB_CLI_BENCH_H
#define NB_CLI_BENCH_H

/* Runs the command with its arguments, argv[0] being its name, and returns the exit code. Ends the
 * process by a signal that has interrupted it, after what was measured has been written. */
int nb_bench_command(int argc, char **argv);

#endif
