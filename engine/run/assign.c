#include "run/assign.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "run/lend.h"
#include "run/plan.h"

/* After a worker could not be started, the next attempt waits this long. */
#define START_PAUSE_NS (200 * NB_NS_PER_MS)

/* ---- giving ---- */

/* Makes the worker busy with a new task. */
static nb_assignment *begin_task(nb_batch *batch, unsigned worker)
{
    nb_assignment *assignment = &batch->assignments[worker];
    assert(!assignment->busy);
    assignment->busy = true;
    assignment->task = batch->num_tasks++;
    assignment->attempt = 0;
    assignment->num_items = 0;
    assignment->num_done = 0;
    assignment->in_text = false;
    assignment->team_size = 1;
    assignment->done_ns = 0;
    assignment->since_ns = nb_clock_wall_ns();
    nb_pool_limit(batch->pool, worker, batch->options->timeout_ns);
    return assignment;
}

static void begin_item(nb_assignment *assignment, nb_item *item)
{
    assignment->items[assignment->num_items++] = item;
    item->active = true;
    item->record.attempts++;
    if (assignment->num_items == 1) {
        assignment->attempt = item->record.attempts;
    }
}

static nb_status send_jobs(nb_batch *batch, unsigned worker)
{
    uint64_t jobs[NB_PLAN_GROUP_JOBS];
    nb_assignment *assignment = &batch->assignments[worker];
    for (size_t i = 0; i < assignment->num_items; i++) {
        jobs[i] = nb_codec_pack_job(
            (nb_job){.n = assignment->items[i]->record.n, .reuse = assignment->items[i]->reuse});
    }
    assignment->held_back = false;
    return nb_batch_command(batch, worker, NB_MESSAGE_JOBS, jobs,
                            assignment->num_items * sizeof(*jobs));
}

static nb_status give_jobs(nb_batch *batch, unsigned worker, size_t count)
{
    nb_assignment *assignment = begin_task(batch, worker);
    for (size_t i = 0; i < count; i++) {
        begin_item(assignment, assignment->items[i]);
    }
    assignment->held_back = count == 1 && nb_lend_may_have(batch, assignment->items[0]);
    return assignment->held_back ? NBANG_OK : send_jobs(batch, worker);
}

/* ---- choosing ---- */

/* Tells the workers that are to forget what they keep. */
static nb_status forget(nb_batch *batch)
{
    nb_status status = NBANG_OK;
    for (unsigned w = 0; batch->schedule.must_forget && w < batch->num_workers; w++) {
        nb_keeper *keeper = &batch->schedule.keepers[w];
        if (keeper->forgets && status == NBANG_OK) {
            status = nb_batch_command(batch, w, NB_MESSAGE_FORGET, NULL, 0);
        }
        keeper->forgets = false;
    }
    batch->schedule.must_forget = false;
    return status;
}

/* Gives the worker jobs; `given`: whether there were any that may start now. */
static nb_status give_work(nb_batch *batch, unsigned worker, bool *given)
{
    size_t count = nb_schedule_take(&batch->schedule, worker, batch->assignments[worker].items);
    *given = count > 0;
    nb_status status = forget(batch);
    return status == NBANG_OK && count > 0 ? give_jobs(batch, worker, count) : status;
}

/* A worker without work, best one that need not share its core, and started if need be; false if
 * there is none. */
static bool find_worker(nb_batch *batch, unsigned *worker)
{
    unsigned shared = batch->num_wanted;
    unsigned empty = batch->num_wanted;
    for (unsigned w = 0; w < batch->num_wanted; w++) {
        if (batch->assignments[w].busy) {
            continue;
        }
        if (!nb_pool_is_alive(batch->pool, w)) {
            empty = empty < w ? empty : w;
        } else if (nb_lend_is_lent(batch, w)) {
            shared = shared < w ? shared : w;
        } else {
            *worker = w;
            return true;
        }
    }
    if (shared < batch->num_wanted) {
        *worker = shared;
        return true;
    }
    if (empty == batch->num_wanted) {
        return false;
    }
    batch->waits_to_start = true;
    if (nb_clock_wall_ns() < batch->start_again_ns) {
        return false;
    }
    if (nb_pool_start(batch->pool, empty) != NBANG_OK) {
        batch->start_failures++;
        batch->start_again_ns = nb_clock_wall_ns() + START_PAUSE_NS;
        if (batch->start_failures == 1) {
            char message[160];
            snprintf(message, sizeof(message), "cannot start another worker: %s; %u left",
                     strerror(errno), nb_pool_num_alive(batch->pool));
            nb_batch_event(batch, NBANG_EVENT_FEWER_WORKERS, message);
        }
        return false;
    }
    batch->start_failures = 0;
    batch->waits_to_start = false;
    nb_batch_count_workers(batch);
    *worker = empty;
    return true;
}

/* Gives workers that keep a number the jobs that wait for it: nobody else may have those. */
static nb_status give_bound(nb_batch *batch)
{
    const nb_schedule *schedule = &batch->schedule;
    nb_status status = NBANG_OK;
    for (unsigned w = 0; status == NBANG_OK && schedule->num_bound > 0 && w < batch->num_workers;
         w++) {
        if (schedule->keepers[w].num_bound > 0 && !batch->assignments[w].busy) {
            bool given;
            status = give_work(batch, w, &given);
        }
    }
    return status;
}

/* Gives jobs to workers as long as there are both. */
static nb_status give_all(nb_batch *batch)
{
    nb_status status = give_bound(batch);
    bool given = true;
    unsigned worker;
    batch->waits_to_start = false;
    while (status == NBANG_OK && given && nb_schedule_has_work(&batch->schedule) &&
           find_worker(batch, &worker)) {
        status = give_work(batch, worker, &given);
    }
    return status;
}

nb_status nb_assign_work(nb_batch *batch)
{
    nb_status status = give_all(batch);
    if (status == NBANG_OK) {
        status = nb_lend_slots(batch);
    }
    for (unsigned w = 0; status == NBANG_OK && w < batch->num_workers; w++) {
        if (batch->assignments[w].held_back) {
            status = send_jobs(batch, w);
        }
    }
    return status;
}
