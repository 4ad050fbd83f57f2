/* The trace of a thread: which phases it was in, and when (nbang/span.h).
 *
 * A thread is in one phase at a time, so that its spans never overlap. Where nothing is traced the
 * trace is NULL, and a change of phase costs a look at a pointer; else a look at the clock, some 25
 * nanoseconds, and 50 with what is written down.
 *
 * Memory is bounded, however many spans there are. When there is no room for another one, spans are
 * folded: of those that lie within a window of a few microseconds, the ones of the same phase
 * become one, as long as all of them together. The window is doubled until half of the room is free
 * again. So the time in each phase stays exact, none of it is moved by more than two windows, and
 * spans that are longer than one stay as they are. A span that is of several jobs now is of no job.
 */
#ifndef NB_BASE_TRACE_H
#define NB_BASE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/span.h"

typedef struct nb_trace {
    nbang_span *spans; /* owned; by time, in nanoseconds of nb_clock_wall_ns */
    size_t num_spans;
    size_t capacity;
    uint64_t window_ns; /* of the last folding */
    nbang_span open;    /* the present one: its end is not known yet */
} nb_trace;

/* Room for fewer spans is not enough for folding to free half of it. */
#define NB_TRACE_MIN_CAPACITY 32

/* A trace with room for `capacity` spans, for the thread of `worker` that is at `place`; it is idle
 * now. NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_trace_create(nb_trace **trace, size_t capacity, uint32_t worker,
                                        uint32_t place);
/* NULL is allowed. */
void nb_trace_destroy(nb_trace *trace);

/* Changes to `phase`, and returns the phase until now. */
nbang_phase nb_trace_change(nb_trace *trace, nbang_phase phase);
static inline nbang_phase nb_trace_enter(nb_trace *trace, nbang_phase phase)
{
    return trace != NULL ? nb_trace_change(trace, phase) : phase;
}

/* What comes from now on is for the job n!, or NBANG_SPAN_NO_JOB. Trace may be NULL. */
void nb_trace_job(nb_trace *trace, uint64_t n);

/* Adds a span of somebody else's, not before the end of the last one. */
void nb_trace_add(nb_trace *trace, const nbang_span *span);

/* All spans so far, the present one up to this moment included. They are the caller's to read until
 * anything else is done with the trace, which begins anew. */
size_t nb_trace_take(nb_trace *trace, const nbang_span **spans);

#endif
