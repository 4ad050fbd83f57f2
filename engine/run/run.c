/* The wheel: take jobs in, give them to workers, deliver results, wait, and again. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "run/assign.h"
#include "run/batch.h"
#include "run/collect.h"
#include "run/execute.h"
#include "run/intake.h"
#include "run/plan.h"

/* With progress to be shown, the longest wait. */
#define PROGRESS_WAIT_NS (100 * NB_NS_PER_MS)

/* With a slot that may be lent soon, the longest wait. */
#define LEND_WAIT_NS (5 * NB_NS_PER_MS)

/* How often starting a first worker is tried again when the last one is lost. */
#define MAX_START_FAILURES 10

/* ---- starting ---- */

/* How many workers the jobs known so far can use; all, if more jobs may come. */
static unsigned workers_wanted(const nb_batch *batch)
{
    if (batch->source_status != NBANG_END) {
        return batch->num_workers;
    }
    const nb_schedule *schedule = &batch->schedule;
    return nb_plan_workers(schedule->num_large, schedule->small_ns, batch->num_workers);
}

/* How many places will be at work, for so many workers: all, if there is a job for a team. */
static unsigned places_wanted(const nb_batch *batch, unsigned num_wanted)
{
    nb_item *item;
    TAILQ_FOREACH(item, &batch->schedule.large, link)
    {
        if (nb_lend_may_have(batch, item)) {
            return batch->num_workers;
        }
    }
    return num_wanted;
}

/* Makes the pool and starts its first workers, while this process is still small. */
static nb_status start_workers(nb_batch *batch, nb_executor **executor)
{
    unsigned wanted = workers_wanted(batch);
    batch->num_wanted = wanted;
    batch->lending.first_slot = nb_machine_first_slot(batch->machine, places_wanted(batch, wanted));
    const nb_executor_options options = {
        .slots = nb_machine_slots(batch->machine),
        .first_slot = batch->lending.first_slot,
        .verify = batch->options->verify,
        .kept_bytes = nb_machine_kept_bytes(batch->machine),
        .reuse = batch->options->reuse,
        .content = batch->options->content,
        .digest = batch->options->digest,
        .cpu_times = batch->options->cpu_times,
        .trace = batch->trace != NULL,
    };
    nb_status status = nb_executor_create(executor, &options);
    if (status != NBANG_OK) {
        return status;
    }
    const nb_worker_program program = nb_executor_program(*executor);
    const nb_pool_events events = {
        .ctx = batch, .frame = nb_collect_frame, .lost = nb_collect_loss};
    status = nb_pool_create(&batch->pool, batch->num_workers, &program, &events);
    if (status != NBANG_OK || !nb_schedule_has_work(&batch->schedule)) {
        return status;
    }
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
    nb_batch_count_workers(batch);
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

    uint64_t timeout_ns = batch->options->hooks.progress != NULL ? PROGRESS_WAIT_NS : UINT64_MAX;
    if (batch->source_status == NBANG_OK && !nb_window_is_full(&batch->window)) {
        timeout_ns = 0; /* what was just delivered made room for jobs that nobody would announce */
    }
    if (batch->waits_to_start) {
        uint64_t now_ns = nb_clock_wall_ns();
        uint64_t left_ns = batch->start_again_ns > now_ns ? batch->start_again_ns - now_ns : 0;
        /* A worker that becomes free meanwhile ends the wait as well. */
        timeout_ns = left_ns < timeout_ns ? left_ns : timeout_ns;
    }
    if (batch->lending.looks_again) {
        timeout_ns = LEND_WAIT_NS < timeout_ns ? LEND_WAIT_NS : timeout_ns;
    }
    const bool waits_for_sink = extra[SINK].fd >= 0 && extra[SINK].events != 0;
    nb_trace_enter(batch->trace, waits_for_sink ? NBANG_PHASE_WRITE : NBANG_PHASE_IDLE);
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
    nb_trace_enter(batch->trace, NBANG_PHASE_READ);
    nb_status status = nb_intake_take_jobs(batch);
    if (status == NBANG_OK) {
        status = nb_assign_work(batch);
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
    nb_batch_progress(batch, false);
    return wait_for_news(batch);
}

/* The batch has failed as a whole: every job that is not finished is interrupted, and all that were
 * not delivered yet are, as far as the sink takes them without waiting. */
static void give_up(nb_batch *batch, nb_status reason)
{
    nb_pool_destroy(batch->pool);
    batch->pool = NULL;
    char error[96] = "was interrupted";
    if (reason != NBANG_INTERRUPTED) {
        snprintf(error, sizeof(error), "was not computed: %s", nbang_status_string(reason));
    }
    for (uint64_t i = batch->window.first; i < batch->window.next; i++) {
        nb_item *item = nb_window_at(&batch->window, i);
        if (!item->delivered && !item->finished) {
            nb_writer_fail(&batch->writer, item, NBANG_JOB_INTERRUPTED, error);
        }
    }
    if (reason != NBANG_SINK_FAILED && nb_writer_drain(&batch->writer) == NBANG_OK) {
        nb_status flushed = nb_writer_flush(&batch->writer);
        (void)flushed; /* the batch has failed already */
    }
    /* What the sink did not take is counted all the same. */
    for (uint64_t i = batch->window.first; i < batch->window.next; i++) {
        if (!nb_window_at(&batch->window, i)->delivered) {
            batch->summary->jobs++;
            batch->summary->interrupted++;
        }
    }
}

/* All turns of the wheel. */
static nb_status run_batch(nb_batch *batch, nb_executor **executor)
{
    nb_trace_enter(batch->trace, NBANG_PHASE_READ);
    nb_status status = nb_intake_take_jobs(batch);
    if (status == NBANG_OK) {
        status = start_workers(batch, executor);
    }
    while (status == NBANG_OK && !is_done(batch)) {
        status = turn(batch);
    }
    if (status == NBANG_OK) {
        assert(nb_schedule_is_settled(&batch->schedule));
        nb_batch_progress(batch, true);
        status = batch->source_status == NBANG_END ? NBANG_OK : batch->source_status;
    } else {
        give_up(batch, status);
    }
    return status == NBANG_SINK_FAILED ? batch->writer.failure : status;
}

/* For tests: makes the program take so many percent longer than it has taken so far, which is
 * `before_ns` and the time since `started_ns`. */
static void slow_down(uint64_t before_ns, uint64_t started_ns)
{
    const uint64_t percent = nb_fault_limit("slow", 0);
    const uint64_t now_ns = nb_clock_wall_ns();
    const uint64_t end_ns = now_ns + (before_ns + now_ns - started_ns) * percent / 100;
    while (percent > 0 && nb_clock_wall_ns() < end_ns) {
    }
}

nbang_status nbang_run(const nbang_machine *machine, const nbang_options *options,
                       nbang_source *source, nbang_sink *sink, nbang_summary *summary)
{
    *summary = (nbang_summary){0};
    /* Starting a program is all work, and so its CPU time tells how long that took. */
    const uint64_t before_ns = nb_fault_limit("slow", 0) > 0 ? nb_clock_cpu_ns() : 0;
    /* A pipe whose reader is gone is an error to be handled, not a reason to die: workers may die,
     * and the sink's reader may leave. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGPIPE, &ignore, &before);

    nb_batch batch;
    nb_executor *executor = NULL;
    nb_status status = nb_batch_init(&batch, machine, options, source, sink, summary);
    if (status == NBANG_OK) {
        status = run_batch(&batch, &executor);
        nb_batch_own_spans(&batch);
    }
    nb_batch_clear(&batch);
    nb_executor_destroy(executor);
    sigaction(SIGPIPE, &before, NULL);
    slow_down(before_ns, batch.started_ns);
    summary->wall_ns = nb_clock_wall_ns() - batch.started_ns;
    return status;
}
