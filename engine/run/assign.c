#include "run/assign.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "compute/cost.h"
#include "run/plan.h"

/* After a worker could not be started, the next attempt waits this long. */
#define START_PAUSE_NS (200 * NB_NS_PER_MS)

/* Bytes of limbs that may queue for a worker; more would only copy them into the master's memory
 * a second time. */
#define FEED_BYTES ((size_t)1024 * 1024)

/* ---- sending ---- */

/* Sends a command of the worker's present task. */
static nb_status send_command(nb_batch *batch, unsigned worker, nb_message_type type,
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

/* Makes the worker busy with a new task. */
static nb_assignment *begin_task(nb_batch *batch, unsigned worker, nb_assignment_kind kind)
{
    nb_assignment *assignment = &batch->assignments[worker];
    assert(assignment->kind == NB_ASSIGNMENT_NONE);
    assignment->kind = kind;
    assignment->task = batch->num_tasks++;
    assignment->attempt = 0;
    assignment->num_items = 0;
    assignment->num_done = 0;
    assignment->in_text = false;
    assignment->split = NULL;
    assignment->feeding = false;
    nb_pool_limit(batch->pool, worker, batch->options->timeout_ns);
    return assignment;
}

static void begin_item(nb_assignment *assignment, nb_item *item)
{
    assignment->items[assignment->num_items++] = item;
    item->num_active++;
    item->record.attempts++;
    if (assignment->num_items == 1) {
        assignment->attempt = item->record.attempts;
    }
}

static nb_status give_jobs(nb_batch *batch, unsigned worker, size_t count)
{
    uint64_t jobs[NB_PLAN_GROUP_JOBS];
    nb_assignment *assignment = begin_task(batch, worker, NB_ASSIGNMENT_JOBS);
    for (size_t i = 0; i < count; i++) {
        jobs[i] = assignment->items[i]->record.n;
        begin_item(assignment, assignment->items[i]);
    }
    return send_command(batch, worker, NB_MESSAGE_JOBS, jobs, count * sizeof(*jobs));
}

static nb_status give_part(nb_batch *batch, unsigned worker, nb_split_job *split)
{
    nb_assignment *assignment = begin_task(batch, worker, NB_ASSIGNMENT_PART);
    assignment->split = split;
    assignment->part = nb_split_take_work(split);
    if (!nb_split_has_work(split)) {
        TAILQ_REMOVE(&batch->schedule.splits, split, link);
    }
    split->item->num_active++;
    const nb_part *part = &split->parts[assignment->part];
    const nb_part_task task = {.n = split->item->record.n, .lo = part->lo, .hi = part->hi};
    return send_command(batch, worker, NB_MESSAGE_PART, &task, sizeof(task));
}

static nb_status give_join(nb_batch *batch, unsigned worker, nb_split_job *split)
{
    nb_assignment *assignment = begin_task(batch, worker, NB_ASSIGNMENT_JOIN);
    TAILQ_REMOVE(&batch->schedule.joins, split, link);
    assignment->split = split;
    assignment->cursor = (nb_split_cursor){0};
    assignment->feeding = true;
    begin_item(assignment, split->item);
    return nb_assign_feed_joins(batch);
}

static nb_status feed_join(nb_batch *batch, unsigned worker)
{
    nb_assignment *assignment = &batch->assignments[worker];
    while (nb_pool_queued_bytes(batch->pool, worker) < FEED_BYTES) {
        const nb_limb_piece *piece = nb_split_next(assignment->split, &assignment->cursor);
        if (piece == NULL) {
            const nb_join_task task = {.n = assignment->items[0]->record.n,
                                       .num_parts = assignment->split->num_parts};
            assignment->feeding = false;
            return send_command(batch, worker, NB_MESSAGE_JOIN, &task, sizeof(task));
        }
        nb_status status =
            send_command(batch, worker, NB_MESSAGE_LIMBS, piece->payload, piece->len);
        if (status != NBANG_OK) {
            return status;
        }
    }
    return NBANG_OK;
}

nb_status nb_assign_feed_joins(nb_batch *batch)
{
    nb_status status = NBANG_OK;
    for (unsigned w = 0; status == NBANG_OK && w < batch->num_workers; w++) {
        if (batch->assignments[w].feeding) {
            status = feed_join(batch, w);
        }
    }
    return status;
}

/* ---- choosing ---- */

/* Turns a job that was just taken into parts, if it should be and can. */
static bool split_item(nb_batch *batch, nb_item *item)
{
    size_t num_parts = nb_schedule_num_parts(&batch->schedule, item);
    if (num_parts < 2) {
        return false;
    }
    /* Finished parts wait in the master, and again in the worker that joins them. */
    const uint64_t join_bytes = nb_cost_join_memory_bytes(item->record.n);
    const uint64_t needed_bytes = nb_cost_parts_bytes(item->record.n) + join_bytes;
    if (nb_machine_address_space(join_bytes) > nbang_machine_process_memory(batch->machine) ||
        !nb_schedule_raise_memory(&batch->schedule, item, needed_bytes) ||
        nb_split_create(&item->split, item, item->record.n, num_parts) != NBANG_OK) {
        return false; /* as a whole, then */
    }
    TAILQ_INSERT_TAIL(&batch->schedule.splits, item->split, link);
    return true;
}

/* Gives the worker something; `given`: whether there was anything. */
static nb_status give_work(nb_batch *batch, unsigned worker, bool *given)
{
    nb_schedule *schedule = &batch->schedule;
    *given = true;
    if (!TAILQ_EMPTY(&schedule->joins)) {
        return give_join(batch, worker, TAILQ_FIRST(&schedule->joins));
    }
    if (!TAILQ_EMPTY(&schedule->splits)) {
        return give_part(batch, worker, TAILQ_FIRST(&schedule->splits));
    }
    nb_item **items = batch->assignments[worker].items;
    size_t count = nb_schedule_take(schedule, items);
    if (count == 1 && split_item(batch, items[0])) {
        return give_part(batch, worker, TAILQ_FIRST(&schedule->splits));
    }
    if (count > 0) {
        return give_jobs(batch, worker, count);
    }
    *given = false;
    return NBANG_OK;
}

/* A worker without work, started if need be; false if there is none. */
static bool find_worker(nb_batch *batch, unsigned *worker)
{
    unsigned empty = batch->num_wanted;
    for (unsigned w = 0; w < batch->num_wanted; w++) {
        if (batch->assignments[w].kind != NB_ASSIGNMENT_NONE) {
            continue;
        }
        if (nb_pool_is_alive(batch->pool, w)) {
            *worker = w;
            return true;
        }
        empty = empty < w ? empty : w;
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

nb_status nb_assign_work(nb_batch *batch)
{
    nb_status status = NBANG_OK;
    bool given = true;
    unsigned worker;
    batch->waits_to_start = false;
    while (status == NBANG_OK && given && nb_schedule_has_work(&batch->schedule) &&
           find_worker(batch, &worker)) {
        status = give_work(batch, worker, &given);
    }
    return status;
}
