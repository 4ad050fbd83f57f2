/* What a record says of the program, the system and the machine that it was measured with. Names of
 * hosts and users are not among it. */
#ifndef NB_MEASURE_METADATA_H
#define NB_MEASURE_METADATA_H

#include <jansson.h>

#include "base/status.h"
#include "measure/record.h"

/* Fills record->metadata, an empty object, in; what cannot be found out is null. A few
 * milliseconds, most of them for caches and for the slots of each placement among the points.
 * NBANG_SYSTEM if the topology of the machine cannot be read, or NBANG_NO_MEMORY.
 *
 * Software: date (ISO 8601, UTC), version, git_commit, git_dirty, compiler, compiler_flags,
 * build_type, gmp, hwloc, simd, kernel, libc.
 *
 * Hardware: cpu_model, num_packages, num_numa_nodes, num_cores, num_pus, threads_per_core,
 * cpu_kinds ([{efficiency, num_pus}], slowest first, [] if all cores are of one kind or it is not
 * known), caches ([{type, level, size_bytes, num_sharing}]), memory_bytes, fingerprint (below).
 *
 * State: affinity, num_usable_pus, cpu_quota (CPUs), governor ("mixed" if cores differ), turbo,
 * mhz_per_cpu (the highest that the system names, or else the present one), frequency_scaling,
 * virtualization ("none", "kvm", …), load_avg (over 1, 5 and 15 minutes).
 *
 * topology, for drawing:
 *   packages: [{package, numa_nodes: [{numa_node, memory_bytes, cores: [{core, efficiency,
 *               pus: [{pu, usable}]}]}]}]
 *   placements: [{bind, order, slots: [{place, pus: [os index…]}]}], one for each among the points:
 *               worker i runs in slot i modulo their number
 * Packages and cores are counted as lstopo does (L#), NUMA nodes and PUs have OS indices; null for
 * a package or node that the system does not report.
 *
 * Null until those who measure them fill them in: clock (measure/clock_speed.h), counters
 * (measure/counters.h), noise (measure/noise.h). */
NB_MUST_CHECK nb_status nb_metadata_fill(nb_record *record);

/* Of the hardware alone, and so the same after an update of the software: the first 16 hexadecimal
 * digits of the SHA-256 of cpu_model, num_packages, num_numa_nodes, num_cores, num_pus,
 * threads_per_core and caches, as compact JSON with sorted keys. Memory is left out because the
 * kernel decides how much of it there is to see. */
#define NB_FINGERPRINT_SIZE 17
NB_MUST_CHECK nb_status nb_metadata_fingerprint(char out[NB_FINGERPRINT_SIZE],
                                                const json_t *metadata);

#endif
