/* Slots and the number of workers in words. */
#include <stdio.h>
#include <stdlib.h>

#include "topo/slots_private.h"

/* ---- slots ---- */

/* Cores and packages by their number in the topology, counted over the whole machine, because the
 * system's own core numbers repeat in every package; NUMA nodes and CPUs by OS index. */
static void print_place(FILE *out, const nb_core *core, nbang_bind bind)
{
    if (bind != NBANG_BIND_NUMA) {
        fprintf(out, "core %u, ", core->obj->logical_index);
    }
    if (core->package) {
        fprintf(out, "package %u, ", core->package->logical_index);
    }
    if (core->node) {
        fprintf(out, "NUMA node %u, ", core->node->os_index);
    }
}

static nb_status describe_slot(nb_slot *slot, const nb_slots *slots)
{
    char *list;
    if (hwloc_bitmap_list_asprintf(&list, slot->cpuset) < 0) {
        return NBANG_NO_MEMORY;
    }
    size_t len;
    FILE *out = open_memstream(&slot->text, &len);
    if (out) {
        if (!slots->binds) {
            fputs("not bound, ", out);
        } else if (slots->bind == NBANG_BIND_NONE) {
            fputs("any core, ", out);
        } else {
            print_place(out, slot->core, slots->bind);
        }
        fprintf(out, hwloc_bitmap_weight(slot->cpuset) == 1 ? "CPU %s" : "CPUs %s", list);
    }
    free(list);
    return out && fclose(out) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

nb_status nb_slots_describe(nb_slots *slots)
{
    for (unsigned i = 0; i < slots->count; ++i) {
        nb_status status = describe_slot(&slots->slots[i], slots);
        if (status != NBANG_OK) {
            return status;
        }
    }
    return NBANG_OK;
}

/* ---- the number of workers ---- */

/* "2 physical cores", or "1 of 4 physical cores (affinity, CPU list)" with what took cores away. */
static void print_cores(FILE *out, const nb_slots *slots, hwloc_const_cpuset_t inherited)
{
    hwloc_topology_t topology = slots->topology;
    unsigned total = nb_cores_count(topology, hwloc_topology_get_topology_cpuset(topology));
    unsigned allowed = nb_cores_count(topology, hwloc_topology_get_allowed_cpuset(topology));
    unsigned usable = nb_cores_count(topology, inherited);

    fprintf(out, "%u", slots->num_cores);
    if (slots->num_cores < total) {
        fprintf(out, " of %u", total);
    }
    fputs(total == 1 ? " physical core" : " physical cores", out);
    const char *before = " (";
    if (allowed < total) {
        fprintf(out, "%scpuset", before);
        before = ", ";
    }
    if (usable < allowed) {
        fprintf(out, "%saffinity", before);
        before = ", ";
    }
    if (slots->num_cores < usable) {
        fprintf(out, "%sCPU list", before);
        before = ", ";
    }
    if (before[0] == ',') {
        fputc(')', out);
    }
}

nb_status nb_slots_explain(nb_slots *slots, hwloc_const_cpuset_t inherited, double quota)
{
    size_t len;
    FILE *out = open_memstream(&slots->reason, &len);
    if (!out) {
        return NBANG_NO_MEMORY;
    }
    print_cores(out, slots, inherited);
    if (slots->default_workers < slots->num_cores) {
        fprintf(out, ", CPU quota %.4g", quota);
    }
    return fclose(out) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}
