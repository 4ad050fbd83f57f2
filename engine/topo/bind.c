#include <assert.h>

#include "topo/slots_private.h"

/* Without HWLOC_MEMBIND_STRICT hwloc asks for a preferred node and not for an exclusive one, so a
 * full node spills over into its neighbours and does not get the worker killed. Failure costs
 * speed at most. */
static void prefer_node(hwloc_topology_t topology, const struct hwloc_obj *node)
{
    if (!node || hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) < 2) {
        return;
    }
    (void)hwloc_set_membind(topology, node->nodeset, HWLOC_MEMBIND_BIND,
                            HWLOC_MEMBIND_THREAD | HWLOC_MEMBIND_BYNODESET);
}

nb_status nb_slots_bind(const nb_slots *slots, unsigned slot)
{
    assert(slot < slots->count);
    const nb_slot *place = &slots->slots[slot];
    if (!slots->binds || !hwloc_topology_is_thissystem(slots->topology)) {
        return NBANG_OK;
    }
    /* Binding the calling thread is one system call; binding "the process" would list its threads
     * in /proc, and a child that has just been forked has only this one. Threads that it creates
     * later inherit both bindings. */
    if (hwloc_set_cpubind(slots->topology, place->cpuset, HWLOC_CPUBIND_THREAD) < 0) {
        return NBANG_SYSTEM;
    }
    if (slots->bind != NBANG_BIND_NONE) {
        prefer_node(slots->topology, place->core->node);
    }
    return NBANG_OK;
}
