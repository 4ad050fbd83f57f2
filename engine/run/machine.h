/* What stands behind the public nbang_machine. */
#ifndef NB_RUN_MACHINE_H
#define NB_RUN_MACHINE_H

#include "nbang/machine.h"
#include "topo/slots.h"

/* Text that the master may hold for jobs whose turn has not come, in bytes. */
uint64_t nb_machine_hold_bytes(const nbang_machine *machine);

/* Work space that each worker may keep when it has nothing to do, in bytes: all of them together
 * have a sixty-fourth of the budget for it. */
size_t nb_machine_kept_bytes(const nbang_machine *machine);

/* The smallest budget that leaves `job_bytes` for jobs, in bytes. */
uint64_t nb_machine_budget_for(const nbang_machine *machine, uint64_t job_bytes);

/* Address space that a process needs which uses `bytes` of memory, in bytes. */
uint64_t nb_machine_address_space(uint64_t bytes);

/* The slots of the machine; they live as long as it does. */
const nb_slots *nb_machine_slots(const nbang_machine *machine);

/* The slot of worker 0 for a pool of `num_workers`. */
unsigned nb_machine_first_slot(const nbang_machine *machine, unsigned num_workers);

#endif
