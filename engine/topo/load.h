/* Reading the topology of the machine that this process runs on. Internal to topo. */
#ifndef NB_TOPO_LOAD_H
#define NB_TOPO_LOAD_H

#include <hwloc.h>
#include <stdbool.h>

#include "base/status.h"

/* Reads packages, NUMA nodes, cores and PUs, and caches if asked for: those are thousands of files
 * on a large machine. The caller destroys the topology. NBANG_SYSTEM with errno set, or
 * NBANG_NO_MEMORY. Takes about half a millisecond on a small machine.
 *
 * Sets HWLOC_PLUGINS_PATH for a moment unless it is set, to keep hwloc's plugins out: no other
 * thread may use the environment meanwhile. */
NB_MUST_CHECK nb_status nb_topology_load(hwloc_topology_t *topology, bool with_caches);

/* The PUs that this process may use, into `usable`: its affinity mask, which the kernel keeps
 * within the cgroup's cpuset, or all that are allowed where that does not apply (HWLOC_SYNTHETIC)
 * or cannot be read. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_topology_usable(hwloc_topology_t topology, hwloc_bitmap_t usable);

#endif
