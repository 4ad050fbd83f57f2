/* Slots of the machine that this process runs on. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "topo/load.h"
#include "topo/quota.h"
#include "topo/slots_private.h"

nb_status nb_slots_create(nb_slots **slots, const nbang_placement *placement, char *error,
                          size_t error_size)
{
    hwloc_topology_t topology;
    nb_status status = nb_topology_load(&topology, false);
    if (status == NBANG_SYSTEM && error) {
        snprintf(error, error_size, "cannot read the machine's topology: %s", strerror(errno));
    }
    if (status != NBANG_OK) {
        return status;
    }

    status = NBANG_NO_MEMORY;
    nb_slots *built = NULL;
    double quota = 0;
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();
    if (!usable) {
        goto out;
    }
    status = nb_topology_usable(topology, usable);
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
