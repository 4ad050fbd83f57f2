/* The state of one batch in the master, shared by the files that move it along:
 * intake.c takes jobs in, assign.c gives them to workers, collect.c takes back results and losses,
 * batch.c turns the wheel. */
#ifndef NB_RUN_BATCH_H
#define NB_RUN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/batch.h"
#include "pool/pool.h"
#include "run/item.h"
#include "run/machine.h"
#include "run/schedule.h"
#include "run/split.h"
#include "run/window.h"
#include "run/writer.h"

typedef enum nb_assignment_kind {
    NB_ASSIGNMENT_NONE,
    NB_ASSIGNMENT_JOBS,   /* `items`, one after the other */
    NB_ASSIGNMENT_PART,   /* `part` of `split` */
    NB_ASSIGNMENT_JOIN,   /* items[0] from all parts of `split` */
    NB_ASSIGNMENT_DISCARD /* a part of a job that has failed meanwhile: nobody wants it */
} nb_assignment_kind;

/* What one worker is doing. */
typedef struct nb_assignment {
    nb_assignment_kind kind;
    uint64_t task;
    nb_item **items; /* room for NB_PLAN_GROUP_JOBS */
    size_t num_items;
    size_t num_done;
    uint64_t text_left; /* of items[num_done], once its header has come */
    bool in_text;
    nb_split_job *split;
    size_t part;
    nb_split_cursor cursor; /* JOIN: the pieces that have not been sent yet ... */
    bool feeding;           /* ... if there are any */
} nb_assignment;

typedef struct nb_batch {
    const nbang_machine *machine;
    const nbang_options *options;
    nbang_source *source;
    nbang_summary *summary;
    nb_pool *pool;
    unsigned num_workers; /* places in the pool */
    nb_assignment *assignments;
    nb_window window;
    nb_writer writer;
    nb_schedule schedule;
    uint64_t num_tasks; /* given out so far: the number of the next task */

    /* Intake. */
    nbang_status source_status; /* OK, AGAIN, END, or the failure that ended it */
    char **files;               /* names that records refer to */
    size_t num_files;

    /* Replacing workers. */
    uint64_t start_again_ns; /* no attempt to start a worker before this time ... */
    unsigned start_failures; /* ... after this many failures in a row */

    /* Progress. */
    uint64_t started_ns;
    uint64_t next_progress_ns;
    uint64_t known_ns; /* predicted time of all jobs taken so far */
} nb_batch;

/* Takes jobs from the source as long as it has some and there is room. NBANG_NO_MEMORY only. */
NB_MUST_CHECK nb_status nb_batch_take_jobs(nb_batch *batch);

/* Gives work to workers as long as there are both, starting workers where places are empty. */
NB_MUST_CHECK nb_status nb_batch_assign(nb_batch *batch);

/* Sends more pieces to the workers that join parts. */
NB_MUST_CHECK nb_status nb_batch_feed_joins(nb_batch *batch);

/* Stops reading from the worker if nobody can take its text now, or starts again. */
void nb_batch_update_pause(nb_batch *batch, unsigned worker);

/* Callbacks for the pool; ctx is the batch. */
nb_status nb_batch_on_frame(void *ctx, unsigned worker, const nb_frame *frame);
void nb_batch_on_lost(void *ctx, unsigned worker, const nb_loss *loss);

/* Tells the user something. */
void nb_batch_event(const nb_batch *batch, int kind, const char *message);

#endif
