#include "run/schedule.h"

#include <assert.h>
#include <stdlib.h>

#include "run/plan.h"

/* How far ahead a critical job is looked for, so that looking stays cheap. */
#define LOOKAHEAD 1024

/* Text of one group at most: what a worker sends in a few frames. */
#define MAX_GROUP_BYTES (256 * 1024)

void nb_schedule_init(nb_schedule *schedule, nb_writer *writer, unsigned num_workers,
                      nbang_split split_mode, uint64_t memory_limit_bytes)
{
    *schedule = (nb_schedule){
        .writer = writer,
        .num_workers = num_workers,
        .split_mode = split_mode,
        .last_small = UINT64_MAX,
        .last_large = UINT64_MAX,
        .memory_limit_bytes = memory_limit_bytes,
    };
    TAILQ_INIT(&schedule->small);
    TAILQ_INIT(&schedule->large);
    TAILQ_INIT(&schedule->again);
}

nb_status nb_schedule_reuse(nb_schedule *schedule)
{
    schedule->keepers = calloc(schedule->num_workers, sizeof(*schedule->keepers));
    return schedule->keepers != NULL ? NBANG_OK : NBANG_NO_MEMORY;
}

void nb_schedule_clear(nb_schedule *schedule)
{
    free(schedule->keepers);
    schedule->keepers = NULL;
}

/* ---- coming and going ---- */

static bool is_small(const nb_schedule *schedule, const nb_item *item)
{
    return schedule->split_mode != NBANG_SPLIT_ALWAYS && nb_plan_is_small(&item->estimate);
}

/* What the job is predicted to take after that which came before it. */
static void predict(const nb_schedule *schedule, nb_item *item, uint64_t *last)
{
    item->time_ns = item->estimate.time_ns;
    if (schedule->keepers != NULL) {
        item->time_ns = nb_reuse_time_ns(item, *last);
        *last = item->record.n;
    }
}

void nb_schedule_add(nb_schedule *schedule, nb_item *item)
{
    if (is_small(schedule, item)) {
        predict(schedule, item, &schedule->last_small);
        TAILQ_INSERT_TAIL(&schedule->small, item, link);
        schedule->small_ns += item->time_ns;
    } else {
        predict(schedule, item, &schedule->last_large);
        TAILQ_INSERT_TAIL(&schedule->large, item, link);
        schedule->large_ns += item->time_ns;
        schedule->num_large++;
        nb_reuse_bind(schedule, item);
    }
    schedule->undone_ns += item->time_ns;
}

static void release_memory(nb_schedule *schedule, nb_item *item)
{
    schedule->memory_used_bytes -= item->memory_bytes;
    item->memory_bytes = 0;
}

void nb_schedule_add_again(nb_schedule *schedule, nb_item *item)
{
    release_memory(schedule, item);
    TAILQ_INSERT_TAIL(&schedule->again, item, link);
}

void nb_schedule_finish(nb_schedule *schedule, nb_item *item)
{
    release_memory(schedule, item);
    nb_reuse_finish(schedule, item);
    schedule->undone_ns -= item->time_ns;
}

void nb_schedule_lose(nb_schedule *schedule, unsigned worker)
{
    nb_reuse_lose(schedule, worker);
}

bool nb_schedule_has_work(const nb_schedule *schedule)
{
    return !TAILQ_EMPTY(&schedule->small) || !TAILQ_EMPTY(&schedule->large) ||
           !TAILQ_EMPTY(&schedule->again);
}

bool nb_schedule_is_settled(const nb_schedule *schedule)
{
    return !nb_schedule_has_work(schedule) && schedule->small_ns == 0 && schedule->large_ns == 0 &&
           schedule->num_large == 0 && schedule->undone_ns == 0 &&
           schedule->memory_used_bytes == nb_reuse_kept_bytes(schedule) &&
           schedule->writer->reserved_bytes == 0;
}

/* ---- may it start? ---- */

/* Small jobs live on what a worker needs anyway. */
static nb_reuse_plan choose(const nb_schedule *schedule, const nb_item *item, unsigned worker)
{
    return is_small(schedule, item) ? (nb_reuse_plan){0} : nb_reuse_choose(schedule, item, worker);
}

static bool has_memory(const nb_schedule *schedule, const nb_reuse_plan *plan)
{
    /* With nothing else running a job always starts: what can never fit was refused before. */
    return schedule->memory_used_bytes == 0 || plan->memory_bytes <= plan->freed_bytes ||
           (schedule->memory_used_bytes <= schedule->memory_limit_bytes &&
            plan->memory_bytes - plan->freed_bytes <=
                schedule->memory_limit_bytes - schedule->memory_used_bytes);
}

/* Finds memory for a job that should start now, at the expense of numbers that are kept. */
static bool find_memory(nb_schedule *schedule, const nb_item *item, unsigned worker,
                        nb_reuse_plan *plan)
{
    *plan = choose(schedule, item, worker);
    if (!has_memory(schedule, plan)) {
        nb_reuse_forget(schedule);
        *plan = choose(schedule, item, worker);
    }
    return has_memory(schedule, plan);
}

bool nb_schedule_raise_memory(nb_schedule *schedule, nb_item *item, uint64_t needed_bytes)
{
    if (needed_bytes <= item->memory_bytes) {
        return true;
    }
    uint64_t more = needed_bytes - item->memory_bytes;
    if (schedule->memory_used_bytes > schedule->memory_limit_bytes ||
        more > schedule->memory_limit_bytes - schedule->memory_used_bytes) {
        return false;
    }
    schedule->memory_used_bytes += more;
    item->memory_bytes = needed_bytes;
    return true;
}

/* Whether all jobs before `item` have started. `item` heads its queue. */
static bool is_oldest_waiting(const nb_schedule *schedule, const nb_item *item)
{
    const nb_item *small = TAILQ_FIRST(&schedule->small);
    const nb_item *large = TAILQ_FIRST(&schedule->large);
    uint64_t index = item->record.index;
    return (small == NULL || index <= small->record.index) &&
           (large == NULL || index <= large->record.index);
}

static bool has_place_for_text(nb_schedule *schedule, nb_item *item)
{
    return item->reserved || nb_writer_reserve(schedule->writer, item) ||
           schedule->writer->unordered || is_oldest_waiting(schedule, item);
}

/* ---- taking ---- */

/* The job, which is in no queue any more, goes to the worker alone. */
static void begin_alone(nb_schedule *schedule, nb_item *item, unsigned worker, nb_reuse_plan plan)
{
    item->memory_bytes = plan.memory_bytes;
    schedule->memory_used_bytes += item->memory_bytes;
    if (!is_small(schedule, item)) {
        nb_reuse_begin(schedule, item, worker, plan);
    }
}

static nb_item *take_large(nb_schedule *schedule, nb_item *item, unsigned worker,
                           nb_reuse_plan plan)
{
    TAILQ_REMOVE(&schedule->large, item, link);
    schedule->large_ns -= item->time_ns;
    schedule->num_large--;
    begin_alone(schedule, item, worker, plan);
    return item;
}

/* A job for the number that the worker keeps. */
static nb_item *take_bound(nb_schedule *schedule, unsigned worker)
{
    nb_item *item = nb_reuse_first_bound(schedule, worker);
    if (item == NULL || !has_place_for_text(schedule, item)) {
        return NULL;
    }
    return take_large(schedule, item, worker, nb_reuse_choose(schedule, item, worker));
}

/* The longest large job, if it should start before its turn and can. */
static nb_item *take_critical(nb_schedule *schedule, unsigned worker)
{
    nb_item *longest = NULL;
    nb_item *item;
    size_t looked = 0;
    TAILQ_FOREACH(item, &schedule->large, link)
    {
        if (!nb_reuse_is_elsewhere(item, worker) &&
            (longest == NULL || item->time_ns > longest->time_ns)) {
            longest = item;
        }
        if (++looked == LOOKAHEAD) {
            break;
        }
    }
    if (longest == NULL ||
        !nb_plan_is_critical(longest->time_ns, schedule->small_ns + schedule->large_ns,
                             schedule->num_workers)) {
        return NULL;
    }
    const nb_reuse_plan plan = nb_reuse_choose(schedule, longest, worker);
    if (!has_memory(schedule, &plan) || !has_place_for_text(schedule, longest)) {
        return NULL;
    }
    return take_large(schedule, longest, worker, plan);
}

/* The large job whose turn it is, but for those that wait for other workers. */
static nb_item *take_oldest(nb_schedule *schedule, unsigned worker)
{
    nb_item *item = TAILQ_FIRST(&schedule->large);
    while (item != NULL && nb_reuse_is_elsewhere(item, worker)) {
        item = TAILQ_NEXT(item, link);
    }
    const nb_item *small = TAILQ_FIRST(&schedule->small);
    if (item == NULL || (small != NULL && small->record.index < item->record.index)) {
        return NULL;
    }
    nb_reuse_plan plan;
    if (!find_memory(schedule, item, worker, &plan) || !has_place_for_text(schedule, item)) {
        return NULL;
    }
    return take_large(schedule, item, worker, plan);
}

static size_t take_group(nb_schedule *schedule, nb_item **items)
{
    uint64_t target_ns = nb_plan_group_ns(schedule->small_ns, schedule->num_workers);
    uint64_t group_ns = 0;
    uint64_t bytes = 0;
    size_t count = 0;
    while (count < NB_PLAN_GROUP_JOBS && group_ns < target_ns && bytes < MAX_GROUP_BYTES) {
        nb_item *item = TAILQ_FIRST(&schedule->small);
        if (item == NULL || !has_place_for_text(schedule, item)) {
            break;
        }
        TAILQ_REMOVE(&schedule->small, item, link);
        schedule->small_ns -= item->time_ns;
        group_ns += item->time_ns;
        bytes += item->estimate.num_bytes;
        items[count++] = item;
    }
    return count;
}

size_t nb_schedule_take(nb_schedule *schedule, unsigned worker, nb_item **items)
{
    nb_item *item = TAILQ_FIRST(&schedule->again);
    if (item != NULL) {
        nb_reuse_plan plan;
        if (!find_memory(schedule, item, worker, &plan)) {
            return 0; /* it has priority: it waits for room, and everything else with it */
        }
        TAILQ_REMOVE(&schedule->again, item, link);
        begin_alone(schedule, item, worker, plan);
        items[0] = item;
        return 1;
    }
    item = take_bound(schedule, worker);
    if (item == NULL) {
        item = take_critical(schedule, worker);
    }
    if (item == NULL) {
        item = take_oldest(schedule, worker);
    }
    if (item != NULL) {
        items[0] = item;
        return 1;
    }
    return take_group(schedule, items);
}
