/* Physical cores of a topology that have usable processing units (PUs), and the orders in which
 * workers fill them. Internal to topo. */
#ifndef NB_TOPO_CORES_H
#define NB_TOPO_CORES_H

#include <hwloc.h>

#include "base/status.h"
#include "nbang/machine.h"

/* A physical core. The objects belong to the topology. */
typedef struct nb_core {
    hwloc_obj_t obj;     /* the core; where the system reports no cores, the PU itself */
    hwloc_obj_t package; /* NULL if the system reports none */
    hwloc_obj_t node;    /* the NUMA node that is local to the core; NULL if there is none */
    hwloc_bitmap_t pus;  /* its usable PUs, at least one; owned */
    int efficiency;      /* rank of its kind, higher is faster; -1 if unknown */
    unsigned turn;       /* scratch of nb_cores_sort */
} nb_core;

/* All cores with a PU in `usable`, in the topology's own order (depth first), into a new array that
 * the caller frees with nb_cores_destroy. *count may be 0. */
NB_MUST_CHECK nb_status nb_cores_create(nb_core **cores, unsigned *count, hwloc_topology_t topology,
                                        hwloc_const_cpuset_t usable);
void nb_cores_destroy(nb_core *cores, unsigned count);

/* How many cores have a PU in `set`. */
unsigned nb_cores_count(hwloc_topology_t topology, hwloc_const_cpuset_t set);

/* Sorts the cores in filling order: in both orders faster kinds come first, and then
 * NBANG_ORDER_CLOSE keeps the topology's own order, in which neighbours follow each other, while
 * NBANG_ORDER_SPREAD deals them out round-robin over the packages and, within each package, over
 * its NUMA nodes. */
void nb_cores_sort(nb_core *cores, unsigned count, nbang_order order);

#endif
