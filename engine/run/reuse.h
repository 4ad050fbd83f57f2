/* Reuse: which worker keeps which large number, and which jobs that number is for.
 *
 * Smaller numbers need no plan: every worker keeps its last one (run/numbers.h). A large one is
 * kept if a job that waits can be made of it in half the time, and counts against the memory of the
 * batch meanwhile. Jobs for the same number as one that is kept, or is being computed, are bound to
 * the worker that has it, so that they are computed once; when memory is short, numbers that no job
 * uses at that moment are forgotten. */
#ifndef NB_RUN_REUSE_H
#define NB_RUN_REUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/item.h"

/* What a worker keeps. */
typedef struct nb_keeper {
    bool keeps;            /* a number, or will once its job is done */
    bool forgets;          /* it is to be told to forget it */
    uint64_t n;            /* the number is n! */
    uint64_t memory_bytes; /* that it takes while no job does */
    size_t num_bound;      /* jobs that wait for this very number */
} nb_keeper;

/* How a large job is computed by a certain worker. */
typedef struct nb_reuse_plan {
    nb_reuse reuse;
    uint64_t memory_bytes; /* that it needs, the number that it uses included */
    uint64_t freed_bytes;  /* that this number took so far */
} nb_reuse_plan;

struct nb_schedule;

/* The predicted time of a job that comes after one for `before`!; UINT64_MAX: after none. */
uint64_t nb_reuse_time_ns(const nb_item *item, uint64_t before);

/* A large job starts to wait: binds it to the worker that has its number, if any. */
void nb_reuse_bind(struct nb_schedule *schedule, nb_item *item);

/* Whether the job waits for another worker than this. */
bool nb_reuse_is_elsewhere(const nb_item *item, unsigned worker);

/* The first of the waiting jobs that are bound to the worker; NULL if there is none. */
nb_item *nb_reuse_first_bound(const struct nb_schedule *schedule, unsigned worker);

/* How the worker should compute the job. Changes nothing. */
nb_reuse_plan nb_reuse_choose(const struct nb_schedule *schedule, const nb_item *item,
                              unsigned worker);

/* The job, which does not wait any more, goes to the worker according to the plan: item->reuse says
 * what it may do, and jobs for the same number are bound to it. */
void nb_reuse_begin(struct nb_schedule *schedule, nb_item *item, unsigned worker,
                    nb_reuse_plan plan);

/* The job is over. */
void nb_reuse_finish(struct nb_schedule *schedule, nb_item *item);

/* Bytes of all numbers that no job uses now. */
uint64_t nb_reuse_kept_bytes(const struct nb_schedule *schedule);

/* The worker is lost, with what it kept. */
void nb_reuse_lose(struct nb_schedule *schedule, unsigned worker);

/* All numbers that no job uses now are to be forgotten: their workers are to be told. */
void nb_reuse_forget(struct nb_schedule *schedule);

#endif
