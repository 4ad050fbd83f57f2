/* The machine's hardware as the records of a benchmark describe it. */
#ifndef NB_TOPO_HARDWARE_H
#define NB_TOPO_HARDWARE_H

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* A processing unit: a hardware thread. Cores and packages are counted over the machine as lstopo
 * does (L#), PUs and NUMA nodes have OS indices. -1 where the system reports none. */
typedef struct nb_hardware_pu {
    unsigned os_index;
    unsigned core;
    int package;
    int node;
    int efficiency; /* rank of its kind of core, higher is faster; -1 if unknown */
    bool usable;    /* this process may run there */
} nb_hardware_pu;

typedef struct nb_hardware_node {
    unsigned os_index;
    uint64_t memory_bytes;
} nb_hardware_node;

/* Caches of one kind: all that agree in these. */
typedef struct nb_hardware_cache {
    const char *type; /* "Data", "Instruction", "Unified" */
    unsigned level;
    uint64_t size_bytes;  /* of one; 0 if unknown */
    unsigned num_sharing; /* PUs that share one */
} nb_hardware_cache;

/* Cores of one kind, on machines that have several: fast ones and thrifty ones. */
typedef struct nb_hardware_kind {
    int efficiency; /* as above */
    unsigned num_pus;
} nb_hardware_kind;

typedef struct nb_hardware {
    nb_hardware_pu *pus; /* in the topology's own order: those of a core together */
    unsigned num_pus, num_usable_pus;
    unsigned num_cores, num_packages;
    nb_hardware_node *nodes; /* NUMA nodes */
    unsigned num_nodes;
    nb_hardware_cache *caches; /* by level, then type */
    unsigned num_caches;
    nb_hardware_kind *kinds; /* slowest first; none if it does not tell several apart */
    unsigned num_kinds;
    uint64_t memory_bytes; /* of all nodes */
    char *cpu_model;       /* NULL if unknown */
    char *affinity;        /* usable PUs as a list, "0-3,8" */
} nb_hardware;

/* Reads this machine; the caller clears the result. NBANG_SYSTEM with errno set, or
 * NBANG_NO_MEMORY. A millisecond on a small machine, as it reads caches; see nb_topology_load for
 * the environment. */
NB_MUST_CHECK nb_status nb_hardware_read(nb_hardware *hardware);
void nb_hardware_clear(nb_hardware *hardware);

/* The same from a loaded topology and a set of usable PUs, for tests on synthetic machines. */
NB_MUST_CHECK nb_status nb_hardware_read_from(nb_hardware *hardware, hwloc_topology_t topology,
                                              hwloc_const_cpuset_t usable);

/* The version of hwloc's interface that this process runs with, as "2.9.0". Returns `out`. */
#define NB_HARDWARE_VERSION_SIZE 16
const char *nb_hardware_hwloc_version(char out[NB_HARDWARE_VERSION_SIZE]);

#endif
