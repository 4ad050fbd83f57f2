#include "topo/load.h"

#include <errno.h>
#include <stdlib.h>

/* hwloc_topology_init without hwloc's plugins (PCI, OpenCL, X11, libxml2). They find nothing that
 * is asked for here, but loading them takes 1 ms and maps 40 MB into this process and into every
 * worker, and only the environment can keep them away. A user who sets HWLOC_PLUGINS_PATH gets
 * them, unless the program is linked statically. */
static int init_topology(hwloc_topology_t *topology)
{
    static const char variable[] = "HWLOC_PLUGINS_PATH";
    bool hide = getenv(variable) == NULL && setenv(variable, "/nonexistent", 1) == 0;
    int result = hwloc_topology_init(topology);
    int saved_errno = errno;
    if (hide) {
        (void)unsetenv(variable);
    }
    errno = saved_errno;
    return result;
}

/* Asks for no more than is used. The CPUID backend, which DONT_CHANGE_BINDING turns off, moves this
 * process to every CPU in turn; Linux reports the same cores, and the frequencies that tell their
 * kinds. Groups are kept because they hold the NUMA nodes of a package that has several. PUs
 * outside of the cgroup's cpuset are kept so that cores have the same numbers in every container,
 * and the reason for the number of workers can say how many are missing. */
static int read_topology(hwloc_topology_t topology, bool with_caches)
{
    const unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED |
                                HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING |
                                HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS;
    if (hwloc_topology_set_flags(topology, flags) < 0 ||
        hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE) < 0 ||
        hwloc_topology_set_type_filter(topology, HWLOC_OBJ_PACKAGE, HWLOC_TYPE_FILTER_KEEP_ALL) <
            0 ||
        hwloc_topology_set_type_filter(topology, HWLOC_OBJ_GROUP,
                                       HWLOC_TYPE_FILTER_KEEP_STRUCTURE) < 0 ||
        hwloc_topology_set_type_filter(topology, HWLOC_OBJ_CORE, HWLOC_TYPE_FILTER_KEEP_ALL) < 0) {
        return -1;
    }
    if (with_caches &&
        (hwloc_topology_set_cache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL) < 0 ||
         hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL) < 0)) {
        return -1;
    }
    return hwloc_topology_load(topology);
}

nb_status nb_topology_load(hwloc_topology_t *topology, bool with_caches)
{
    hwloc_topology_t loaded;
    if (init_topology(&loaded) < 0) {
        return errno == ENOMEM ? NBANG_NO_MEMORY : NBANG_SYSTEM;
    }
    if (read_topology(loaded, with_caches) < 0) {
        int saved_errno = errno;
        hwloc_topology_destroy(loaded);
        errno = saved_errno;
        return errno == ENOMEM ? NBANG_NO_MEMORY : NBANG_SYSTEM;
    }
    *topology = loaded;
    return NBANG_OK;
}

nb_status nb_topology_usable(hwloc_topology_t topology, hwloc_bitmap_t usable)
{
    if (hwloc_topology_is_thissystem(topology) &&
        hwloc_get_cpubind(topology, usable, HWLOC_CPUBIND_THREAD) == 0) {
        return NBANG_OK;
    }
    return hwloc_bitmap_copy(usable, hwloc_topology_get_allowed_cpuset(topology)) < 0
               ? NBANG_NO_MEMORY
               : NBANG_OK;
}
