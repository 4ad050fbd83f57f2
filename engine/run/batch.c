#include "run/batch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "run/plan.h"
#include "run/reply.h"

/* Jobs in the window: enough to keep many workers busy with tiny jobs, and a few MB in memory. */
#define WINDOW_JOBS 16384
#define WINDOW_JOBS_PER_WORKER 128

#define PROGRESS_NS (100 * NB_NS_PER_MS)

/* Spans of the master that are kept: for a batch of some seconds they show each wait. */
#define TRACE_SPANS 4096

/* ---- setting up ---- */

static nb_status create_assignments(nb_batch *batch)
{
    batch->assignments = calloc(batch->num_workers, sizeof(*batch->assignments));
    if (batch->assignments == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (unsigned w = 0; w < batch->num_workers; w++) {
        batch->assignments[w].items = calloc(NB_PLAN_GROUP_JOBS, sizeof(nb_item *));
        if (batch->assignments[w].items == NULL) {
            return NBANG_NO_MEMORY;
        }
    }
    return NBANG_OK;
}

nb_status nb_batch_init(nb_batch *batch, const nbang_machine *machine, const nbang_options *options,
                        nbang_source *source, nbang_sink *sink, nbang_summary *summary)
{
    *batch = (nb_batch){
        .machine = machine,
        .options = options,
        .source = source,
        .summary = summary,
        .num_workers = nbang_machine_workers(machine),
        .started_ns = nb_clock_wall_ns(),
    };
    size_t window_jobs = (size_t)batch->num_workers * WINDOW_JOBS_PER_WORKER;
    window_jobs = window_jobs > WINDOW_JOBS ? window_jobs : WINDOW_JOBS;
    window_jobs = (size_t)nb_fault_limit("window", window_jobs);
    nb_status status = nb_window_init(&batch->window, window_jobs);
    if (status == NBANG_OK && options->hooks.span != NULL) {
        status = nb_trace_create(&batch->trace, TRACE_SPANS, NBANG_SPAN_MASTER, 0);
    }
    if (status != NBANG_OK) {
        return status;
    }
    nb_writer_init(&batch->writer, &batch->window, sink, options->unordered,
                   nb_fault_limit("hold", nb_machine_hold_bytes(machine)), summary);
    batch->writer.trace = batch->trace;
    /* Binary numbers are GMP's, which has no use for a team. */
    nbang_split split = options->content == NBANG_CONTENT_RAW ? NBANG_SPLIT_NEVER : options->split;
    nb_schedule_init(&batch->schedule, &batch->writer, batch->num_workers, split,
                     nbang_machine_job_memory(machine));
    status = create_assignments(batch);
    if (status == NBANG_OK && options->reuse && options->content == NBANG_CONTENT_DIGITS) {
        status = nb_schedule_reuse(&batch->schedule);
    }
    if (status == NBANG_OK) {
        status = nb_lending_init(&batch->lending, batch->num_workers, nbang_machine_slots(machine));
    }
    return status;
}

void nb_batch_clear(nb_batch *batch)
{
    nb_pool_destroy(batch->pool);
    nb_schedule_clear(&batch->schedule);
    nb_window_clear(&batch->window);
    for (unsigned w = 0; batch->assignments != NULL && w < batch->num_workers; w++) {
        free(batch->assignments[w].items);
    }
    free(batch->assignments);
    nb_lending_clear(&batch->lending);
    nb_trace_destroy(batch->trace);
    for (size_t i = 0; i < batch->num_files; i++) {
        free(batch->files[i]);
    }
    free(batch->files);
}

nb_status nb_batch_command(nb_batch *batch, unsigned worker, nb_message_type type,
                           const void *payload, size_t len)
{
    const nb_frame frame = {
        .type = (uint8_t)type,
        .task = batch->assignments[worker].task,
        .attempt = batch->assignments[worker].attempt,
        .payload = payload,
        .len = len,
    };
    return nb_pool_send(batch->pool, worker, &frame);
}

/* ---- telling the user ---- */

void nb_batch_count_workers(nb_batch *batch)
{
    unsigned workers = nb_pool_num_alive(batch->pool) + nb_lend_count(batch).empty;
    if (workers > batch->summary->workers) {
        batch->summary->workers = workers;
    }
}

void nb_batch_event(const nb_batch *batch, nbang_event_kind kind, const char *message)
{
    const nbang_hooks *hooks = &batch->options->hooks;
    if (hooks->event != NULL) {
        const nbang_event event = {.kind = kind, .message = message};
        hooks->event(hooks->ctx, &event);
    }
}

void nb_batch_progress(nb_batch *batch, bool last)
{
    const nbang_hooks *hooks = &batch->options->hooks;
    uint64_t now_ns = nb_clock_wall_ns();
    if (hooks->progress == NULL || (!last && now_ns < batch->next_progress_ns)) {
        return;
    }
    batch->next_progress_ns = now_ns + PROGRESS_NS;
    nbang_progress progress = {
        .jobs_done = batch->summary->jobs,
        .jobs_known = batch->window.next,
        .jobs_final = batch->source_status == NBANG_END,
        .digits_done = batch->summary->digits,
        .work_done_ns = batch->known_ns - batch->schedule.undone_ns,
        .work_known_ns = batch->known_ns,
        .elapsed_ns = now_ns - batch->started_ns,
        .workers_busy = nb_lend_count(batch).idle,
    };
    for (unsigned w = 0; w < batch->num_workers; w++) {
        progress.workers_busy += batch->assignments[w].busy;
    }
    hooks->progress(hooks->ctx, &progress);
}

void nb_batch_span(const nb_batch *batch, nbang_span span)
{
    const nbang_hooks *hooks = &batch->options->hooks;
    span.start_ns -= batch->started_ns;
    span.end_ns -= batch->started_ns;
    hooks->span(hooks->ctx, &span);
}

void nb_batch_own_spans(const nb_batch *batch)
{
    if (batch->trace == NULL) {
        return;
    }
    const nbang_span *spans;
    const size_t count = nb_trace_take(batch->trace, &spans);
    for (size_t i = 0; i < count; i++) {
        nb_batch_span(batch, spans[i]);
    }
}

/* ---- pauses ---- */

static bool should_pause(nb_batch *batch, const nb_assignment *assignment)
{
    if (!assignment->busy) {
        return false;
    }
    const nb_item *item = assignment->items[assignment->num_done];
    if (item->reserved || nb_writer_wants(&batch->writer, item)) {
        return false;
    }
    /* Until text comes it does no harm to listen, and deaths are noticed. Small results come
     * without warning. */
    if (!assignment->in_text && item->estimate.num_bytes >= NB_REPLY_BYTES) {
        return false;
    }
    if (nb_writer_is_blocked(&batch->writer)) {
        return true;
    }
    /* If the job whose turn it is has no worker, it needs one: this one, perhaps. */
    const nb_item *turn = batch->options->unordered
                              ? batch->writer.current
                              : nb_window_at(&batch->window, batch->window.first);
    return turn != NULL && turn->active;
}

void nb_batch_update_pause(nb_batch *batch, unsigned worker)
{
    if (nb_pool_is_alive(batch->pool, worker)) {
        nb_pool_pause(batch->pool, worker, should_pause(batch, &batch->assignments[worker]));
    }
}
