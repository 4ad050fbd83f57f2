#include "topo/slots.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "topo/cpu_list.h"
#include "topo/slots_private.h"

/* ---- building ---- */

/* The PUs of `inherited` that workers may use, into slots->usable. */
static nb_status choose_usable(nb_slots *slots, hwloc_const_cpuset_t inherited,
                               const char *cpu_list, char *error, size_t error_size)
{
    slots->usable = cpu_list ? hwloc_bitmap_alloc() : hwloc_bitmap_dup(inherited);
    if (!slots->usable) {
        return NBANG_NO_MEMORY;
    }
    if (!cpu_list) {
        return NBANG_OK;
    }
    return nb_cpu_list_parse(slots->usable, cpu_list, inherited, error, error_size);
}

/* A slot per core, bound to the core or to its NUMA node, or else to all that is usable. */
static nb_status fill_by_core(nb_slots *slots)
{
    for (unsigned i = 0; i < slots->count; ++i) {
        nb_slot *slot = &slots->slots[i];
        const nb_core *core = &slots->cores[i];
        hwloc_const_cpuset_t within = slots->usable;
        if (slots->bind == NBANG_BIND_CORE) {
            within = core->pus;
        } else if (slots->bind == NBANG_BIND_NUMA && core->node) {
            within = core->node->cpuset;
        }
        slot->core = core;
        slot->cpuset = hwloc_bitmap_dup(slots->usable);
        if (!slot->cpuset || hwloc_bitmap_and(slot->cpuset, slot->cpuset, within) < 0) {
            return NBANG_NO_MEMORY;
        }
    }
    return NBANG_OK;
}

/* The PU number `sibling` of a core, counted over its usable PUs; -1 if it has fewer. */
static int pu_of_core(const nb_core *core, unsigned sibling)
{
    int pu = hwloc_bitmap_first(core->pus);
    while (sibling-- && pu >= 0) {
        pu = hwloc_bitmap_next(core->pus, pu);
    }
    return pu;
}

/* A slot per PU, in rounds: the first PU of every core, then the second of those that have one… */
static nb_status fill_by_pu(nb_slots *slots)
{
    unsigned filled = 0;
    for (unsigned sibling = 0; filled < slots->count; ++sibling) {
        for (unsigned i = 0; i < slots->num_cores; ++i) {
            int pu = pu_of_core(&slots->cores[i], sibling);
            if (pu < 0) {
                continue;
            }
            nb_slot *slot = &slots->slots[filled++];
            slot->core = &slots->cores[i];
            slot->sibling = sibling;
            slot->cpuset = hwloc_bitmap_alloc();
            if (!slot->cpuset || hwloc_bitmap_only(slot->cpuset, (unsigned)pu) < 0) {
                return NBANG_NO_MEMORY;
            }
        }
    }
    return NBANG_OK;
}

static nb_status fill(nb_slots *slots)
{
    bool by_pu = slots->bind == NBANG_BIND_PU;
    slots->count = by_pu ? (unsigned)hwloc_bitmap_weight(slots->usable) : slots->num_cores;
    slots->slots = calloc(slots->count, sizeof(*slots->slots));
    if (!slots->slots) {
        return NBANG_NO_MEMORY;
    }
    return by_pu ? fill_by_pu(slots) : fill_by_core(slots);
}

static unsigned count_default_workers(unsigned num_cores, double quota)
{
    if (quota <= 0 || quota >= num_cores) {
        return num_cores;
    }
    return quota < 1 ? 1 : (unsigned)quota;
}

static nb_status build(nb_slots *slots, hwloc_const_cpuset_t inherited, double quota,
                       const nbang_placement *placement, char *error, size_t error_size)
{
    nb_status status = choose_usable(slots, inherited, placement->cpu_list, error, error_size);
    if (status != NBANG_OK) {
        return status;
    }
    status = nb_cores_create(&slots->cores, &slots->num_cores, slots->topology, slots->usable);
    if (status != NBANG_OK) {
        return status;
    }
    if (slots->num_cores == 0) {
        snprintf(error, error_size, "no CPU of this machine may be used");
        return NBANG_INVALID;
    }
    nb_cores_sort(slots->cores, slots->num_cores, placement->order);
    slots->default_workers = count_default_workers(slots->num_cores, quota);
    status = fill(slots);
    if (status == NBANG_OK) {
        status = nb_slots_describe(slots);
    }
    if (status == NBANG_OK) {
        status = nb_slots_explain(slots, inherited, quota);
    }
    return status;
}

nb_status nb_slots_create_from(nb_slots **slots, hwloc_topology_t topology,
                               hwloc_const_cpuset_t usable, double quota,
                               const nbang_placement *placement, char *error, size_t error_size)
{
    if (!error) {
        error_size = 0; /* snprintf then writes nothing */
    }
    nb_status status = NBANG_NO_MEMORY;
    nb_slots *built = calloc(1, sizeof(*built));
    hwloc_bitmap_t inherited = hwloc_bitmap_dup(usable);
    if (!built || !inherited) {
        goto out;
    }
    /* PUs that the topology does not know, as those that were offline when it was read, have no
     * core to belong to. */
    if (hwloc_bitmap_and(inherited, inherited, hwloc_topology_get_topology_cpuset(topology)) < 0) {
        goto out;
    }
    built->topology = topology;
    built->bind = placement->bind;
    built->binds = placement->bind != NBANG_BIND_NONE || placement->cpu_list;
    status = build(built, inherited, quota, placement, error, error_size);
    if (status == NBANG_OK) {
        *slots = built;
        built = NULL;
    }
out:
    hwloc_bitmap_free(inherited);
    nb_slots_destroy(built);
    return status;
}

void nb_slots_destroy(nb_slots *slots)
{
    if (!slots) {
        return;
    }
    for (unsigned i = 0; slots->slots && i < slots->count; ++i) {
        hwloc_bitmap_free(slots->slots[i].cpuset);
        free(slots->slots[i].text);
    }
    free(slots->slots);
    nb_cores_destroy(slots->cores, slots->num_cores);
    hwloc_bitmap_free(slots->usable);
    free(slots->reason);
    if (slots->owns_topology) {
        hwloc_topology_destroy(slots->topology);
    }
    free(slots);
}

/* ---- looking ---- */

unsigned nb_slots_count(const nb_slots *slots)
{
    return slots->count;
}

unsigned nb_slots_default_workers(const nb_slots *slots)
{
    return slots->default_workers;
}

const char *nb_slots_string(const nb_slots *slots, unsigned slot)
{
    assert(slot < slots->count);
    return slots->slots[slot].text;
}

const char *nb_slots_reason(const nb_slots *slots)
{
    return slots->reason;
}

hwloc_const_cpuset_t nb_slots_cpuset(const nb_slots *slots, unsigned slot)
{
    assert(slot < slots->count);
    return slots->binds ? slots->slots[slot].cpuset : NULL;
}

int nb_slots_next_pu(const nb_slots *slots, unsigned slot, int previous)
{
    assert(slot < slots->count);
    return hwloc_bitmap_next(slots->slots[slot].cpuset, previous);
}

/* ---- where to start ---- */

/* A number below `bound` that differs from run to run. Not from the pid, which is the same small
 * number in every container; the clock stands in only where the system has no entropy yet. The
 * slight bias of the remainder does not matter here. */
static unsigned pick_below(unsigned bound)
{
    uint64_t bits;
    if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits)) {
        bits = nb_clock_wall_ns();
    }
    return (unsigned)(bits % bound);
}

/* How many slots, from the first on, are as good as the first. */
static unsigned count_best(const nb_slots *slots)
{
    const nb_slot *first = &slots->slots[0];
    unsigned best = 1;
    while (best < slots->count && slots->slots[best].sibling == first->sibling &&
           slots->slots[best].core->efficiency == first->core->efficiency) {
        ++best;
    }
    return best;
}

unsigned nb_slots_start(const nb_slots *slots, unsigned num_workers, bool fixed)
{
    if (fixed || num_workers >= slots->count) {
        return 0;
    }
    unsigned best = count_best(slots);
    if (best == slots->count) {
        return pick_below(slots->count); /* the pool may wrap around: all slots are equal */
    }
    /* Otherwise it stays within the best slots; if these are too few it takes all of them. */
    return num_workers <= best ? pick_below(best - num_workers + 1) : 0;
}
