/* A job that several workers compute together: its parts, and the limbs that have come back. */
#ifndef NB_RUN_SPLIT_H
#define NB_RUN_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/status.h"
#include "pool/wire.h"
#include "run/codec.h"

struct nb_item;

/* A piece of a part, as it came from a worker and as it goes to the one that joins them. */
typedef struct nb_limb_piece {
    struct nb_limb_piece *next;
    size_t len; /* bytes of payload */
    unsigned char payload[];
} nb_limb_piece;

/* How often workers were lost over one piece of work. */
typedef struct nb_tally {
    unsigned faults; /* by the work's own doing, as far as we can tell */
    unsigned kills;  /* by a SIGKILL from somewhere */
} nb_tally;

typedef struct nb_part {
    uint64_t lo; /* primes in [lo, hi) */
    uint64_t hi;
    nb_tally losses;
    uint64_t limbs_received;
    uint64_t total_limbs; /* as the first piece said */
    nb_limb_piece *first;
    nb_limb_piece *last;
} nb_part;

typedef struct nb_split_job {
    struct nb_item *item; /* not owned */
    TAILQ_ENTRY(nb_split_job) link;
    size_t num_parts;
    size_t num_started; /* parts are given out in order ... */
    size_t num_done;    /* ... and finished in any */
    size_t num_again;   /* parts that were lost and wait to be given out again ... */
    size_t *again;      /* ... their numbers */
    nb_part *parts;
} nb_split_job;

TAILQ_HEAD(nb_split_queue, nb_split_job);
typedef struct nb_split_queue nb_split_queue;

/* Divides n! into at most `num_parts` parts. NBANG_OUT_OF_RANGE if n is too small to share,
 * NBANG_NO_MEMORY. The caller destroys the result. */
NB_MUST_CHECK nb_status nb_split_create(nb_split_job **split, struct nb_item *item, uint64_t n,
                                        size_t num_parts);
void nb_split_destroy(nb_split_job *split);

/* Whether a part waits to be given out; takes its number. */
bool nb_split_has_work(const nb_split_job *split);
size_t nb_split_take_work(nb_split_job *split);

/* The worker that computed `part` is lost: what has come of it is dropped, and it waits again. */
void nb_split_lose_part(nb_split_job *split, size_t part);

/* Keeps a LIMBS frame of `part`; `complete`: it was the last. NBANG_CORRUPT if it does not follow
 * what came before, NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_split_keep(nb_split_job *split, size_t part, const nb_frame *frame,
                                      bool *complete);

/* A walk through all pieces of all parts, for the worker that joins them. */
typedef struct nb_split_cursor {
    size_t part;
    const nb_limb_piece *piece; /* NULL at the start of a part */
} nb_split_cursor;

/* The next piece, NULL when there are no more. */
const nb_limb_piece *nb_split_next(const nb_split_job *split, nb_split_cursor *cursor);

#endif
