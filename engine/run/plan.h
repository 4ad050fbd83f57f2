/* Decisions of the batch, from estimates alone: pure functions, to be tested without a process. */
#ifndef NB_RUN_PLAN_H
#define NB_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/batch.h"
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

/* ---- teams ----
 *
 * A large job has a team of threads: that of its worker, and one on each slot that is lent to it
 * because the places there have nothing to do. */

typedef struct nb_plan_team {
    uint64_t time_ns; /* predicted for one thread: of the whole job ... */
    uint64_t left_ns; /* ... and of what is left of it */
    unsigned size;    /* threads, at least 1 */
} nb_plan_team;

/* What is left of a job that was predicted to take `time_ns` when `done_ns` have gone into it, in
 * nanoseconds of one thread. A job that takes longer than predicted is never nearly done. */
uint64_t nb_plan_left_ns(uint64_t time_ns, uint64_t done_ns);

/* Whether another thread is worth it. */
bool nb_plan_grows(nbang_split mode, const nb_plan_team *team);

/* Which of the teams gets the next slot that has nothing to do: of those that should grow, the one
 * that will end last. `num_teams` if there is none. */
size_t nb_plan_borrower(nbang_split mode, const nb_plan_team *teams, size_t num_teams);

#endif
