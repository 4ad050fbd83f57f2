/* The state of one batch in the master, and what every file that moves it along needs: intake.c
 * takes jobs in, assign.c gives them to workers, lend.c makes teams of those that are left,
 * collect.c takes back results and losses, and run.c turns the wheel. */
#ifndef NB_RUN_BATCH_H
#define NB_RUN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/trace.h"
#include "nbang/batch.h"
#include "pool/pool.h"
#include "run/item.h"
#include "run/lend.h"
#include "run/machine.h"
#include "run/schedule.h"
#include "run/window.h"
#include "run/writer.h"

/* What one worker is doing: the jobs in `items`, one after the other. */
typedef struct nb_assignment {
    bool busy;
    uint64_t task;
    uint32_t attempt; /* at the first of its jobs */
    nb_item **items;  /* room for NB_PLAN_GROUP_JOBS */
    size_t num_items;
    size_t num_done;
    uint64_t text_left; /* of items[num_done], once its header has come */
    bool in_text;
    bool held_back; /* its JOBS have not been sent yet: lent slots go ahead of them */

    /* If there is only one job: */
    unsigned team_size; /* threads that compute it */
    uint64_t done_ns;   /* time of one thread that went into it until ... */
    uint64_t since_ns;  /* ... the team got this size */
} nb_assignment;

typedef struct nb_batch {
    const nbang_machine *machine;
    const nbang_options *options;
    nbang_source *source;
    nbang_summary *summary;
    nb_pool *pool;
    unsigned num_workers; /* places in the pool */
    unsigned num_wanted;  /* places that are used: as many workers as the jobs keep busy */
    nb_assignment *assignments;
    nb_window window;
    nb_writer writer;
    nb_schedule schedule;
    nb_lending lending;
    uint64_t num_tasks; /* given out so far: the number of the next task */

    /* Intake. */
    nbang_status source_status; /* OK, AGAIN, END, or the failure that ended it */
    char **files;               /* names that records refer to */
    size_t num_files;

    /* Replacing workers. */
    uint64_t start_again_ns; /* no attempt to start a worker before this time ... */
    unsigned start_failures; /* ... after this many failures in a row */
    bool waits_to_start;     /* there is work for a worker that is to be started then */

    nb_trace *trace; /* of the master; NULL unless somebody wants to hear of spans */

    /* Progress. */
    uint64_t started_ns;
    uint64_t next_progress_ns;
    uint64_t known_ns; /* predicted time of all jobs taken so far */
} nb_batch;

/* Sets up everything but the pool, for `num_workers` places. NBANG_NO_MEMORY; to be cleared in any
 * case. */
NB_MUST_CHECK nb_status nb_batch_init(nb_batch *batch, const nbang_machine *machine,
                                      const nbang_options *options, nbang_source *source,
                                      nbang_sink *sink, nbang_summary *summary);

/* Ends all workers and frees everything. */
void nb_batch_clear(nb_batch *batch);

/* Workers have been started, or slots been lent: the summary wants to know how many work. */
void nb_batch_count_workers(nb_batch *batch);

/* Sends a command of the task that the worker has. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_batch_command(nb_batch *batch, unsigned worker, nb_message_type type,
                                         const void *payload, size_t len);

/* Tells the user something. */
void nb_batch_event(const nb_batch *batch, nbang_event_kind kind, const char *message);

/* Tells the user how far it is, if it is time to, or if this is the `last` time. */
void nb_batch_progress(nb_batch *batch, bool last);

/* Tells the user of a span, whose times are of nb_clock_wall_ns; of all spans of the master until
 * now. */
void nb_batch_span(const nb_batch *batch, nbang_span span);
void nb_batch_own_spans(const nb_batch *batch);

/* Stops reading from the worker if nobody can take its text now, or starts again. */
void nb_batch_update_pause(nb_batch *batch, unsigned worker);

#endif
