/* The wheel: take jobs in, give them to workers, deliver results, wait, and again. */
#include "run/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "run/execute.h"
#include "run/plan.h"
#include "run/reply.h"

/* Jobs in the window: enough to keep many workers busy with tiny jobs, and a few MB in memory. */
#define WINDOW_JOBS 8192
#define WINDOW_JOBS_PER_WORKER 128

/* Text held for jobs whose turn has not come. */
#define HOLD_BYTES ((uint64_t)16 * 1024 * 1024)

/* What the processes take when they do nothing, to be subtracted from the budget. */
#define MASTER_BYTES (HOLD_BYTES + (uint64_t)8 * 1024 * 1024)
#define WORKER_BYTES ((uint64_t)4 * 1024 * 1024)

#define PROGRESS_NS (100 * NB_NS_PER_MS)

/* How often starting a first worker is tried again when the last one is lost. */
#define MAX_START_FAILURES 10

void nb_batch_event(const nb_batch *batch, int kind, const char *message)
{
    const nbang_hooks *hooks = &batch->options->hooks;
    if (hooks->event != NULL) {
        nbang_event event = {.message = message};
        event.kind = kind;
        hooks->event(hooks->ctx, &event);
    }
}

/* ---- pauses ---- */

static bool should_pause(nb_batch *batch, const nb_assignment *assignment)
{
    if (assignment->kind != NB_ASSIGNMENT_JOBS && assignment->kind != NB_ASSIGNMENT_JOIN) {
        return false;
    }
    const nb_item *item = assignment->items[assignment->num_done];
    if (item->reserved || nb_writer_wants(&batch->writer, item)) {
        return false;
    }
    /* Until text comes it does no harm to listen, and deaths are noticed. Small results come
     * without warning. */
    if (!assignment->in_text && item->estimate.num_digits >= NB_REPLY_BYTES) {
        return false;
    }
    if (nb_writer_is_blocked(&batch->writer)) {
        return true;
    }
    if (batch->options->unordered) {
        return batch->writer.current != NULL && batch->writer.current != item;
    }
    /* If the job whose turn it is has no worker, it needs one: this one, perhaps. */
    return nb_window_at(&batch->window, batch->window.first)->num_active > 0;
}

void nb_batch_update_pause(nb_batch *batch, unsigned worker)
{
    if (nb_pool_is_alive(batch->pool, worker)) {
        nb_pool_pause(batch->pool, worker, should_pause(batch, &batch->assignments[worker]));
    }
}

/* ---- progress ---- */

static void report_progress(nb_batch *batch, bool last)
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
    };
    for (unsigned w = 0; w < batch->num_workers; w++) {
        progress.workers_busy += batch->assignments[w].kind != NB_ASSIGNMENT_NONE;
    }
    hooks->progress(hooks->ctx, &progress);
}

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

/* What is left of the budget for the computation of large jobs. */
static uint64_t memory_for_jobs(const nbang_machine *machine, unsigned num_workers)
{
    uint64_t total = nbang_machine_memory(machine);
    uint64_t fixed = MASTER_BYTES + num_workers * WORKER_BYTES;
    return total > fixed ? total - fixed : 0;
}

static nb_status init_batch(nb_batch *batch, nbang_sink *sink)
{
    size_t window_jobs = (size_t)batch->num_workers * WINDOW_JOBS_PER_WORKER;
    nb_status status =
        nb_window_init(&batch->window, window_jobs > WINDOW_JOBS ? window_jobs : WINDOW_JOBS);
    if (status != NBANG_OK) {
        return status;
    }
    nb_writer_init(&batch->writer, &batch->window, sink, batch->options->unordered, HOLD_BYTES,
                   batch->summary);
    nb_schedule_init(&batch->schedule, &batch->writer, batch->num_workers, batch->options->split,
                     memory_for_jobs(batch->machine, batch->num_workers));
    return create_assignments(batch);
}

static void clear_batch(nb_batch *batch)
{
    nb_pool_destroy(batch->pool);
    nb_window_clear(&batch->window);
    for (unsigned w = 0; batch->assignments != NULL && w < batch->num_workers; w++) {
        free(batch->assignments[w].items);
    }
    free(batch->assignments);
    for (size_t i = 0; i < batch->num_files; i++) {
        free(batch->files[i]);
    }
    free(batch->files);
}

/* How many workers the jobs known so far can use; all, if more jobs may come. */
static unsigned workers_wanted(const nb_batch *batch)
{
    if (batch->source_status != NBANG_END) {
        return batch->num_workers;
    }
    const nb_schedule *schedule = &batch->schedule;
    bool splits = false;
    nb_item *item;
    TAILQ_FOREACH(item, &schedule->large, link)
    {
        splits = splits || nb_schedule_num_parts(schedule, item) > 1;
    }
    return nb_plan_workers(schedule->num_large, schedule->small_ns, splits, batch->num_workers);
}

/* Starts the first workers, while this process is still small. */
static nb_status start_workers(nb_batch *batch, nb_executor *executor)
{
    const nb_worker_program program = nb_executor_program(executor);
    const nb_pool_events events = {
        .ctx = batch, .frame = nb_batch_on_frame, .lost = nb_batch_on_lost};
    nb_status status = nb_pool_create(&batch->pool, batch->num_workers, &program, &events);
    if (status != NBANG_OK || !nb_schedule_has_work(&batch->schedule)) {
        return status;
    }
    unsigned wanted = workers_wanted(batch);
    unsigned started = 0;
    while (started < wanted && nb_pool_start(batch->pool, started) == NBANG_OK) {
        started++;
    }
    if (started < wanted) {
        char message[160];
        snprintf(message, sizeof(message), "only %u of %u workers could be started: %s", started,
                 wanted, strerror(errno));
        nb_batch_event(batch, NBANG_EVENT_FEWER_WORKERS, message);
        batch->start_failures = 1;
        batch->start_again_ns = nb_clock_wall_ns() + NB_NS_PER_S;
    }
    batch->summary->workers = started;
    return started > 0 ? NBANG_OK : NBANG_NO_WORKERS;
}

/* ---- running ---- */

static bool is_done(const nb_batch *batch)
{
    bool no_more = batch->source_status != NBANG_OK && batch->source_status != NBANG_AGAIN;
    return no_more && nb_window_is_empty(&batch->window);
}

/* What to wait for on the side of the sink: that it can write again, or, asked for by no events at
 * all, that its reader is gone. */
static struct pollfd watch_sink(const nb_writer *writer)
{
    const nbang_sink *sink = writer->sink;
    int blocked_fd = nb_writer_blocked_fd(writer);
    if (blocked_fd < 0 && sink->reader_fd != NULL) {
        return (struct pollfd){.fd = sink->reader_fd(sink->ctx)};
    }
    return (struct pollfd){.fd = blocked_fd, .events = POLLOUT};
}

/* One wait for whatever happens next. */
static nb_status wait_for_news(nb_batch *batch)
{
    enum { CANCEL, SOURCE, SINK, NUM_EXTRA };
    struct pollfd extra[NUM_EXTRA];
    bool wants_jobs = batch->source_status == NBANG_AGAIN && !nb_window_is_full(&batch->window);
    const nbang_source *source = batch->source;
    extra[CANCEL] = (struct pollfd){.fd = batch->options->cancel_fd, .events = POLLIN};
    extra[SOURCE] = (struct pollfd){
        .fd = wants_jobs && source->wait_fd != NULL ? source->wait_fd(source->ctx) : -1,
        .events = POLLIN};
    extra[SINK] = watch_sink(&batch->writer);

    uint64_t timeout_ns = batch->options->hooks.progress != NULL ? PROGRESS_NS : UINT64_MAX;
    if (batch->start_failures > 0 && nb_schedule_has_work(&batch->schedule)) {
        uint64_t now_ns = nb_clock_wall_ns();
        uint64_t left_ns = batch->start_again_ns > now_ns ? batch->start_again_ns - now_ns : 0;
        /* A worker that becomes free meanwhile ends the wait as well. */
        timeout_ns = left_ns < timeout_ns && left_ns > 0 ? left_ns : timeout_ns;
    }
    nb_status status = nb_pool_wait(batch->pool, extra, NUM_EXTRA, timeout_ns);
    if (extra[CANCEL].revents != 0) {
        return NBANG_INTERRUPTED;
    }
    if (status == NBANG_OK && extra[SINK].events == 0 && (extra[SINK].revents & POLLERR) != 0) {
        return NBANG_SINK_FAILED;
    }
    return status;
}

/* Delivers all that can be delivered now: writing out what the sink has buffered may make room for
 * more. */
static nb_status deliver(nb_writer *writer)
{
    nb_status status;
    bool was_blocked;
    do {
        status = nb_writer_drain(writer);
        was_blocked = nb_writer_is_blocked(writer);
        if (status == NBANG_OK) {
            status = nb_writer_flush(writer);
        }
    } while (status == NBANG_OK && was_blocked && !nb_writer_is_blocked(writer));
    return status;
}

static nb_status turn(nb_batch *batch)
{
    nb_status status = nb_batch_take_jobs(batch);
    if (status == NBANG_OK) {
        status = nb_batch_assign(batch);
    }
    if (status == NBANG_OK) {
        status = nb_batch_feed_joins(batch);
    }
    if (status == NBANG_OK) {
        status = deliver(&batch->writer);
    }
    if (status != NBANG_OK || is_done(batch)) {
        return status;
    }
    if (nb_pool_num_alive(batch->pool) == 0 && batch->start_failures >= MAX_START_FAILURES) {
        return NBANG_NO_WORKERS;
    }
    for (unsigned w = 0; w < batch->num_workers; w++) {
        nb_batch_update_pause(batch, w);
    }
    report_progress(batch, false);
    return wait_for_news(batch);
}

/* Reports every job that was taken and not delivered, as far as the sink takes it. */
static void give_up(nb_batch *batch, nb_status reason)
{
    nbang_job_status job_status =
        reason == NBANG_INTERRUPTED ? NBANG_JOB_INTERRUPTED : NBANG_JOB_ERROR;
    char error[96];
    snprintf(error, sizeof(error), reason == NBANG_INTERRUPTED ? "was interrupted" : "failed: %s",
             nbang_status_string(reason));
    nb_pool_destroy(batch->pool);
    batch->pool = NULL;
    bool sink_is_good = reason != NBANG_SINK_FAILED;
    for (uint64_t i = batch->window.first; i < batch->window.next; i++) {
        nb_item *item = nb_window_at(&batch->window, i);
        if (!item->delivered && !item->finished) {
            bool had_result = item->has_result;
            nb_item_fail(item, job_status, error);
            if (!had_result) {
                nb_writer_result(&batch->writer, item);
            }
        }
    }
    if (sink_is_good && nb_writer_drain(&batch->writer) == NBANG_OK) {
        nb_status flushed = nb_writer_flush(&batch->writer);
        (void)flushed; /* the batch has failed already */
    }
    /* What the sink did not take is counted all the same. */
    for (uint64_t i = batch->window.first; i < batch->window.next; i++) {
        if (!nb_window_at(&batch->window, i)->delivered) {
            batch->summary->jobs++;
            if (reason == NBANG_INTERRUPTED) {
                batch->summary->interrupted++;
            } else {
                batch->summary->errors++;
            }
        }
    }
}

static nb_status run_batch(nb_batch *batch, nbang_sink *sink)
{
    nb_status status = init_batch(batch, sink);
    nb_executor *executor = NULL;
    if (status == NBANG_OK) {
        const nb_executor_options options = {
            .slots = nb_machine_slots(batch->machine),
            .first_slot = nb_machine_first_slot(batch->machine, batch->num_workers),
            .verify = batch->options->verify,
            .digest = batch->options->digest,
            .cpu_times = batch->options->cpu_times,
        };
        status = nb_executor_create(&executor, &options);
    }
    if (status == NBANG_OK) {
        status = nb_batch_take_jobs(batch);
    }
    if (status == NBANG_OK) {
        status = start_workers(batch, executor);
    }
    while (status == NBANG_OK && !is_done(batch)) {
        status = turn(batch);
    }
    if (status == NBANG_OK) {
        report_progress(batch, true);
        status = batch->source_status == NBANG_END ? NBANG_OK : batch->source_status;
    } else {
        give_up(batch, status);
    }
    nb_executor_destroy(executor);
    return status;
}

nbang_status nbang_run(const nbang_machine *machine, const nbang_options *options,
                       nbang_source *source, nbang_sink *sink, nbang_summary *summary)
{
    *summary = (nbang_summary){0};
    nb_batch batch = {
        .machine = machine,
        .options = options,
        .source = source,
        .summary = summary,
        .num_workers = nbang_machine_workers(machine),
        .started_ns = nb_clock_wall_ns(),
    };
    /* A pipe whose reader is gone is an error to be handled, not a reason to die: workers may die,
     * and the sink's reader may leave. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGPIPE, &ignore, &before);
    nb_status status = run_batch(&batch, sink);
    clear_batch(&batch);
    sigaction(SIGPIPE, &before, NULL);
    summary->wall_ns = nb_clock_wall_ns() - batch.started_ns;
    return status;
}
