/* The main command: compute factorials. */
#ifndef NB_CLI_COMPUTE_H
#define NB_CLI_COMPUTE_H

#include "cli/options.h"

/* Runs the batch that `options` asks for; returns the exit code. Ends the process by a signal where
 * the contract says so. */
int nb_compute(const nb_cli_options *options);

#endif
