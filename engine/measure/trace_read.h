/* A trace (`nbang --trace=FILE`) read back: who did what when, and where the time went. */
#ifndef NB_MEASURE_TRACE_READ_H
#define NB_MEASURE_TRACE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/span.h"

/* One thread: a worker on its place, a thread of its team on a place that was lent to it, or the
 * master. */
typedef struct nb_trace_track {
    uint32_t worker;   /* from 0, or NBANG_SPAN_MASTER */
    uint32_t place;    /* the slot, as --plan counts them; 0 for the master */
    char *name;        /* of the place, as "slot 0: core 0, package 0, NUMA node 0, CPU 0"; owned */
    nbang_span *spans; /* owned; by time, disjoint; those of a worker's team have the phase
                          NBANG_PHASE_TEAM, and are the only ones of their track */
    size_t num_spans;
} nb_trace_track;

/* Time of all workers in a phase. */
typedef struct nb_trace_total {
    double seconds;
    double share; /* of the time of all places together, 0 to 1: shares add up to 1 */
} nb_trace_total;

typedef struct nb_trace_data {
    uint64_t wall_ns;       /* of the whole run; spans lie within [0, wall_ns] */
    unsigned num_places;    /* that worked, or had a worker */
    nb_trace_track *tracks; /* owned; the master first, if it has spans, then by place, by worker */
    size_t num_tracks;

    /* By phase, the master's left out. The threads of a team count for what their leader did at
     * the same time, so that nothing is left for NBANG_PHASE_TEAM but moments in which the leader
     * was in no phase; NBANG_PHASE_IDLE is what is left of num_places * wall_ns. */
    nb_trace_total totals[NBANG_NUM_PHASES];
} nb_trace_data;

/* Reads the trace in the file, or in a string of `len` bytes. NBANG_INVALID with one line in
 * `error` (at most error_size bytes) that says what is wrong with it; NBANG_SYSTEM, likewise, if
 * the file cannot be read; NBANG_NO_MEMORY. The caller clears what was read; events that nbang does
 * not write are passed over. */
NB_MUST_CHECK nb_status nb_trace_read_file(nb_trace_data *trace, const char *path, char *error,
                                           size_t error_size);
NB_MUST_CHECK nb_status nb_trace_read_string(nb_trace_data *trace, const char *json, size_t len,
                                             char *error, size_t error_size);
void nb_trace_data_clear(nb_trace_data *trace);

#endif
