/* The named workloads of `nbang bench`: fixed for ever, so that figures compare across machines and
 * years. Whoever wants another one gives it another name. */
#ifndef NB_MEASURE_WORKLOADS_H
#define NB_MEASURE_WORKLOADS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct nb_workload {
    const char *name;   /* as "strong-1e6-v1" */
    const char *jobs;   /* what to compute: one argument of the command line */
    const char *about;  /* a phrase, as "one factorial, 1000000!" */
    bool is_long;       /* more than half a second on one core: not for a quick look */
    const char *sha256; /* of the whole output: the digits of every job and a line end each */
} nb_workload;

/* All of them, the quickest first. Static storage. */
size_t nb_workloads_count(void);
const nb_workload *nb_workloads_at(size_t index);

/* The one of that name, or NULL. */
const nb_workload *nb_workloads_find(const char *name);

#endif
