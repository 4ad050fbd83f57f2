/* The inside of nb_slots, shared by the files that build, describe and bind slots. */
#ifndef NB_TOPO_SLOTS_PRIVATE_H
#define NB_TOPO_SLOTS_PRIVATE_H

#include "topo/cores.h"
#include "topo/slots.h"

typedef struct nb_slot {
    const nb_core *core;   /* in nb_slots.cores */
    hwloc_bitmap_t cpuset; /* the PUs that its worker may use; owned */
    unsigned sibling;      /* NBANG_BIND_PU: which of the core's usable PUs it is, from 0 */
    char *text;            /* owned */
} nb_slot;

struct nb_slots {
    hwloc_topology_t topology; /* outlives the slots */
    bool owns_topology;
    nbang_bind bind;
    bool binds;            /* workers are bound: also with NBANG_BIND_NONE if there is a CPU list */
    hwloc_bitmap_t usable; /* PUs that workers may use, the CPU list applied */
    nb_core *cores;        /* in filling order */
    unsigned num_cores;
    nb_slot *slots; /* in filling order */
    unsigned count;
    unsigned default_workers;
    char *reason;
};

/* Fills in the text of every slot. */
NB_MUST_CHECK nb_status nb_slots_describe(nb_slots *slots);

/* Fills in the reason for the default number of workers. `inherited` are the PUs that were usable
 * before the CPU list was applied. */
NB_MUST_CHECK nb_status nb_slots_explain(nb_slots *slots, hwloc_const_cpuset_t inherited,
                                         double quota);

#endif
