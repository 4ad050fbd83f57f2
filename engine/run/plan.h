/* Decisions of the batch, from estimates alone: pure functions, to be tested without a process. */
#ifndef NB_RUN_PLAN_H
#define NB_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/estimate.h"

/* Jobs that fit into one group at most, so that a lost group is soon made up for. */
#define NB_PLAN_GROUP_JOBS 1024

/* Whether a job is small enough to share a frame with others: it takes little more than the way to
 * the worker and back. */
bool nb_plan_is_small(const nbang_estimate *estimate);

/* How much predicted time one group should hold when `waiting_ns` of small jobs wait for
 * `num_workers`: enough to make the way there and back cheap, little enough that all workers get
 * some, and that the last ones end together. */
uint64_t nb_plan_group_ns(uint64_t waiting_ns, unsigned num_workers);

/* Workers to start for jobs that are all known: `num_large` large ones, and small ones of
 * `small_ns` together. At least 1, at most `max_workers`. */
unsigned nb_plan_workers(size_t num_large, uint64_t small_ns, unsigned max_workers);

/* Whether a large job should start before its turn because the batch would end later otherwise:
 * it takes longer than a fair share of all the work that waits (longest processing time first;
 * Graham, "Bounds on multiprocessing timing anomalies", 1969). */
bool nb_plan_is_critical(uint64_t time_ns, uint64_t waiting_ns, unsigned num_workers);

#endif
