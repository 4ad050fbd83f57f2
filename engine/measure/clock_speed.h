/* How fast the clocks of the cores run: one alone, and all at the same time. Cores that share power
 * and heat run slower together than one alone, and what that costs is no fault of any software. */
#ifndef NB_MEASURE_CLOCK_SPEED_H
#define NB_MEASURE_CLOCK_SPEED_H

#include <jansson.h>

#include "base/status.h"

typedef struct nb_clock_speed {
    unsigned num_cores;   /* usable physical cores */
    double one_core_mhz;  /* of the first core in filling order, alone */
    double all_cores_mhz; /* mean of the cores when all of them work */
    /* What the system says meanwhile (scaling_cur_freq); 0 if it says nothing. */
    double one_core_reported_mhz;
    double all_cores_reported_mhz;
} nb_clock_speed;

/* Measures, in about 80 ms, with a thread bound to each core: how long a chain of additions takes,
 * each of which needs the result of the one before. Such an addition takes one cycle on every
 * processor of the last decades, whatever it is told of the clock. NBANG_SYSTEM if threads cannot
 * be had or bound, or NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_clock_speed_measure(nb_clock_speed *speed);

/* As metadata: {num_cores, one_core_mhz, all_cores_mhz, ratio (all to one),
 * one_core_reported_mhz, all_cores_reported_mhz (null if unknown), sentence}. The sentence is for
 * people, as "With both cores at work each runs at 0.97 of the speed of one alone (3.10 GHz), so no
 * speed-up above 1.94 can be expected of 2 cores.", and null for a single core. NULL without
 * memory. */
json_t *nb_clock_speed_to_json(const nb_clock_speed *speed);

#endif
