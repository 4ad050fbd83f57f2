/* Lending: slots whose places have nothing to do go to workers with a large job, each of which then
 * computes it with a team of threads, one of them on each slot that it has been lent.
 *
 * A slot is lent when no work waits that its place could have, and it comes back when the result of
 * the job comes, or its worker is lost. New jobs do not wait for that: their worker shares the core
 * with the thread on it, so that no work waits and no core is idle. Places that have no worker lend
 * their slots like others; where several places share a slot, it is lent once. */
#ifndef NB_RUN_LEND_H
#define NB_RUN_LEND_H

#include <stdbool.h>

#include "base/status.h"
#include "run/item.h"
#include "run/plan.h"

struct nb_batch;

typedef struct nb_lending {
    unsigned first_slot; /* of place 0; place w is on the slot w further, wrapping around */
    unsigned num_slots;  /* that the places are on: place w is on number w % num_slots of them */
    unsigned num_lent;
    bool looks_again;   /* there may be more to lend in a moment, of which there will be no news */
    unsigned *borrower; /* by that number: the worker that has it, or NB_LEND_NOBODY */

    /* The jobs that may borrow, while slots are lent: room for one of every worker. */
    nb_plan_team *teams;
    unsigned *team_worker;
} nb_lending;

#define NB_LEND_NOBODY UINT32_MAX

/* What a thread takes in memory: a stack of one megabyte, scratch space of one for products of the
 * team and of another for its own, and the work space of those. */
#define NB_LEND_MEMBER_BYTES ((uint64_t)4 * 1024 * 1024)

/* For `num_places` places on a machine of `machine_slots` slots; nothing is lent. NBANG_NO_MEMORY;
 * to be cleared in any case. */
NB_MUST_CHECK nb_status nb_lending_init(nb_lending *lending, unsigned num_places,
                                        unsigned machine_slots);
void nb_lending_clear(nb_lending *lending);

/* Whether the job, once a worker has it, should have slots that have nothing to do. */
bool nb_lend_may_have(const struct nb_batch *batch, const nb_item *item);

/* Lends the slots that have nothing to do to the jobs that they are worth it for, as far as there
 * is memory for their threads. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_lend_slots(struct nb_batch *batch);

/* Whether the slot of the place is lent. */
bool nb_lend_is_lent(const struct nb_batch *batch, unsigned place);

/* Takes back what the worker was lent, if anything. */
void nb_lend_return(struct nb_batch *batch, unsigned worker);

/* How many slots are lent whose places have no job, and no worker. */
typedef struct nb_lend_counts {
    unsigned idle;
    unsigned empty;
} nb_lend_counts;
nb_lend_counts nb_lend_count(const struct nb_batch *batch);

#endif
