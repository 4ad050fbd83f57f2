/* --plan: what would be computed, where, and at what cost. */
#ifndef NB_CLI_PLAN_H
#define NB_CLI_PLAN_H

#include "cli/jobs.h"
#include "cli/options.h"
#include "nbang/machine.h"

/* Prints the plan to standard output; returns the exit code. */
int nb_plan_print(const nb_cli_options *options, const nbang_machine *machine, nb_jobs *jobs);

#endif
