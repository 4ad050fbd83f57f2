/* Slots of the machine that this process runs on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo/quota.h"
#include "topo/slots_private.h"

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

/* Asks for no more than is used. Caches alone would be thousands of files on a large machine. The
 * CPUID backend, which DONT_CHANGE_BINDING turns off, moves this process to every CPU in turn;
 * Linux reports the same cores, and the frequencies that tell their kinds. Groups are kept because
 * they hold the NUMA nodes of a package that has several. PUs outside of the cgroup's cpuset are
 * kept so that cores have the same numbers in every container, and the reason for the number of
 * workers can say how many are missing. */
static int load_topology(hwloc_topology_t topology)
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
    return hwloc_topology_load(topology);
}

/* The PUs that this process may use: its affinity mask, which the kernel keeps within the cgroup's
 * cpuset, or all that are allowed where that does not apply (HWLOC_SYNTHETIC) or cannot be read. */
static nb_status read_usable(hwloc_topology_t topology, hwloc_bitmap_t usable)
{
    if (hwloc_topology_is_thissystem(topology) &&
        hwloc_get_cpubind(topology, usable, HWLOC_CPUBIND_THREAD) == 0) {
        return NBANG_OK;
    }
    return hwloc_bitmap_copy(usable, hwloc_topology_get_allowed_cpuset(topology)) < 0
               ? NBANG_NO_MEMORY
               : NBANG_OK;
}

static nb_status fail_to_read(char *error, size_t error_size)
{
    if (errno == ENOMEM) {
        return NBANG_NO_MEMORY;
    }
    if (error) {
        snprintf(error, error_size, "cannot read the machine's topology: %s", strerror(errno));
    }
    return NBANG_SYSTEM;
}

nb_status nb_slots_create(nb_slots **slots, const nbang_placement *placement, char *error,
                          size_t error_size)
{
    hwloc_topology_t topology;
    if (init_topology(&topology) < 0) {
        return fail_to_read(error, error_size);
    }

    nb_status status = NBANG_NO_MEMORY;
    nb_slots *built = NULL;
    double quota = 0;
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();
    if (!usable) {
        goto out;
    }
    if (load_topology(topology) < 0) {
        status = fail_to_read(error, error_size);
        goto out;
    }
    status = read_usable(topology, usable);
    if (status != NBANG_OK) {
        goto out;
    }
    if (hwloc_topology_is_thissystem(topology)) {
        quota = nb_quota_cpus(NULL, NULL);
    }
    status = nb_slots_create_from(&built, topology, usable, quota, placement, error, error_size);
    if (status == NBANG_OK) {
        built->owns_topology = true;
        *slots = built;
    }
out:
    hwloc_bitmap_free(usable);
    if (!built) {
        hwloc_topology_destroy(topology);
    }
    return status;
}
