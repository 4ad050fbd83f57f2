#include "run/machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "decimal/multiply.h"
#include "run/budget.h"

/* Text is held in up to an eighth of the budget. 64 MB let small jobs go on for a while behind a
 * large number whose turn it is; when there is no room left, workers lend their slots to it. */
#define HOLD_SHARE 8
#define MAX_HOLD_BYTES ((uint64_t)64 * 1024 * 1024)

/* One process that does nothing. */
#define MASTER_BYTES ((uint64_t)8 * 1024 * 1024)
#define WORKER_BYTES ((uint64_t)2 * 1024 * 1024)

/* Idle workers may take a quarter of the budget; a machine with many cores and little memory starts
 * fewer than it has cores. */
#define WORKERS_SHARE 4

/* What idle workers may keep of their work space. */
#define KEPT_SHARE 64

/* A process also needs address space for what it allocates and does not touch: a fifth of what it
 * does, as measured with GMP's temporary numbers. */
#define UNTOUCHED_SHARE 5

struct nbang_machine {
    nbang_placement placement; /* without the CPU list, which is the caller's */
    nb_slots *slots;
    unsigned num_workers;
    char reason[256]; /* for num_workers */
    nb_budget budget;
};

/* As many workers as asked for, or as the slots suggest and memory allows. */
static void choose_workers(nbang_machine *self)
{
    self->num_workers = self->placement.workers;
    snprintf(self->reason, sizeof(self->reason), "as asked for");
    if (self->num_workers > 0) {
        return;
    }
    self->num_workers = nb_slots_default_workers(self->slots);
    uint64_t affordable = self->budget.total_bytes / WORKERS_SHARE / WORKER_BYTES;
    affordable = affordable > 0 ? affordable : 1;
    bool is_limited = affordable < self->num_workers;
    snprintf(self->reason, sizeof(self->reason), "%s%s", nb_slots_reason(self->slots),
             is_limited ? ", fewer for want of memory" : "");
    self->num_workers = is_limited ? (unsigned)affordable : self->num_workers;
}

nbang_status nbang_machine_create(nbang_machine **machine, const nbang_placement *placement,
                                  uint64_t max_memory_bytes, char *error, size_t error_size)
{
    nbang_machine *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = nb_slots_create(&self->slots, placement, error, error_size);
    if (status != NBANG_OK) {
        free(self);
        return status;
    }
    self->placement = *placement;
    self->placement.cpu_list = NULL;
    nb_budget_read(&self->budget, max_memory_bytes, NULL, NULL);
    choose_workers(self);
    *machine = self;
    return NBANG_OK;
}

void nbang_machine_destroy(nbang_machine *machine)
{
    if (machine == NULL) {
        return;
    }
    nb_slots_destroy(machine->slots);
    free(machine);
}

unsigned nbang_machine_workers(const nbang_machine *machine)
{
    return machine->num_workers;
}

unsigned nbang_machine_slots(const nbang_machine *machine)
{
    return nb_slots_count(machine->slots);
}

const char *nbang_machine_slot_string(const nbang_machine *machine, unsigned slot)
{
    return nb_slots_string(machine->slots, slot);
}

const char *nbang_machine_reason(const nbang_machine *machine)
{
    return machine->reason;
}

uint64_t nbang_machine_memory(const nbang_machine *machine)
{
    return machine->budget.total_bytes;
}

const char *nbang_machine_memory_reason(const nbang_machine *machine)
{
    return machine->budget.reason;
}

uint64_t nb_machine_hold_bytes(const nbang_machine *machine)
{
    uint64_t share = machine->budget.total_bytes / HOLD_SHARE;
    return share < MAX_HOLD_BYTES ? share : MAX_HOLD_BYTES;
}

size_t nb_machine_kept_bytes(const nbang_machine *machine)
{
    const uint64_t share = machine->budget.total_bytes / KEPT_SHARE / machine->num_workers;
    return share < NB_MULTIPLIER_KEPT_BYTES ? (size_t)share : NB_MULTIPLIER_KEPT_BYTES;
}

/* What the processes take when they do nothing. */
static uint64_t idle_bytes(const nbang_machine *machine)
{
    return MASTER_BYTES + machine->num_workers * WORKER_BYTES;
}

uint64_t nbang_machine_job_memory(const nbang_machine *machine)
{
    uint64_t total = machine->budget.total_bytes;
    uint64_t taken = idle_bytes(machine) + nb_machine_hold_bytes(machine);
    return total > taken ? total - taken : 0;
}

uint64_t nb_machine_budget_for(const nbang_machine *machine, uint64_t job_bytes)
{
    uint64_t needed = job_bytes + idle_bytes(machine);
    uint64_t share = needed / (HOLD_SHARE - 1) + 1; /* a share of the sum, that is */
    return needed + (share < MAX_HOLD_BYTES ? share : MAX_HOLD_BYTES);
}

uint64_t nbang_machine_process_memory(const nbang_machine *machine)
{
    return machine->budget.process_bytes;
}

uint64_t nb_machine_address_space(uint64_t bytes)
{
    const uint64_t untouched = bytes / UNTOUCHED_SHARE;
    return bytes < UINT64_MAX - untouched ? bytes + untouched : UINT64_MAX;
}

const nb_slots *nb_machine_slots(const nbang_machine *machine)
{
    return machine->slots;
}

unsigned nb_machine_first_slot(const nbang_machine *machine, unsigned num_workers)
{
    return nb_slots_start(machine->slots, num_workers, machine->placement.fixed);
}
