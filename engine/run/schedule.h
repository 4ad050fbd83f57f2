/* The schedule: the jobs that wait for a worker, and which of them goes next.
 *
 * Input order is the rule: results then leave as they come and little has to be held. Two things
 * override it. A large job that would make the whole batch end later starts early, and what a lost
 * worker leaves behind goes before everything else.
 *
 * Why nothing can wait for ever: a job may start before its turn only if its text has a reserved
 * place among the held texts, or if every earlier job has started already. So whenever
 * the job whose turn it is has not started, some worker is free or becomes free. A job that is
 * bound to the worker that keeps its number (run/reuse.h) waits for that one only: it is free or
 * becomes free, it is asked first, and the job needs no memory that is not its own already; if the
 * worker is lost, anybody may have the job. Numbers that are kept do not hold up other jobs: when
 * memory is short they are forgotten. */
#ifndef NB_RUN_SCHEDULE_H
#define NB_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/batch.h"
#include "run/item.h"
#include "run/reuse.h"
#include "run/writer.h"

typedef struct nb_schedule nb_schedule;

struct nb_schedule {
    nb_writer *writer; /* holds texts; not owned */
    unsigned num_workers;
    nbang_split split_mode;

    nb_item_queue small; /* waiting, in input order */
    nb_item_queue large; /* the same */
    nb_item_queue again; /* lost with their workers; each goes alone */

    uint64_t small_ns; /* predicted time of the small and of the large jobs that wait */
    uint64_t large_ns;
    size_t num_large;
    uint64_t undone_ns; /* predicted time of all known jobs that are not finished */

    /* Reuse, if workers keep numbers. */
    nb_keeper *keepers;  /* owned, one for each worker; NULL: they keep nothing */
    size_t num_bound;    /* jobs that wait for one of these numbers, all together */
    bool must_forget;    /* some of them are to be told to forget */
    uint64_t last_small; /* n of the last small and of the last large job; UINT64_MAX: none yet */
    uint64_t last_large;

    uint64_t memory_limit_bytes; /* for the computation of large jobs, all together */
    uint64_t memory_used_bytes;
};

void nb_schedule_init(nb_schedule *schedule, nb_writer *writer, unsigned num_workers,
                      nbang_split split_mode, uint64_t memory_limit_bytes);

/* Lets the workers keep numbers for other jobs. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_schedule_reuse(nb_schedule *schedule);

/* Frees what the schedule owns; no job. */
void nb_schedule_clear(nb_schedule *schedule);

/* A new job waits. */
void nb_schedule_add(nb_schedule *schedule, nb_item *item);

/* A job whose worker was lost waits again, as it did before it started. */
void nb_schedule_add_again(nb_schedule *schedule, nb_item *item);

/* The memory of a job that was just taken is `needed_bytes` in all, if that is more than it has
 * already; false if there is not enough: nothing has changed then. */
bool nb_schedule_raise_memory(nb_schedule *schedule, nb_item *item, uint64_t needed_bytes);

/* A job is over, well or not. Not to be called while it waits. */
void nb_schedule_finish(nb_schedule *schedule, nb_item *item);

/* A worker is lost, with what it kept. Comes before what becomes of its jobs. */
void nb_schedule_lose(nb_schedule *schedule, unsigned worker);

/* Whether every account is at zero and nothing waits, as when all jobs have been delivered. */
bool nb_schedule_is_settled(const nb_schedule *schedule);

/* Whether any job waits. */
bool nb_schedule_has_work(const nb_schedule *schedule);

/* Jobs to give to a worker now: a group of small ones, or one large one. Fills items[0 ..
 * NB_PLAN_GROUP_JOBS) and returns how many, 0 if none may start now. They no longer wait. */
size_t nb_schedule_take(nb_schedule *schedule, unsigned worker, nb_item **items);

#endif
