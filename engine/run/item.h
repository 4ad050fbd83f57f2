/* An item: one job of the batch, from when it is taken from the source until it is delivered. */
#ifndef NB_RUN_ITEM_H
#define NB_RUN_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "nbang/batch.h"
#include "nbang/estimate.h"
#include "run/codec.h"

/* How often workers were lost over a job that they had alone. */
typedef struct nb_tally {
    unsigned faults; /* by the job's own doing, as far as we can tell */
    unsigned kills;  /* by a SIGKILL from somewhere */
} nb_tally;

typedef struct nb_item {
    nbang_record record; /* its strings are filled in when it is delivered */
    nbang_estimate estimate;
    TAILQ_ENTRY(nb_item) link;       /* in the queue where it waits for a worker, if any */
    TAILQ_ENTRY(nb_item) ready_link; /* in the queue where its result waits for the sink, if any */

    char *input;  /* owned; NULL if the request is n in plain decimal */
    char *error;  /* owned; NULL if there is none */
    char *sha256; /* owned, hex; NULL if there is none */

    /* Progress. An item waits, is worked on (possibly several times), and is finished. */
    bool active;     /* a worker has it now */
    bool has_result; /* the record is final, and text_len known */
    bool finished;   /* nothing more will come: all text is here, or the job has failed */
    bool delivered;  /* out of order: only its place in the window is left */
    bool begun;      /* the sink has seen the record */
    nb_tally losses;

    /* Memory that its computation may take, out of the batch's budget, while it runs. */
    uint64_t memory_bytes;

    /* Reuse (run/reuse.h). */
    uint64_t time_ns; /* predicted, if it is made of the job before it where that is faster */
    nb_reuse reuse;   /* of a job that runs: what it may do with the number that its worker keeps */
    unsigned worker;  /* that has it, or had it last */
    unsigned keeper;  /* 1 + the worker whose number it waits for; 0 if there is none */

    /* Text. What has been received and not delivered yet is held here, unless its worker holds it.
     */
    bool reserved; /* room for the whole text is set aside among the held texts */
    uint64_t text_len;
    uint64_t text_received; /* bytes that came from a worker, in the attempt that came furthest */
    uint64_t text_skip;     /* bytes of the present attempt that an earlier one had sent already */
    char *held;             /* bytes [held_start, held_len) of it are still to be delivered */
    size_t held_start;
    size_t held_len;
    size_t held_size;
} nb_item;

TAILQ_HEAD(nb_item_queue, nb_item);
typedef struct nb_item_queue nb_item_queue;

/* The predicted time of a job that runs. */
static inline uint64_t nb_item_run_ns(const nb_item *item)
{
    return (item->reuse & NB_REUSE_USE) != 0 ? item->time_ns : item->estimate.time_ns;
}

/* Frees what the item owns and makes it empty. */
void nb_item_clear(nb_item *item);

/* Bytes that the item's text takes while it is held, with what holding it costs besides. */
uint64_t nb_item_held_cost(const nb_item *item);

/* Appends text to what is held. */
NB_MUST_CHECK nb_status nb_item_hold(nb_item *item, const char *text, size_t len);

/* Frees the text that is held. */
void nb_item_drop_held(nb_item *item);

/* The item has failed: unless the sink has seen the record, that becomes one of a failure. `error`
 * is copied. Its text so far is given up. */
void nb_item_fail(nb_item *item, nbang_job_status status, const char *error);

#endif
