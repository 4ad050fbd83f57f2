/* What else the machine did while something was measured: named, so that nobody takes it for the
 * software's doing. */
#ifndef NB_MEASURE_NOISE_H
#define NB_MEASURE_NOISE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "measure/analysis.h"
#include "measure/record.h"

/* A count that the system does not keep. */
#define NB_NOISE_UNKNOWN UINT64_MAX

/* What the system has counted up to a moment. */
typedef struct nb_noise_mark {
    /* CPU time of all CPUs (/proc/stat), in nanoseconds: in all, at work, and stolen by the
     * hypervisor for other machines. */
    uint64_t total_ns, busy_ns, steal_ns;
    uint64_t own_ns;            /* of that: this process and those that it has waited for */
    uint64_t thermal_throttles; /* times that cores were slowed down for heat */
    uint64_t quota_throttles;   /* times that this control group had used up its CPU quota */
} nb_noise_mark;

/* Reads this moment. `root` is put before the paths of files in /proc and /sys: "" for this
 * machine. About 0.1 ms on a small machine. */
void nb_noise_mark_now(nb_noise_mark *mark, const char *root);

/* What happened between two marks, as metadata: {steal_percent, other_load_percent,
 * thermal_throttles, quota_throttles}; percent of the time of all CPUs, null if unknown or if less
 * than half a second of CPU time went by, which the system counts in hundredths. NULL without
 * memory. */
json_t *nb_noise_between(const nb_noise_mark *before, const nb_noise_mark *after);

/* Appends to the array `sentences` one for each of these figures that is large enough to disturb a
 * measurement, as "Other programs took 12 % of the CPU time meanwhile.". NBANG_NO_MEMORY is the
 * only error. */
NB_MUST_CHECK nb_status nb_noise_describe(json_t *sentences, const json_t *noise);

/* Appends a sentence if there are points whose samples lie far apart, as "The runs of
 * batch-64-v1/workers:2 spread by 12 % around their median: something disturbed them."; of several
 * it names the worst. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_noise_describe_spread(json_t *sentences, const nb_analysis *analysis);

/* Appends sentences for what no software can make up for: points of `record` with more workers than
 * their placement has slots, and a CPU quota below the number of workers. Its metadata has been
 * filled in. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_noise_describe_limits(json_t *sentences, const nb_record *record);

/* Adds to the array `pids` the number of each other run of this program that is on this machine now
 * and not in it yet: of a process whose executable is this one or is called "nbang", which neither
 * descends from this process nor it from that, and is no worker of another. `root` as above.
 * Milliseconds on a busy machine. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_noise_find_others(json_t *pids, const char *root);

/* Appends a sentence that names them, the first few of many, as "Other runs of nbang were at work
 * here meanwhile: processes 12, 34.", unless there are none. NBANG_NO_MEMORY is the only error. */
NB_MUST_CHECK nb_status nb_noise_describe_others(json_t *sentences, const json_t *pids);

#endif
