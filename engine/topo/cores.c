#include "topo/cores.h"

#include <assert.h>
#include <hwloc/cpukinds.h>
#include <stdbool.h>
#include <stdlib.h>

/* ---- finding cores ---- */

/* The walk goes over PUs, which always exist, and not over cores: some virtual machines report no
 * cores at all, and a PU is then its own core. */
static hwloc_obj_t next_pu(hwloc_topology_t topology, hwloc_obj_t previous)
{
    return hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, previous);
}

static hwloc_obj_t core_of(hwloc_topology_t topology, hwloc_obj_t pu)
{
    hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
    return core ? core : pu;
}

/* NUMA nodes are not ancestors of cores in hwloc, but every object knows the nodes that are local
 * to it. Where there are several, as plain and high-bandwidth memory, the first is the one that
 * the system would take by default. */
static hwloc_obj_t node_of(hwloc_topology_t topology, hwloc_obj_t core)
{
    int index = core->nodeset ? hwloc_bitmap_first(core->nodeset) : -1;
    return index < 0 ? NULL : hwloc_get_numanode_obj_by_os_index(topology, (unsigned)index);
}

static int efficiency_of(hwloc_topology_t topology, hwloc_const_cpuset_t pus)
{
    int efficiency = -1;
    int kind = hwloc_cpukinds_get_by_cpuset(topology, pus, 0);
    if (kind < 0 ||
        hwloc_cpukinds_get_info(topology, (unsigned)kind, NULL, &efficiency, NULL, NULL, 0) < 0) {
        return -1;
    }
    return efficiency;
}

unsigned nb_cores_count(hwloc_topology_t topology, hwloc_const_cpuset_t set)
{
    unsigned count = 0;
    hwloc_obj_t last = NULL;
    for (hwloc_obj_t pu = next_pu(topology, NULL); pu; pu = next_pu(topology, pu)) {
        hwloc_obj_t core = core_of(topology, pu);
        /* The PUs of a core follow each other. */
        if (core != last && hwloc_bitmap_isset(set, pu->os_index)) {
            ++count;
            last = core;
        }
    }
    return count;
}

static nb_status init_core(nb_core *core, hwloc_topology_t topology, hwloc_obj_t obj,
                           hwloc_const_cpuset_t usable)
{
    hwloc_bitmap_t pus = hwloc_bitmap_dup(obj->cpuset);
    if (!pus || hwloc_bitmap_and(pus, pus, usable) < 0) {
        hwloc_bitmap_free(pus);
        return NBANG_NO_MEMORY;
    }
    core->obj = obj;
    core->package = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, obj);
    core->node = node_of(topology, obj);
    core->pus = pus;
    core->efficiency = efficiency_of(topology, pus);
    return NBANG_OK;
}

nb_status nb_cores_create(nb_core **cores, unsigned *count, hwloc_topology_t topology,
                          hwloc_const_cpuset_t usable)
{
    unsigned total = nb_cores_count(topology, usable);
    nb_core *list = calloc(total ? total : 1, sizeof(*list));
    if (!list) {
        return NBANG_NO_MEMORY;
    }
    unsigned filled = 0;
    for (hwloc_obj_t pu = next_pu(topology, NULL); pu; pu = next_pu(topology, pu)) {
        hwloc_obj_t obj = core_of(topology, pu);
        if (!hwloc_bitmap_isset(usable, pu->os_index) || (filled && list[filled - 1].obj == obj)) {
            continue;
        }
        nb_status status = init_core(&list[filled], topology, obj, usable);
        if (status != NBANG_OK) {
            nb_cores_destroy(list, filled);
            return status;
        }
        ++filled;
    }
    assert(filled == total);
    *cores = list;
    *count = total;
    return NBANG_OK;
}

void nb_cores_destroy(nb_core *cores, unsigned count)
{
    for (unsigned i = 0; cores && i < count; ++i) {
        hwloc_bitmap_free(cores[i].pus);
    }
    free(cores);
}

/* ---- ordering them ---- */

static int compare(unsigned a, unsigned b)
{
    return (a > b) - (a < b);
}

static int compare_objects(const struct hwloc_obj *a, const struct hwloc_obj *b)
{
    return compare(a ? a->logical_index : 0, b ? b->logical_index : 0);
}

static int compare_close(const void *left, const void *right)
{
    const nb_core *a = left, *b = right;
    if (a->efficiency != b->efficiency) {
        return a->efficiency > b->efficiency ? -1 : 1;
    }
    return compare_objects(a->obj, b->obj);
}

static int compare_in_nodes(const void *left, const void *right)
{
    const nb_core *a = left, *b = right;
    int order = a->efficiency == b->efficiency ? compare_objects(a->node, b->node) : 0;
    return order ? order : compare_close(a, b);
}

static int compare_in_packages(const void *left, const void *right)
{
    const nb_core *a = left, *b = right;
    if (a->efficiency != b->efficiency) {
        return compare_close(a, b);
    }
    int order = compare_objects(a->package, b->package);
    if (!order) {
        order = compare(a->turn, b->turn);
    }
    return order ? order : compare_in_nodes(a, b);
}

static int compare_spread(const void *left, const void *right)
{
    const nb_core *a = left, *b = right;
    int order = a->efficiency == b->efficiency ? compare(a->turn, b->turn) : 0;
    return order ? order : compare_in_packages(a, b);
}

static bool same_node(const nb_core *a, const nb_core *b)
{
    return a->efficiency == b->efficiency && a->node == b->node;
}

static bool same_package(const nb_core *a, const nb_core *b)
{
    return a->efficiency == b->efficiency && a->package == b->package;
}

/* Numbers the cores of each group, from 0, in their present order; groups are contiguous. The turn
 * is the round in which a core is dealt when each group gives one core a round. */
static void number_turns(nb_core *cores, unsigned count,
                         bool (*same_group)(const nb_core *, const nb_core *))
{
    for (unsigned i = 0; i < count; ++i) {
        cores[i].turn = i && same_group(&cores[i - 1], &cores[i]) ? cores[i - 1].turn + 1 : 0;
    }
}

void nb_cores_sort(nb_core *cores, unsigned count, nbang_order order)
{
    if (order == NBANG_ORDER_CLOSE) {
        qsort(cores, count, sizeof(*cores), compare_close);
        return;
    }
    /* Two deals: the nodes of each package into the package's sequence, then these sequences into
     * one, so that packages with different numbers of nodes still take turns. */
    qsort(cores, count, sizeof(*cores), compare_in_nodes);
    number_turns(cores, count, same_node);
    qsort(cores, count, sizeof(*cores), compare_in_packages);
    number_turns(cores, count, same_package);
    qsort(cores, count, sizeof(*cores), compare_spread);
}
