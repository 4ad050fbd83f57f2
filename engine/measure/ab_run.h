/* Takes the runs of an interleaved comparison of two commands, until ab.h can decide. */
#ifndef NB_MEASURE_AB_RUN_H
#define NB_MEASURE_AB_RUN_H

#include <jansson.h>

#include "measure/ab.h"
#include "measure/process.h"

enum { NB_AB_A, NB_AB_B };

typedef struct nb_ab_state nb_ab_state;

typedef struct nb_ab_options {
    const char *commands[2]; /* A and B: lines for /bin/sh -c */
    double threshold;        /* by what share B may take longer */
    uint64_t time_limit_ns;  /* for all runs together unless runs is given; and see below */
    size_t runs;             /* of each command, rounded up to an even number; 0: as time allows */
    uint64_t seed;           /* of the resampling */
    int out_fd, err_fd;      /* as in nb_process_command; 0: standard output goes to /dev/null */
    int cancel_fd;           /* ends it when it becomes readable; 0: nothing does */
    /* Called after every block; may be NULL. */
    void (*progress)(void *ctx, const nb_ab_state *state);
    void *progress_ctx;
} nb_ab_options;

/* How it went. */
struct nb_ab_state {
    nb_ab_test test;   /* after the last look */
    nb_ab_pair *pairs; /* owned; two for each block that is complete */
    size_t num_pairs;
    uint64_t elapsed_ns; /* with the runs that warm up */
    bool interrupted;    /* cancel_fd has ended it: the verdict is open, whatever the pairs say */
    int failed;          /* NB_AB_A or NB_AB_B if a run of that command failed, otherwise -1 */
    nb_process_outcome failure; /* of that run */
    json_t *warnings; /* owned: an array of sentences on what may have disturbed the runs; NULL if
                         none were taken */
};

/* A run that takes this many times the limit is ended, and counts as failed. */
#define NB_AB_LATE_FACTOR 10

/* Runs each command once to warm up, then blocks A B B A. The test looks at them after a sixteenth
 * of the time, an eighth and so on, and ends with its first verdict, at the latest after the last
 * block that will probably be over within the limit; one block is run in any case. A command that
 * fails ends it at once, without a verdict. NBANG_SYSTEM (with errno) if no process can be made, or
 * NBANG_NO_MEMORY. The caller clears `state`, also after an error. */
NB_MUST_CHECK nb_status nb_ab_run(nb_ab_state *state, const nb_ab_options *options);
void nb_ab_clear(nb_ab_state *state);

#endif
