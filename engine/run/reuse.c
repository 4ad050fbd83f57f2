#include "run/reuse.h"

#include "compute/cost.h"
#include "run/schedule.h"

/* How far ahead jobs are looked for that a number is worth keeping for. */
#define LOOKAHEAD 1024

/* To check and format text that need not be computed, by character. */
#define TEXT_NS 0.3

/* Room for what comes of it, besides the digits: see compute/kept.c. */
static uint64_t kept_bytes(const nb_item *item)
{
    const uint64_t digit_bytes = item->estimate.num_digits * 4 / 5;
    return digit_bytes + digit_bytes / 16 + 4096;
}

static uint64_t step_ns(const nb_item *item, uint64_t m)
{
    return nb_cost_of_steps(m, item->record.n).time_ns +
           (uint64_t)(TEXT_NS * (double)item->estimate.num_digits);
}

uint64_t nb_reuse_time_ns(const nb_item *item, uint64_t before)
{
    const uint64_t whole_ns = item->estimate.time_ns;
    if (before > item->record.n) {
        return whole_ns;
    }
    const uint64_t near_ns = step_ns(item, before);
    return near_ns < whole_ns ? near_ns : whole_ns;
}

/* ---- bonds ---- */

static void bind_to(nb_schedule *schedule, nb_item *item, unsigned worker)
{
    item->keeper = worker + 1;
    schedule->keepers[worker].num_bound++;
    schedule->num_bound++;
}

static void unbind(nb_schedule *schedule, nb_item *item)
{
    schedule->keepers[item->keeper - 1].num_bound--;
    schedule->num_bound--;
    item->keeper = 0;
}

void nb_reuse_bind(nb_schedule *schedule, nb_item *item)
{
    for (unsigned w = 0; schedule->keepers != NULL && w < schedule->num_workers; w++) {
        if (schedule->keepers[w].keeps && schedule->keepers[w].n == item->record.n) {
            bind_to(schedule, item, w);
            return;
        }
    }
}

bool nb_reuse_is_elsewhere(const nb_item *item, unsigned worker)
{
    return item->keeper != 0 && item->keeper != worker + 1;
}

nb_item *nb_reuse_first_bound(const nb_schedule *schedule, unsigned worker)
{
    nb_item *item = NULL;
    if (schedule->keepers != NULL && schedule->keepers[worker].num_bound > 0) {
        TAILQ_FOREACH(item, &schedule->large, link)
        {
            if (item->keeper == worker + 1) {
                break;
            }
        }
    }
    return item;
}

/* Nothing is kept there any more, and nobody waits for it. */
static void drop(nb_schedule *schedule, unsigned worker)
{
    nb_keeper *keeper = &schedule->keepers[worker];
    nb_item *item;
    while ((item = nb_reuse_first_bound(schedule, worker)) != NULL) {
        unbind(schedule, item);
    }
    schedule->memory_used_bytes -= keeper->memory_bytes;
    *keeper = (nb_keeper){.forgets = keeper->forgets};
}

/* ---- jobs ---- */

/* Whether a waiting job can be made of this one in half of its time; binds those that ask for the
 * same number. */
static bool has_use_later(nb_schedule *schedule, const nb_item *item, unsigned worker)
{
    const uint64_t n = item->record.n;
    bool found = false;
    size_t looked = 0;
    nb_item *later;
    TAILQ_FOREACH(later, &schedule->large, link)
    {
        if (later->record.n == n && later->keeper == 0) {
            bind_to(schedule, later, worker);
            found = true;
        } else if (later->record.n > n && later->keeper == 0 && !found) {
            found = step_ns(later, n) < later->estimate.time_ns / 2;
        }
        if (++looked == LOOKAHEAD) {
            break;
        }
    }
    return found;
}

nb_reuse_plan nb_reuse_choose(const nb_schedule *schedule, const nb_item *item, unsigned worker)
{
    nb_reuse_plan plan = {.memory_bytes = item->estimate.memory_bytes};
    if (schedule->keepers == NULL || item->record.n <= NB_NUMBERS_NEAR_MAX) {
        return plan;
    }
    const nb_keeper *keeper = &schedule->keepers[worker];
    const uint64_t n = item->record.n;
    if (!keeper->keeps || keeper->n > n || step_ns(item, keeper->n) >= item->estimate.time_ns ||
        (keeper->n < n && keeper->num_bound > 0)) {
        return plan;
    }
    plan.reuse = NB_REUSE_USE;
    plan.freed_bytes = keeper->memory_bytes;
    if (keeper->n == n) {
        plan.memory_bytes = keeper->memory_bytes;
    }
    return plan;
}

void nb_reuse_begin(nb_schedule *schedule, nb_item *item, unsigned worker, nb_reuse_plan plan)
{
    item->reuse = plan.reuse;
    if (schedule->keepers == NULL || item->record.n <= NB_NUMBERS_NEAR_MAX) {
        return;
    }
    nb_keeper *keeper = &schedule->keepers[worker];
    if (item->keeper != 0) {
        unbind(schedule, item);
    }
    item->worker = worker;
    if (plan.reuse == NB_REUSE_NONE && keeper->num_bound > 0) {
        return; /* what is kept there is for others */
    }
    schedule->memory_used_bytes -= plan.freed_bytes;
    keeper->memory_bytes -= plan.freed_bytes;
    if (keeper->num_bound > 0 || has_use_later(schedule, item, worker)) {
        schedule->memory_used_bytes -= keeper->memory_bytes; /* forgotten unless it is used */
        keeper->memory_bytes = 0;
        keeper->keeps = true;
        keeper->n = item->record.n;
        item->reuse |= NB_REUSE_KEEP;
    } else if (plan.reuse == NB_REUSE_USE) {
        keeper->keeps = false;
    }
}

void nb_reuse_finish(nb_schedule *schedule, nb_item *item)
{
    if ((item->reuse & NB_REUSE_KEEP) != 0 && schedule->keepers != NULL) {
        nb_keeper *keeper = &schedule->keepers[item->worker];
        if (keeper->keeps) {
            keeper->memory_bytes = kept_bytes(item);
            schedule->memory_used_bytes += keeper->memory_bytes;
        }
    }
    item->reuse = NB_REUSE_NONE;
}

uint64_t nb_reuse_kept_bytes(const nb_schedule *schedule)
{
    uint64_t bytes = 0;
    for (unsigned w = 0; schedule->keepers != NULL && w < schedule->num_workers; w++) {
        bytes += schedule->keepers[w].memory_bytes;
    }
    return bytes;
}

void nb_reuse_lose(nb_schedule *schedule, unsigned worker)
{
    if (schedule->keepers != NULL) {
        drop(schedule, worker);
        schedule->keepers[worker].forgets = false;
    }
}

void nb_reuse_forget(nb_schedule *schedule)
{
    for (unsigned w = 0; schedule->keepers != NULL && w < schedule->num_workers; w++) {
        if (schedule->keepers[w].memory_bytes > 0) {
            schedule->keepers[w].forgets = true;
            schedule->must_forget = true;
            drop(schedule, w);
        }
    }
}
