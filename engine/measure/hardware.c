/* The machine's hardware as metadata. */
#include <stdbool.h>

#include "measure/metadata_parts.h"

/* An index, or null for -1. */
static json_t *index_or_null(int index)
{
    return index < 0 ? json_null() : json_integer(index);
}

/* Adds the objects that `make` makes of each of `count` things to a new array, which becomes
 * metadata[key]. */
static bool set_array(json_t *metadata, const char *key, unsigned count,
                      json_t *(*make)(const nb_hardware *, unsigned), const nb_hardware *hardware)
{
    json_t *array = json_array();
    bool good = json_object_set_new(metadata, key, array) == 0;
    for (unsigned i = 0; good && i < count; i++) {
        good = json_array_append_new(array, make(hardware, i)) == 0;
    }
    return good;
}

static json_t *make_cache(const nb_hardware *hardware, unsigned i)
{
    const nb_hardware_cache *cache = &hardware->caches[i];
    json_t *size = cache->size_bytes ? json_integer((json_int_t)cache->size_bytes) : json_null();
    return json_pack("{s:s, s:i, s:o, s:i}", "type", cache->type, "level", (int)cache->level,
                     "size_bytes", size, "num_sharing", (int)cache->num_sharing);
}

static json_t *make_kind(const nb_hardware *hardware, unsigned i)
{
    const nb_hardware_kind *kind = &hardware->kinds[i];
    return json_pack("{s:o, s:i}", "efficiency", index_or_null(kind->efficiency), "num_pus",
                     (int)kind->num_pus);
}

/* ---- the tree ---- */

/* The last object of an array if its member `key` is `index`, otherwise a new one there with an
 * empty array `children`. NULL without memory. */
static json_t *open_child(json_t *array, const char *key, int index, const char *children)
{
    const size_t size = json_array_size(array);
    json_t *last = size > 0 ? json_array_get(array, size - 1) : NULL;
    json_t *wanted = index_or_null(index);
    if (last != NULL && json_equal(json_object_get(last, key), wanted)) {
        json_decref(wanted);
        return last;
    }
    json_t *made = json_pack("{s:o, s:[]}", key, wanted, children);
    return json_array_append_new(array, made) == 0 ? made : NULL;
}

static json_t *memory_of(const nb_hardware *hardware, int node)
{
    for (unsigned i = 0; i < hardware->num_nodes; i++) {
        if ((int)hardware->nodes[i].os_index == node) {
            return json_integer((json_int_t)hardware->nodes[i].memory_bytes);
        }
    }
    return json_null();
}

/* Puts a PU under its package, node and core. PUs come in the topology's own order, in which those
 * of a core, a node and a package follow each other. */
static bool add_pu(json_t *packages, const nb_hardware *hardware, const nb_hardware_pu *pu)
{
    json_t *package = open_child(packages, "package", pu->package, "numa_nodes");
    json_t *node =
        open_child(json_object_get(package, "numa_nodes"), "numa_node", pu->node, "cores");
    json_t *core = open_child(json_object_get(node, "cores"), "core", (int)pu->core, "pus");
    json_t *leaf = json_pack("{s:i, s:b}", "pu", (int)pu->os_index, "usable", pu->usable);
    return json_object_set_new(node, "memory_bytes", memory_of(hardware, pu->node)) == 0 &&
           json_object_set_new(core, "efficiency", index_or_null(pu->efficiency)) == 0 &&
           json_array_append_new(json_object_get(core, "pus"), leaf) == 0;
}

static bool set_topology(json_t *metadata, const nb_hardware *hardware)
{
    json_t *topology = json_pack("{s:[], s:[]}", "packages", "placements");
    bool good = json_object_set_new(metadata, "topology", topology) == 0;
    for (unsigned i = 0; good && i < hardware->num_pus; i++) {
        good = add_pu(json_object_get(topology, "packages"), hardware, &hardware->pus[i]);
    }
    return good;
}

/* ---- all of it ---- */

/* Most PUs of a core: cores of different kinds may have different numbers. */
static unsigned threads_per_core(const nb_hardware *hardware)
{
    unsigned most = 0;
    unsigned here = 0;
    for (unsigned i = 0; i < hardware->num_pus; i++) {
        here = i > 0 && hardware->pus[i].core == hardware->pus[i - 1].core ? here + 1 : 1;
        most = here > most ? here : most;
    }
    return most;
}

nb_status nb_metadata_add_hardware(json_t *metadata, const nb_hardware *hardware)
{
    json_t *counts = json_pack(
        "{s:o, s:i, s:i, s:i, s:i, s:i, s:I, s:o, s:i}", "cpu_model",
        nb_metadata_text(hardware->cpu_model), "num_packages", (int)hardware->num_packages,
        "num_numa_nodes", (int)hardware->num_nodes, "num_cores", (int)hardware->num_cores,
        "num_pus", (int)hardware->num_pus, "threads_per_core", (int)threads_per_core(hardware),
        "memory_bytes", (json_int_t)hardware->memory_bytes, "affinity",
        nb_metadata_text(hardware->affinity), "num_usable_pus", (int)hardware->num_usable_pus);
    const bool good = counts != NULL && json_object_update(metadata, counts) == 0 &&
                      set_array(metadata, "cpu_kinds", hardware->num_kinds, make_kind, hardware) &&
                      set_array(metadata, "caches", hardware->num_caches, make_cache, hardware) &&
                      set_topology(metadata, hardware);
    json_decref(counts);
    return good ? NBANG_OK : NBANG_NO_MEMORY;
}
