/* Slots: the places on this machine where workers can run, best first.
 *
 * The usable processing units (PUs) are those in the inherited affinity mask, which the kernel
 * keeps within the cgroup's cpuset, and in the CPU list if one is given. A slot is a usable
 * physical core or, with NBANG_BIND_PU, a usable PU; with NBANG_BIND_NUMA its worker may run
 * anywhere on the core's NUMA node, with NBANG_BIND_NONE anywhere at all. Where the system reports
 * no cores, every PU is one. Cores that the system knows to be faster come first (hwloc's
 * cpukinds), and with NBANG_BIND_PU the first PU of every core comes before any second one.
 *
 * HWLOC_SYNTHETIC and HWLOC_XMLFILE replace this machine by another one, for planning: then this
 * process's affinity and quota do not count, and workers are not bound (unless HWLOC_THISSYSTEM=1
 * says that the description is of this machine). */
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
 * "CPU 9 is not available (usable: 0-1)"; NBANG_SYSTEM, also with a line, if the topology cannot be
 * read. The caller destroys the object. Takes about half a millisecond on a small machine.
 *
 * Sets HWLOC_PLUGINS_PATH for a moment unless it is set, to keep hwloc's plugins out: no other
 * thread may use the environment meanwhile. */
NB_MUST_CHECK nb_status nb_slots_create(nb_slots **slots, const nbang_placement *placement,
                                        char *error, size_t error_size);

/* The same for a loaded topology that the caller keeps alive, a set of usable PUs and a CPU quota
 * in CPUs (0: none). For tests on synthetic machines. NBANG_INVALID also if no PU is usable. */
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
 * otherwise a random one, so that two runs side by side seldom share cores, but never one that
 * would give the pool slower cores or more second PUs than slot 0 would. Worker i takes slot
 * (start + i) modulo nb_slots_count. */
unsigned nb_slots_start(const nb_slots *slots, unsigned num_workers, bool fixed);

/* Slot i in words, as "core 3, package 0, NUMA node 0, CPUs 3,7": cores and packages are counted
 * over the machine as lstopo does (L#), NUMA nodes and CPUs are OS indices. And the reason for the
 * default number of workers, as "2 physical cores, CPU quota 1.5" or "1 of 2 physical cores
 * (affinity)". Valid until destroy. */
const char *nb_slots_string(const nb_slots *slots, unsigned slot);
const char *nb_slots_reason(const nb_slots *slots);

/* The OS indices of the PUs that slot i's worker may use; owned by the slots. NULL if it is not
 * bound: with NBANG_BIND_NONE and no CPU list. */
hwloc_const_cpuset_t nb_slots_cpuset(const nb_slots *slots, unsigned slot);

/* The OS index of the first PU after `previous` (-1: of the first one) that slot i's worker may
 * use; -1 if there are no more. */
int nb_slots_next_pu(const nb_slots *slots, unsigned slot, int previous);

/* Binds the calling thread, and those that it creates later, to slot i, and its memory to that
 * slot's NUMA node if the machine has several. Meant for a child that has just been forked.
 * NBANG_SYSTEM if the system refuses to bind the CPUs; memory binding is a wish only. Does nothing
 * if nb_slots_cpuset is NULL or if the topology is not that of this machine. */
NB_MUST_CHECK nb_status nb_slots_bind(const nb_slots *slots, unsigned slot);

#endif
