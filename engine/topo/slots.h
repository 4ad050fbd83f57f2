/* Slots: the places on this machine where workers can run, best first.
 *
 * The usable processing units (PUs) are those in the inherited affinity mask and the cgroup's
 * cpuset, and in the CPU list if one is given. A slot is a physical core, a PU, a NUMA node or
 * the whole set, as the binding asks. Cores that the system knows to be faster come first (hwloc's
 * cpukinds), and with NBANG_BIND_PU the first PU of every core comes before any second one. */
#ifndef NB_TOPO_SLOTS_H
#define NB_TOPO_SLOTS_H

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "nbang/machine.h"

typedef struct nb_slots nb_slots;

/* The slots of this machine for `bind`, `order` and `cpu_list` of `placement` (the other fields
 * are not looked at). NBANG_INVALID with one line in `error` (at most error_size bytes, may be
 * NULL) for a CPU list that is malformed or names a CPU that may not be used, as
 * "CPU 9 is not available (usable: 0-1)". The caller destroys the object. */
NB_MUST_CHECK nb_status nb_slots_create(nb_slots **slots, const nbang_placement *placement,
                                        char *error, size_t error_size);

/* The same for a loaded topology that the caller keeps alive, a set of usable PUs and a CPU quota
 * in CPUs (0: none). For tests on synthetic machines. */
NB_MUST_CHECK nb_status nb_slots_create_from(nb_slots **slots, hwloc_topology_t topology,
                                             hwloc_const_cpuset_t usable, double quota,
                                             const nbang_placement *placement, char *error,
                                             size_t error_size);
void nb_slots_destroy(nb_slots *slots);

/* Number of slots, at least 1. */
unsigned nb_slots_count(const nb_slots *slots);

/* Workers to start when the user names no number: usable physical cores, at most the CPU quota
 * rounded down, at least 1. */
unsigned nb_slots_default_workers(const nb_slots *slots);

/* The slot of worker 0 in a pool of `num_workers`: 0 if `fixed` or if the pool fills the machine;
 * otherwise one that differs from process to process, so that two runs side by side do
 * not share cores. Worker i takes slot (start + i) modulo nb_slots_count. */
unsigned nb_slots_start(const nb_slots *slots, unsigned num_workers, bool fixed);

/* Slot i in words, as "core 3, package 0, NUMA node 0, CPUs 3,7", and the reason for the default
 * number of workers, as "2 physical cores, CPU quota 1.5". Valid until destroy. */
const char *nb_slots_string(const nb_slots *slots, unsigned slot);
const char *nb_slots_reason(const nb_slots *slots);

/* The OS indices of slot i's PUs; owned by the slots. NULL with NBANG_BIND_NONE. */
hwloc_const_cpuset_t nb_slots_cpuset(const nb_slots *slots, unsigned slot);

/* Binds the calling process to slot i, and its memory to that slot's NUMA node if the machine has
 * several. NBANG_SYSTEM if the system refuses to bind the CPUs; memory binding is a wish only. Does
 * nothing with NBANG_BIND_NONE. */
NB_MUST_CHECK nb_status nb_slots_bind(const nb_slots *slots, unsigned slot);

#endif
