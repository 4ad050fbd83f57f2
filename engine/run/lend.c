#include "run/lend.h"

#include <stdlib.h>

#include "base/clock.h"
#include "run/batch.h"

nb_status nb_lending_init(nb_lending *lending, unsigned num_places, unsigned machine_slots)
{
    const unsigned num_slots = num_places < machine_slots ? num_places : machine_slots;
    *lending = (nb_lending){
        .num_slots = num_slots,
        .borrower = calloc(num_slots, sizeof(*lending->borrower)),
        .teams = calloc(num_places, sizeof(*lending->teams)),
        .team_worker = calloc(num_places, sizeof(*lending->team_worker)),
    };
    if (lending->borrower == NULL || lending->teams == NULL || lending->team_worker == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (unsigned slot = 0; slot < num_slots; slot++) {
        lending->borrower[slot] = NB_LEND_NOBODY;
    }
    return NBANG_OK;
}

void nb_lending_clear(nb_lending *lending)
{
    free(lending->borrower);
    free(lending->teams);
    free(lending->team_worker);
    *lending = (nb_lending){0};
}

/* ---- slots ---- */

bool nb_lend_is_lent(const nb_batch *batch, unsigned place)
{
    return batch->lending.borrower[place % batch->lending.num_slots] != NB_LEND_NOBODY;
}

static bool is_alive(const nb_batch *batch, unsigned worker)
{
    return nb_pool_is_alive(batch->pool, worker);
}

static bool is_busy(const nb_batch *batch, unsigned worker)
{
    return batch->assignments[worker].busy;
}

/* A worker whose results nobody can take now has nothing to do, either. */
static bool is_working(const nb_batch *batch, unsigned worker)
{
    return is_busy(batch, worker) &&
           !(nb_pool_is_paused(batch->pool, worker) && nb_pool_is_unheard(batch->pool, worker));
}

/* Whether one of the places that share the slot is so. */
static bool has_place(const nb_batch *batch, unsigned slot,
                      bool (*is_so)(const nb_batch *batch, unsigned worker))
{
    for (unsigned w = slot; w < batch->num_workers; w += batch->lending.num_slots) {
        if (is_so(batch, w)) {
            return true;
        }
    }
    return false;
}

nb_lend_counts nb_lend_count(const nb_batch *batch)
{
    const nb_lending *lending = &batch->lending;
    nb_lend_counts counts = {0};
    for (unsigned slot = 0; lending->num_lent > 0 && slot < lending->num_slots; slot++) {
        if (lending->borrower[slot] != NB_LEND_NOBODY) {
            counts.idle += !has_place(batch, slot, is_busy);
            counts.empty += !has_place(batch, slot, is_alive);
        }
    }
    return counts;
}

/* ---- jobs ---- */

bool nb_lend_may_have(const nb_batch *batch, const nb_item *item)
{
    const uint64_t time_ns = nb_item_run_ns(item);
    const nb_plan_team alone = {.time_ns = time_ns, .left_ns = time_ns, .size = 1};
    return nb_plan_grows(batch->schedule.split_mode, &alone);
}

/* Adds to the assignment's account what its team has done until now. */
static void count_done(nb_assignment *assignment, uint64_t now_ns)
{
    assignment->done_ns += (now_ns - assignment->since_ns) * assignment->team_size;
    assignment->since_ns = now_ns;
}

/* Lists the jobs that are being computed alone by their workers; returns their number. */
static size_t list_teams(nb_batch *batch)
{
    const uint64_t now_ns = nb_clock_wall_ns();
    size_t num_teams = 0;
    for (unsigned w = 0; w < batch->num_workers; w++) {
        nb_assignment *assignment = &batch->assignments[w];
        if (!assignment->busy || assignment->num_items != 1 || assignment->in_text) {
            continue;
        }
        count_done(assignment, now_ns);
        const uint64_t time_ns = nb_item_run_ns(assignment->items[0]);
        batch->lending.team_worker[num_teams] = w;
        batch->lending.teams[num_teams++] = (nb_plan_team){
            .time_ns = time_ns,
            .left_ns = nb_plan_left_ns(time_ns, assignment->done_ns),
            .size = assignment->team_size,
        };
    }
    return num_teams;
}

/* ---- lending ---- */

/* Sets memory aside for one more thread; false if there is not enough. */
static bool take_memory(nb_batch *batch, nb_item *item)
{
    const uint64_t needed_bytes = item->memory_bytes + NB_LEND_MEMBER_BYTES;
    return nb_machine_address_space(needed_bytes) <= nbang_machine_process_memory(batch->machine) &&
           nb_schedule_raise_memory(&batch->schedule, item, needed_bytes);
}

static nb_status lend(nb_batch *batch, unsigned slot, nb_plan_team *team, unsigned worker)
{
    const unsigned machine_slots = nbang_machine_slots(batch->machine);
    const nb_lend lend = {.slot = (batch->lending.first_slot + slot) % machine_slots};
    batch->lending.borrower[slot] = worker;
    batch->lending.num_lent++;
    batch->assignments[worker].team_size = ++team->size;
    nb_batch_count_workers(batch);
    return nb_batch_command(batch, worker, NB_MESSAGE_LEND, &lend, sizeof(lend));
}

/* The first slot from `slot` on that has nothing to do; num_slots if there is none. */
static unsigned find_idle(const nb_batch *batch, unsigned slot)
{
    const nb_lending *lending = &batch->lending;
    while (slot < lending->num_slots &&
           (lending->borrower[slot] != NB_LEND_NOBODY || has_place(batch, slot, is_working))) {
        slot++;
    }
    return slot;
}

/* Whether a worker may soon have nothing to do without anybody being told. */
static bool may_fall_silent(const nb_batch *batch)
{
    for (unsigned w = 0; w < batch->num_workers; w++) {
        if (batch->assignments[w].busy && nb_pool_is_paused(batch->pool, w) &&
            !nb_pool_is_unheard(batch->pool, w)) {
            return true;
        }
    }
    return false;
}

nb_status nb_lend_slots(nb_batch *batch)
{
    nb_lending *lending = &batch->lending;
    lending->looks_again = false;
    const nbang_split mode = batch->schedule.split_mode;
    unsigned slot = find_idle(batch, 0);
    const bool may_be_more = may_fall_silent(batch);
    if (mode == NBANG_SPLIT_NEVER || (slot == lending->num_slots && !may_be_more)) {
        return NBANG_OK;
    }
    const size_t num_teams = list_teams(batch);
    lending->looks_again =
        may_be_more && nb_plan_borrower(mode, lending->teams, num_teams) < num_teams;
    nb_status status = NBANG_OK;
    for (; status == NBANG_OK && slot < lending->num_slots; slot = find_idle(batch, slot + 1)) {
        const size_t t = nb_plan_borrower(mode, lending->teams, num_teams);
        if (t == num_teams ||
            !take_memory(batch, batch->assignments[lending->team_worker[t]].items[0])) {
            break;
        }
        status = lend(batch, slot, &lending->teams[t], lending->team_worker[t]);
    }
    return status;
}

void nb_lend_return(nb_batch *batch, unsigned worker)
{
    nb_lending *lending = &batch->lending;
    if (batch->assignments[worker].team_size <= 1) {
        return;
    }
    for (unsigned slot = 0; slot < lending->num_slots; slot++) {
        if (lending->borrower[slot] == worker) {
            lending->borrower[slot] = NB_LEND_NOBODY;
            lending->num_lent--;
        }
    }
    batch->assignments[worker].team_size = 1;
}
