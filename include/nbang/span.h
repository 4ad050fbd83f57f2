/* Spans: the engine's own account of where its time goes. */
#ifndef NBANG_SPAN_H
#define NBANG_SPAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a thread is doing. It is in one phase at a time. */
typedef enum nbang_phase {
    NBANG_PHASE_IDLE, /* nothing: there are no spans of it */

    /* In a worker: */
    NBANG_PHASE_PRIMES,       /* sieving primes, and multiplying those of a level together */
    NBANG_PHASE_PRODUCTS,     /* multiplying the levels together; below 1500!, and for binary
                                 numbers, all of the computation by GMP */
    NBANG_PHASE_VERIFICATION, /* residues: that of n! by itself, and that of the digits */
    NBANG_PHASE_TEXT,         /* characters from digits, their digest, and freeing the number */
    NBANG_PHASE_PIPES,        /* sending, or waiting until the master takes more */
    NBANG_PHASE_REUSE,        /* making n! of a smaller factorial that was kept */
    NBANG_PHASE_TEAM,         /* a thread on a core that was lent to another worker's job: from its
                                 start to its end, with the waiting in between */

    /* In the master: */
    NBANG_PHASE_READ, /* taking jobs from the source, giving them out, taking results back */
    NBANG_PHASE_WRITE /* giving results to the sink, or waiting until it takes more */
} nbang_phase;

#define NBANG_NUM_PHASES (NBANG_PHASE_WRITE + 1)

/* "idle", "primes", "products", "verification", "text", "pipes", "reuse", "team", "read", "write":
 * static storage. */
const char *nbang_phase_name(nbang_phase phase);

/* nbang_span.worker of the master's spans. */
#define NBANG_SPAN_MASTER UINT32_MAX
/* nbang_span.n of a span that belongs to several jobs or to none. */
#define NBANG_SPAN_NO_JOB UINT64_MAX

/* A stretch of time that a thread spent in one phase, for one job. The spans of one worker at one
 * place do not overlap. */
typedef struct nbang_span {
    uint32_t worker;   /* from 0, or NBANG_SPAN_MASTER; a replaced worker keeps its number */
    uint32_t place;    /* the slot that the thread is on (nbang/machine.h); 0 for the master */
    nbang_phase phase; /* never NBANG_PHASE_IDLE */
    uint64_t start_ns; /* since the call of nbang_run, wall clock */
    uint64_t end_ns;   /* not before start_ns */
    uint64_t n;        /* the job's n, or NBANG_SPAN_NO_JOB */
} nbang_span;

#ifdef __cplusplus
}
#endif
#endif
