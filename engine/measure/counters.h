/* Cycles and instructions of a command and all its descendants, where the machine counts them:
 * perf_event_open(2). Few virtual machines do, and some systems keep it from plain users. */
#ifndef NB_MEASURE_COUNTERS_H
#define NB_MEASURE_COUNTERS_H

#include <stdint.h>

/* Counters that begin when a child of this thread executes a program, and count it and everything
 * that it starts, in user mode: the kernel's part is kept from plain users on most systems. */
typedef struct nb_counters {
    int cycles_fd; /* -1: not open */
    int instructions_fd;
} nb_counters;

typedef struct nb_counts {
    uint64_t cycles; /* NB_COUNT_UNKNOWN (measure/record.h) if not available */
    uint64_t instructions;
} nb_counts;

/* Opens what is available, before the command is started by the same thread; every command needs
 * counters of its own. Takes about 20 us. */
void nb_counters_open(nb_counters *counters);

/* What they have counted, once the command and its descendants have ended. A counter that had to
 * share the hardware with others is scaled up from the part of the time that it had. */
nb_counts nb_counters_read(const nb_counters *counters);

/* Closes those that are open. */
void nb_counters_close(nb_counters *counters);

/* "available", or "not available here" with the reason, as "not available here: this machine, or
 * the hypervisor that it runs under, has no such counters". Static storage. */
const char *nb_counters_state(void);

/* The same for an errno of perf_event_open; 0: it succeeded. */
const char *nb_counters_reason(int error);

/* ---- for tests, which have software events on every machine ---- */

/* Opens one event (see perf_event_open(2)) as above; -1 with errno if it is not to be had. */
int nb_counter_open(uint32_t type, uint64_t config);
/* What it has counted, or NB_COUNT_UNKNOWN. */
uint64_t nb_counter_read(int fd);

#endif
