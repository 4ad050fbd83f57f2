/* A trial: one batch through nbang_run with jobs from memory and results into memory. Its sink
 * holds nbang_run to what the public header promises to every sink, and trial_run to what it
 * promises to its caller: no process and no descriptor is left behind. */
#ifndef NB_TEST_TRIAL_H
#define NB_TEST_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nbang/nbang.h"

/* What became of one job. */
typedef struct trial_result {
    bool begun;
    bool ended;
    bool complete;
    nbang_record record; /* as it was last seen; its strings are copies */
    char *text;
    size_t len;
    size_t size;
} trial_result;

typedef struct trial trial;
typedef void trial_callback(trial *self);

struct trial {
    /* What the test may set between trial_create and trial_run. */
    const nbang_machine *machine; /* NULL: one of its own, from the next two */
    nbang_placement placement;
    uint64_t max_memory_bytes;
    nbang_options options; /* hooks are taken by the trial */
    nbang_status source_end;
    size_t available;   /* jobs that the source has now; it answers AGAIN after them */
    bool stop;          /* the source ends here, and the jobs that are left never were */
    size_t credit;      /* bytes that the sink takes before it blocks */
    unsigned fail_call; /* the sink's call, from 1, that fails; 0: none */
    nbang_status fail_with;

    /* Called from within nbang_run, if not NULL: after the sink's own work. */
    trial_callback *on_begin, *on_text, *on_end, *on_event, *on_progress;
    void (*on_span)(trial *self, const nbang_span *span); /* NULL: spans are not asked for */
    void *user;                                           /* for the test */

    /* Seen so far. */
    nbang_job *jobs;
    size_t num_jobs;
    size_t num_taken;
    trial_result *results; /* by index */
    uint64_t *order;       /* indices in the order of delivery */
    size_t num_ended;
    uint64_t current; /* index of the job that is being delivered */
    bool delivering;
    bool blocked;
    unsigned num_calls; /* of the sink: begin, text and end */
    bool failed;
    unsigned num_lost; /* events */
    unsigned num_fewer;
    char last_event[256];
    nbang_progress progress;

    /* What nbang_run gave back. */
    nbang_status status;
    nbang_summary summary;

    uint64_t expected_n; /* whose digits are in `expected`, if that is not NULL */
    char *expected;
    size_t expected_len;

    int wait_pipe[2];
    int block_pipe[2];
    int cancel_pipe[2];
};

/* A trial without jobs: `num_workers` workers bound to nothing, default options. */
trial *trial_create(unsigned num_workers);
void trial_destroy(trial *self);

/* Twenty jobs, small and large, with n! as number 7. */
trial *trial_around(uint64_t n, unsigned num_workers);

/* Adds n!, or a job with all its fields (strings are not copied). */
void trial_add(trial *self, uint64_t n);
void trial_add_job(trial *self, const nbang_job *job);

/* Runs the batch. Asserts that nothing is left behind, that every job was delivered at most once,
 * that order was kept, and that the summary agrees with what was delivered. */
void trial_run(trial *self);

/* From within a callback: more jobs are there; the sink takes `bytes` more; stop. */
void trial_provide(trial *self, size_t num_jobs);
void trial_unblock(trial *self, size_t bytes);
void trial_cancel(trial *self);

/* Asserts that the job was delivered whole, with the digits that GMP has for it. */
void trial_expect_right(trial *self, size_t index);
/* The same of all jobs, and that nbang_run was content. */
void trial_expect_all_right(trial *self);

/* Asserts that the job ended with this status, no digits, and an error that contains `part`. */
void trial_expect_error(const trial *self, size_t index, nbang_job_status status, const char *part);
/* Asserts that all other jobs are right, and that nbang_run was content. */
void trial_expect_others_right(trial *self, size_t index);

/* Digits of n! by GMP: the caller frees them. */
char *trial_factorial(uint64_t n, size_t *len);

/* The living children of this process. Returns how many; at most `max` are filled in. */
size_t trial_workers(pid_t *pids, size_t max);

/* Resident memory of this process in bytes. */
size_t trial_resident_bytes(void);

#endif
