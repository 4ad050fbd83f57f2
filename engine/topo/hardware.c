#include "topo/hardware.h"

#include <hwloc/cpukinds.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo/cores.h"
#include "topo/load.h"

/* ---- processing units and nodes ---- */

static unsigned count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    return count > 0 ? (unsigned)count : 0;
}

/* Appends the PUs of a core, for which there is room. */
static void add_pus(nb_hardware *hardware, const nb_core *core, hwloc_const_cpuset_t usable)
{
    for (int pu = -1; (pu = hwloc_bitmap_next(core->pus, pu)) >= 0;) {
        const bool is_usable = hwloc_bitmap_isset(usable, (unsigned)pu);
        hardware->pus[hardware->num_pus++] = (nb_hardware_pu){
            .os_index = (unsigned)pu,
            .core = core->obj->logical_index,
            .package = core->package ? (int)core->package->logical_index : -1,
            .node = core->node ? (int)core->node->os_index : -1,
            .efficiency = core->efficiency,
            .usable = is_usable,
        };
        hardware->num_usable_pus += is_usable;
    }
}

static nb_status read_pus(nb_hardware *hardware, hwloc_topology_t topology,
                          hwloc_const_cpuset_t usable)
{
    nb_core *cores;
    nb_status status = nb_cores_create(&cores, &hardware->num_cores, topology,
                                       hwloc_topology_get_topology_cpuset(topology));
    if (status != NBANG_OK) {
        return status;
    }
    hardware->pus = calloc(count_of(topology, HWLOC_OBJ_PU) + 1, sizeof(*hardware->pus));
    for (unsigned i = 0; hardware->pus && i < hardware->num_cores; i++) {
        add_pus(hardware, &cores[i], usable);
    }
    nb_cores_destroy(cores, hardware->num_cores);
    return hardware->pus ? NBANG_OK : NBANG_NO_MEMORY;
}

static nb_status read_nodes(nb_hardware *hardware, hwloc_topology_t topology)
{
    const unsigned count = count_of(topology, HWLOC_OBJ_NUMANODE);
    hardware->nodes = calloc(count ? count : 1, sizeof(*hardware->nodes));
    if (!hardware->nodes) {
        return NBANG_NO_MEMORY;
    }
    for (hwloc_obj_t node = NULL;
         (node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node));) {
        hardware->nodes[hardware->num_nodes++] = (nb_hardware_node){
            .os_index = node->os_index,
            .memory_bytes = node->attr->numanode.local_memory,
        };
        hardware->memory_bytes += node->attr->numanode.local_memory;
    }
    return NBANG_OK;
}

/* ---- caches ---- */

static const char *cache_type(const struct hwloc_obj *cache)
{
    switch (cache->attr->cache.type) {
    case HWLOC_OBJ_CACHE_DATA:
        return "Data";
    case HWLOC_OBJ_CACHE_INSTRUCTION:
        return "Instruction";
    default:
        return "Unified";
    }
}

static bool same_caches(const nb_hardware_cache *a, const nb_hardware_cache *b)
{
    return strcmp(a->type, b->type) == 0 && a->level == b->level &&
           a->size_bytes == b->size_bytes && a->num_sharing == b->num_sharing;
}

static nb_status add_cache(nb_hardware *hardware, const struct hwloc_obj *obj)
{
    const nb_hardware_cache cache = {
        .type = cache_type(obj),
        .level = obj->attr->cache.depth,
        .size_bytes = obj->attr->cache.size,
        .num_sharing = (unsigned)hwloc_bitmap_weight(obj->cpuset),
    };
    for (unsigned i = 0; i < hardware->num_caches; i++) {
        if (same_caches(&hardware->caches[i], &cache)) {
            return NBANG_OK;
        }
    }
    const size_t count = hardware->num_caches + 1;
    nb_hardware_cache *caches = realloc(hardware->caches, count * sizeof(*caches));
    if (!caches) {
        return NBANG_NO_MEMORY;
    }
    caches[hardware->num_caches++] = cache;
    hardware->caches = caches;
    return NBANG_OK;
}

/* hwloc's types of cache follow each other from HWLOC_OBJ_L1CACHE to HWLOC_OBJ_L3ICACHE. Here the
 * two of a level stand together. */
static nb_status read_caches(nb_hardware *hardware, hwloc_topology_t topology)
{
    static const hwloc_obj_type_t types[] = {
        HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE,
        HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE,
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        for (hwloc_obj_t cache = NULL;
             (cache = hwloc_get_next_obj_by_type(topology, types[i], cache));) {
            nb_status status = add_cache(hardware, cache);
            if (status != NBANG_OK) {
                return status;
            }
        }
    }
    return NBANG_OK;
}

/* ---- kinds of cores, and the rest ---- */

static nb_status read_kinds(nb_hardware *hardware, hwloc_topology_t topology)
{
    const int count = hwloc_cpukinds_get_nr(topology, 0);
    hwloc_bitmap_t pus = hwloc_bitmap_alloc();
    hardware->kinds = calloc(count > 0 ? (size_t)count : 1, sizeof(*hardware->kinds));
    if (!pus || !hardware->kinds) {
        hwloc_bitmap_free(pus);
        return NBANG_NO_MEMORY;
    }
    for (int i = 0; count > 1 && i < count; i++) {
        nb_hardware_kind *kind = &hardware->kinds[hardware->num_kinds];
        if (hwloc_cpukinds_get_info(topology, (unsigned)i, pus, &kind->efficiency, NULL, NULL, 0) ==
            0) {
            kind->num_pus = (unsigned)hwloc_bitmap_weight(pus);
            hardware->num_kinds++;
        }
    }
    hwloc_bitmap_free(pus);
    return NBANG_OK;
}

static nb_status read_texts(nb_hardware *hardware, hwloc_topology_t topology,
                            hwloc_const_cpuset_t usable)
{
    hwloc_obj_t package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE, NULL);
    const char *model = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (model && !(hardware->cpu_model = strdup(model))) {
        return NBANG_NO_MEMORY;
    }
    return hwloc_bitmap_list_asprintf(&hardware->affinity, usable) < 0 ? NBANG_NO_MEMORY : NBANG_OK;
}

nb_status nb_hardware_read_from(nb_hardware *hardware, hwloc_topology_t topology,
                                hwloc_const_cpuset_t usable)
{
    nb_hardware read = {.num_packages = count_of(topology, HWLOC_OBJ_PACKAGE)};
    nb_status status = read_pus(&read, topology, usable);
    if (status == NBANG_OK) {
        status = read_nodes(&read, topology);
    }
    if (status == NBANG_OK) {
        status = read_caches(&read, topology);
    }
    if (status == NBANG_OK) {
        status = read_kinds(&read, topology);
    }
    if (status == NBANG_OK) {
        status = read_texts(&read, topology, usable);
    }
    if (status != NBANG_OK) {
        nb_hardware_clear(&read);
        return status;
    }
    *hardware = read;
    return NBANG_OK;
}

nb_status nb_hardware_read(nb_hardware *hardware)
{
    hwloc_topology_t topology;
    nb_status status = nb_topology_load(&topology, true);
    if (status != NBANG_OK) {
        return status;
    }
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();
    status = usable ? nb_topology_usable(topology, usable) : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = nb_hardware_read_from(hardware, topology, usable);
    }
    hwloc_bitmap_free(usable);
    hwloc_topology_destroy(topology);
    return status;
}

void nb_hardware_clear(nb_hardware *hardware)
{
    free(hardware->pus);
    free(hardware->nodes);
    free(hardware->caches);
    free(hardware->kinds);
    free(hardware->cpu_model);
    free(hardware->affinity);
    *hardware = (nb_hardware){0};
}

const char *nb_hardware_hwloc_version(char out[NB_HARDWARE_VERSION_SIZE])
{
    const unsigned version = hwloc_get_api_version();
    snprintf(out, NB_HARDWARE_VERSION_SIZE, "%u.%u.%u", version >> 16, version >> 8 & 255,
             version & 255);
    return out;
}
