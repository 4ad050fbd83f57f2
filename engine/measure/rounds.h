/* Who takes a turn when, and when it is enough. Pure: the time is what the caller says it is.
 *
 * A round takes every point once, in random order: whatever disturbs the machine for a while
 * disturbs all points alike, and no point always follows the same other one. */
#ifndef NB_MEASURE_ROUNDS_H
#define NB_MEASURE_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "measure/statistics.h"

typedef struct nb_rounds_limits {
    unsigned runs;        /* rounds at most; 0: as many as there is time for */
    uint64_t deadline_ns; /* when it should be over; 0: whenever */
} nb_rounds_limits;

typedef struct nb_rounds {
    nb_rounds_limits limits;
    size_t num_points;
    unsigned completed; /* rounds so far */
    /* Private. */
    size_t *order; /* of the round at hand; owned */
    size_t taken;  /* turns of it that are over */
    nb_random random;
    uint64_t round_began_ns;
    uint64_t last_round_ns; /* how long the last one took */
} nb_rounds;

/* At least one point and one limit. The same seed gives the same orders. NBANG_NO_MEMORY is the
 * only error. */
NB_MUST_CHECK nb_status nb_rounds_init(nb_rounds *rounds, size_t num_points, uint64_t seed,
                                       const nb_rounds_limits *limits);
void nb_rounds_clear(nb_rounds *rounds);

/* The point whose turn it is at `now_ns`; false if it is enough.
 *
 * A round is begun if the last one, were it to come again, would end in time, and broken off at the
 * deadline; but the first one is taken to its end, so that every point has been measured. */
bool nb_rounds_next(nb_rounds *rounds, uint64_t now_ns, size_t *point);

/* Whether the turn that was given out last ended a round. */
bool nb_rounds_at_end(const nb_rounds *rounds);

#endif
