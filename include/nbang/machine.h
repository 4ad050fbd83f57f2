/* Where the workers of a batch run: usable cores, slots, and the memory budget. */
#ifndef NBANG_MACHINE_H
#define NBANG_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one worker is bound to. */
typedef enum nbang_bind {
    NBANG_BIND_CORE, /* one physical core: all its hardware threads */
    NBANG_BIND_PU,   /* one hardware thread (hwloc's processing unit) */
    NBANG_BIND_NUMA, /* the cores of one NUMA node */
    NBANG_BIND_NONE  /* nothing: the system's scheduler decides */
} nbang_bind;

/* The order in which slots are filled. */
typedef enum nbang_order {
    NBANG_ORDER_CLOSE, /* neighbours first: fills a package before it starts the next */
    NBANG_ORDER_SPREAD /* far apart first: round-robin over packages and NUMA nodes */
} nbang_order;

/* How many workers, and where. All zero is the default: one worker on each usable physical core. */
typedef struct nbang_placement {
    unsigned workers; /* 0: one per usable physical core */
    nbang_bind bind;
    nbang_order order;
    const char *cpu_list; /* OS indices to use, as "0,2-3"; NULL: all that are allowed */
    bool fixed; /* always start at the first slot; otherwise a pool smaller than the machine starts
                   at one that differs from run to run */
} nbang_placement;

/* Which vector instructions the arithmetic uses, for the rest of the process: "generic", "avx2" or
 * "avx512"; NULL for the widest that this machine has, as without a call. NBANG_INVALID if there is
 * no such name, NBANG_OUT_OF_RANGE if this machine does not have them. Digits are the same with
 * all; only their speed differs. Workers take over what was chosen before a batch starts. */
nbang_status nbang_simd_choose(const char *name);
/* The name of those in use. Static storage. */
const char *nbang_simd_name(void);

/* The machine as a batch with a given placement would use it. */
typedef struct nbang_machine nbang_machine;

/* Reads the machine for `placement` into a new object that the caller destroys. `max_memory_bytes`
 * is the budget for all processes together; 0: what the machine allows (cgroup limits, RLIMIT_AS
 * and available memory, less a reserve). NBANG_INVALID if the placement cannot be had: `error` (may
 * be NULL) then gets one line that says why, of at most `error_size` bytes. Takes a few
 * milliseconds. */
nbang_status nbang_machine_create(nbang_machine **machine, const nbang_placement *placement,
                                  uint64_t max_memory_bytes, char *error, size_t error_size);
void nbang_machine_destroy(nbang_machine *machine);

/* Workers that a batch would start at most. */
unsigned nbang_machine_workers(const nbang_machine *machine);
/* Distinct slots; with more workers than slots, worker i takes slot i modulo this. */
unsigned nbang_machine_slots(const nbang_machine *machine);
/* Slot i in filling order, as "core 3, package 0, NUMA node 0, CPUs 3,7". Valid until destroy. */
const char *nbang_machine_slot_string(const nbang_machine *machine, unsigned slot);
/* Why there are this many workers, as "2 physical cores, CPU quota 1.5". Valid until destroy. */
const char *nbang_machine_reason(const nbang_machine *machine);
/* Budget for all processes together, in bytes, and where it comes from. Valid until destroy. */
uint64_t nbang_machine_memory(const nbang_machine *machine);
const char *nbang_machine_memory_reason(const nbang_machine *machine);
/* What that budget leaves for the computation of large jobs, in bytes: the rest is taken by the
 * processes themselves and by texts that wait for their turn. */
uint64_t nbang_machine_job_memory(const nbang_machine *machine);
/* Limit of one process (RLIMIT_AS less what a worker already maps), in bytes; UINT64_MAX: none. */
uint64_t nbang_machine_process_memory(const nbang_machine *machine);

#ifdef __cplusplus
}
#endif
#endif
