#include "run/schedule.h"

#include <assert.h>

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
        .memory_limit_bytes = memory_limit_bytes,
    };
    TAILQ_INIT(&schedule->small);
    TAILQ_INIT(&schedule->large);
    TAILQ_INIT(&schedule->again);
}

/* ---- coming and going ---- */

static bool is_small(const nb_schedule *schedule, const nb_item *item)
{
    return schedule->split_mode != NBANG_SPLIT_ALWAYS && nb_plan_is_small(&item->estimate);
}

void nb_schedule_add(nb_schedule *schedule, nb_item *item)
{
    schedule->undone_ns += item->estimate.time_ns;
    if (is_small(schedule, item)) {
        TAILQ_INSERT_TAIL(&schedule->small, item, link);
        schedule->small_ns += item->estimate.time_ns;
    } else {
        TAILQ_INSERT_TAIL(&schedule->large, item, link);
        schedule->large_ns += item->estimate.time_ns;
        schedule->num_large++;
    }
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
    schedule->undone_ns -= item->estimate.time_ns;
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
           schedule->memory_used_bytes == 0 && schedule->writer->reserved_bytes == 0;
}

/* ---- may it start? ---- */

/* Small jobs live on what a worker needs anyway. */
static uint64_t memory_needed(const nb_schedule *schedule, const nb_item *item)
{
    return is_small(schedule, item) ? 0 : item->estimate.memory_bytes;
}

static bool has_memory(const nb_schedule *schedule, const nb_item *item)
{
    uint64_t needed = memory_needed(schedule, item);
    /* With nothing else running a job always starts: what can never fit was refused before. */
    return schedule->memory_used_bytes == 0 || needed == 0 ||
           (schedule->memory_used_bytes <= schedule->memory_limit_bytes &&
            needed <= schedule->memory_limit_bytes - schedule->memory_used_bytes);
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

static void take_memory(nb_schedule *schedule, nb_item *item)
{
    item->memory_bytes = memory_needed(schedule, item);
    schedule->memory_used_bytes += item->memory_bytes;
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

static void remove_large(nb_schedule *schedule, nb_item *item)
{
    TAILQ_REMOVE(&schedule->large, item, link);
    schedule->large_ns -= item->estimate.time_ns;
    schedule->num_large--;
    take_memory(schedule, item);
}

/* The longest large job, if it should start before its turn and can. */
static nb_item *take_critical(nb_schedule *schedule)
{
    nb_item *longest = NULL;
    nb_item *item;
    size_t looked = 0;
    TAILQ_FOREACH(item, &schedule->large, link)
    {
        if (longest == NULL || item->estimate.time_ns > longest->estimate.time_ns) {
            longest = item;
        }
        if (++looked == LOOKAHEAD) {
            break;
        }
    }
    if (longest == NULL ||
        !nb_plan_is_critical(longest->estimate.time_ns, schedule->small_ns + schedule->large_ns,
                             schedule->num_workers) ||
        !has_memory(schedule, longest) || !has_place_for_text(schedule, longest)) {
        return NULL;
    }
    remove_large(schedule, longest);
    return longest;
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
        schedule->small_ns -= item->estimate.time_ns;
        group_ns += item->estimate.time_ns;
        bytes += item->estimate.num_bytes;
        items[count++] = item;
    }
    return count;
}

size_t nb_schedule_take(nb_schedule *schedule, nb_item **items)
{
    nb_item *item = TAILQ_FIRST(&schedule->again);
    if (item != NULL) {
        if (!has_memory(schedule, item)) {
            return 0; /* it has priority: it waits for room, and everything else with it */
        }
        TAILQ_REMOVE(&schedule->again, item, link);
        take_memory(schedule, item);
        items[0] = item;
        return 1;
    }
    item = take_critical(schedule);
    if (item == NULL) {
        nb_item *large = TAILQ_FIRST(&schedule->large);
        if (large != NULL && is_oldest_waiting(schedule, large) && has_memory(schedule, large) &&
            has_place_for_text(schedule, large)) {
            remove_large(schedule, large);
            item = large;
        }
    }
    if (item != NULL) {
        items[0] = item;
        return 1;
    }
    return take_group(schedule, items);
}
