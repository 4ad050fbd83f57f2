/* How much memory a batch may use. */
#ifndef NB_RUN_BUDGET_H
#define NB_RUN_BUDGET_H

#include <stdint.h>

typedef struct nb_budget {
    uint64_t total_bytes;   /* all processes together */
    uint64_t process_bytes; /* one worker, above its idle size; UINT64_MAX: no limit */
    const char *reason;     /* where total_bytes comes from; static storage */
} nb_budget;

/* Reads the machine's limits. `max_memory_bytes`, if not 0, is the user's own limit and takes the
 * place of what the machine has free (a limit of one process still counts). Otherwise the total is
 * the least of available memory and what the control groups above us still allow, less a reserve.
 * `proc_cgroup` and `mountinfo` as for nb_cgroup_visit. */
void nb_budget_read(nb_budget *budget, uint64_t max_memory_bytes, const char *proc_cgroup,
                    const char *mountinfo);

#endif
