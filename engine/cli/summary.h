/* The account of a run for programs (--summary). */
#ifndef NB_CLI_SUMMARY_H
#define NB_CLI_SUMMARY_H

#include "base/status.h"
#include "cli/target.h"
#include "nbang/batch.h"

/* Writes one JSON object and a line feed to an open target: the members version, jobs, ok, errors,
 * refused, timeouts, interrupted, unverified, digits, wall_ns, workers, workers_lost, retries (as
 * in nbang_summary) and exit_code, in this order.
 *
 * Open the target (nb_target_open_file) before the batch, so that a path that cannot be written is
 * known before anything is computed, and finish it afterwards. NBANG_NO_MEMORY or what
 * nb_target_write returned. */
NB_MUST_CHECK nb_status nb_summary_write(nb_target *target, const nbang_summary *summary,
                                         int exit_code);

#endif
