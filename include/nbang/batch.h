/* Computing a batch of factorials on a pool of worker processes.
 *
 * The caller gives jobs through an nbang_source and receives records and decimal digits (or binary
 * numbers) through an nbang_sink; nbang_run joins the two. Both are plain structs of callbacks,
 * called from nbang_run's own thread only.
 *
 * The calling process must be single-threaded while nbang_run is active: workers are forked, and
 * replaced by forking when they die, and a fork of a multi-threaded process may copy locks that
 * nobody will ever release. SIGCHLD must not be ignored meanwhile, nor may anything else wait for
 * children it does not know (waitpid(-1)). nbang_run ignores SIGPIPE until it returns, and flushes
 * all stdio streams before it forks. */
#ifndef NBANG_BATCH_H
#define NBANG_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/estimate.h"
#include "nbang/machine.h"
#include "nbang/span.h"
#include "nbang/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- jobs in ---- */

/* One request: n! for one n, or a line that could not be read. The strings belong to the source and
 * stay valid until its next call; nbang copies what it keeps. */
typedef struct nbang_job {
    uint64_t n;
    const char *input; /* the request as written; NULL when that is n in plain decimal */
    size_t input_len;  /* bytes of `input`: it may hold NUL bytes; 0 if it is NULL */
    const char *file;  /* where it was written; NULL for the command line or unknown */
    uint64_t line;     /* line in `file`, from 1; 0 if there is no file */
    const char *error; /* not NULL: the request is unreadable, for this reason; n is ignored */
} nbang_job;

/* Where jobs come from. */
typedef struct nbang_source {
    void *ctx;

    /* The next job into `job`. NBANG_OK; NBANG_END when there are no more; NBANG_AGAIN when none is
     * available before `wait_fd` becomes readable; anything else ends the batch with that status
     * once the jobs taken so far are done. Must not block. */
    nbang_status (*next)(void *ctx, nbang_job *job);

    /* The descriptor to wait on after NBANG_AGAIN. May be NULL if `next` never answers that. */
    int (*wait_fd)(void *ctx);
} nbang_source;

/* ---- results out ---- */

typedef enum nbang_job_status {
    NBANG_JOB_OK,
    NBANG_JOB_ERROR,      /* unreadable, failed in every attempt, or failed its verification */
    NBANG_JOB_REFUSED,    /* not computed: over max_digits, the memory budget or nbang_max_n() */
    NBANG_JOB_TIMEOUT,    /* every attempt ran into the time limit */
    NBANG_JOB_INTERRUPTED /* the batch was cancelled, or failed as a whole, before the job was done
                           */
} nbang_job_status;

/* "ok", "error", "refused", "timeout", "interrupted": static storage. */
const char *nbang_job_status_string(nbang_job_status status);

/* What is known of a job when its result is delivered. Strings are valid during the callback. */
typedef struct nbang_record {
    uint64_t index;    /* position in the input, from 0 */
    const char *input; /* the request as written, never NULL; any bytes, see input_len */
    size_t input_len;  /* bytes of `input`: it may hold NUL bytes */
    const char *file;  /* as in nbang_job */
    uint64_t line;
    bool has_n; /* false: the request was unreadable, and n and the digit counts mean nothing */
    uint64_t n;
    nbang_job_status status;
    const char *error;        /* one line without the place, or NULL if all is well */
    bool failed_verification; /* status is NBANG_JOB_ERROR because every path failed its check */
    uint64_t num_digits; /* exact if status is NBANG_JOB_OK, else the estimate; of a binary number
                            always the estimate (see nbang/estimate.h) */
    uint64_t trailing_zeros;
    bool verified;      /* the number passed its check before any of it was sent */
    const char *sha256; /* of the text, 64 hex characters; NULL unless asked for */
    uint64_t wall_ns;   /* time that the computing worker took, wall clock; 0 if not computed */
    uint64_t cpu_ns;    /* the same in CPU time; 0 unless options.cpu_times */
    uint32_t attempts;  /* times the job was given to a worker */
} nbang_record;

/* Where results go. Per job: `begin`, then `text` zero or more times, then `end`; jobs do not
 * interleave. Any status but NBANG_OK stops the batch at once and is returned by nbang_run (use
 * NBANG_SINK_FAILED or NBANG_SYSTEM). */
typedef struct nbang_sink {
    void *ctx;

    nbang_status (*begin)(void *ctx, const nbang_record *record);

    /* `len` more digits of the current job, most significant first, at most 256 KiB a call; with
     * NBANG_CONTENT_RAW, bytes of the binary number. Not called if the job has no result or if
     * options.digest is set. */
    nbang_status (*text)(void *ctx, const char *digits, size_t len);

    /* The current job is over. `complete` is false if its status is NBANG_JOB_OK but the rest of
     * its text cannot be had: its worker died while sending, and so did every replacement, or
     * the batch was cancelled; record->error has the reason. */
    nbang_status (*end)(void *ctx, const nbang_record *record, bool complete);

    /* Writes out what the sink has buffered, as far as it can without blocking. Called before
     * nbang_run waits and when `blocked_fd` has become writable. May be NULL. */
    nbang_status (*flush)(void *ctx);

    /* A descriptor that must become writable before more results can be taken, or -1. While it is
     * not -1 nbang_run calls nothing but `flush`. May be NULL. */
    int (*blocked_fd)(void *ctx);

    /* A descriptor on which poll() reports an error (POLLERR) once nobody will ever read the
     * results, or -1. nbang_run then stops with NBANG_SINK_FAILED, even if it has nothing to
     * deliver at that moment. May be NULL. */
    int (*reader_fd)(void *ctx);
} nbang_sink;

/* ---- news on the way ---- */

typedef enum nbang_event_kind {
    NBANG_EVENT_FEWER_WORKERS, /* the pool is smaller than asked for */
    NBANG_EVENT_WORKER_LOST    /* a worker ended or was ended; its jobs are given out again */
} nbang_event_kind;

/* Something worth a line to the user that is not any single job's result. */
typedef struct nbang_event {
    nbang_event_kind kind;
    const char *message; /* one line, without a full stop or line feed */
} nbang_event;

/* How far the batch is. */
typedef struct nbang_progress {
    uint64_t jobs_done;
    uint64_t jobs_known; /* taken from the source so far */
    bool jobs_final;     /* the source has ended: jobs_known is the total */
    uint64_t digits_done;
    uint64_t work_done_ns;  /* predicted time of the jobs done … */
    uint64_t work_known_ns; /* … and of all known jobs, in nanoseconds of one worker */
    uint64_t elapsed_ns;
    unsigned workers_busy; /* with a job, or with a thread of another's team in place of one */
} nbang_progress;

typedef struct nbang_hooks {
    void *ctx;
    void (*event)(void *ctx, const nbang_event *event); /* may be NULL */
    void (*progress)(void *ctx,
                     const nbang_progress *progress); /* about ten a second; may be NULL */

    /* What workers did, told with their results: per thread by time, and bounded (base/trace.h:
     * very short spans may have become one). What a worker did after its last result is not told,
     * nor what a lost worker did after its last one. The master's own spans come at the end. May be
     * NULL: then nothing is recorded. */
    void (*span)(void *ctx, const nbang_span *span);
} nbang_hooks;

/* ---- the batch ---- */

/* Whether a job may have a team: a thread on each core of the workers that have nothing to do,
 * besides that of its own worker. Binary numbers never have. */
typedef enum nbang_split {
    NBANG_SPLIT_AUTO,  /* if it is large enough */
    NBANG_SPLIT_NEVER, /* every job has one thread */
    NBANG_SPLIT_ALWAYS /* whatever its size */
} nbang_split;

/* All that can be chosen. Start from nbang_options_init. */
typedef struct nbang_options {
    nbang_content content; /* what results consist of; digits by default */
    nbang_split split;
    bool unordered;      /* deliver results as they finish, not in input order */
    bool digest;         /* deliver the SHA-256 of each text in place of the text */
    bool verify;         /* check every result before its first byte is sent; on by default */
    bool reuse;          /* make numbers of others that have been computed; on by default */
    bool cpu_times;      /* measure record.cpu_ns (a system call a job) */
    uint64_t max_digits; /* refuse results with more digits; 0: no limit */
    uint64_t timeout_ns; /* limit for one attempt at one job, wall clock; 0: none */
    int cancel_fd;       /* readable: stop, report what is unfinished as interrupted; -1: none */
    nbang_hooks hooks;
} nbang_options;

/* Default options: results in order, verified, no limits. */
void nbang_options_init(nbang_options *options);

/* Whether a batch would refuse to compute n!, and why: one line of at most `size` bytes that goes
 * on from "n! ", as "needs about 1.15 GiB of memory, more than the 257 MiB that a process may
 * have". */
bool nbang_refuses(const nbang_machine *machine, const nbang_options *options, uint64_t n,
                   char *reason, size_t size);

/* What a batch amounted to. */
typedef struct nbang_summary {
    uint64_t jobs, ok, errors, refused, timeouts, interrupted; /* jobs is the sum of the others */
    uint64_t unverified;   /* of the errors: those that failed verification on every path */
    uint64_t digits;       /* digits of all results that are ok */
    uint64_t wall_ns;      /* from the call of nbang_run to its end */
    unsigned workers;      /* most that there were at the same time: processes, and threads of a
                              team in place of one */
    unsigned workers_lost; /* processes that ended or were ended before their time */
    uint64_t retries;      /* attempts after the first, all jobs together */
} nbang_summary;

/* Computes every job of `source` on the workers that `machine` describes, and delivers each exactly
 * once to `sink`. The same machine may serve several batches, one after the other.
 *
 * NBANG_OK when every job was delivered, whatever the jobs' own statuses; NBANG_INTERRUPTED after
 * cancel_fd became readable; NBANG_NO_WORKERS if the pool could not be started or was lost for
 * good; otherwise the status of the source or sink that failed. `summary` is filled in every case.
 * No worker process is left when it returns.
 */
nbang_status nbang_run(const nbang_machine *machine, const nbang_options *options,
                       nbang_source *source, nbang_sink *sink, nbang_summary *summary);

#ifdef __cplusplus
}
#endif
#endif
