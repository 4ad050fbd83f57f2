/* A prefork pool of worker processes under one single-threaded master.
 *
 * The pool moves frames, watches over time limits, notices deaths and starts replacements when
 * asked. It does not know what a task is: who gets which frame, and what becomes of the work of a
 * worker that is lost, is decided by its user through the callbacks. It never blocks except in
 * nb_pool_wait, and there only in poll(). */
#ifndef NB_POOL_POOL_H
#define NB_POOL_POOL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "pool/wire.h"
#include "pool/worker.h"

typedef struct nb_pool nb_pool;

/* Why a worker is no more. */
typedef enum nb_loss_cause {
    NB_LOSS_SIGNAL,    /* killed by the signal `detail`, not by us */
    NB_LOSS_EXIT,      /* ended with the exit status `detail` */
    NB_LOSS_NO_MEMORY, /* ended because memory could not be had */
    NB_LOSS_TIMEOUT,   /* killed by us: silent for longer than its time limit */
    NB_LOSS_PROTOCOL   /* killed by us: it sent what it must not send */
} nb_loss_cause;

typedef struct nb_loss {
    nb_loss_cause cause;
    int detail;
    pid_t pid;
} nb_loss;

/* Room for nb_pool_describe_loss. */
#define NB_LOSS_TEXT_SIZE 96

/* The loss in words that follow "worker 1", as "was killed by signal 9 (Killed)". Returns `out`. */
const char *nb_pool_describe_loss(char out[NB_LOSS_TEXT_SIZE], const nb_loss *loss);

/* What the pool tells its user, always from within nb_pool_wait. */
typedef struct nb_pool_events {
    void *ctx;
    /* A frame from `worker`; the payload is valid during the call. NBANG_CORRUPT if it is not what
     * that worker may send now: the worker is then killed and reported lost. Any other failure
     * ends nb_pool_wait with that status. */
    nb_status (*frame)(void *ctx, unsigned worker, const nb_frame *frame);
    /* `worker` has ended; its process and pipes are gone, and what it was sent or had sent and was
     * not delivered is lost. It may be started again from within the call. */
    void (*lost)(void *ctx, unsigned worker, const nb_loss *loss);
} nb_pool_events;

/* Extra descriptors that nb_pool_wait can watch for its user. */
#define NB_POOL_MAX_EXTRA 4

/* A pool of `num_workers` places, all empty. `program` and `events` are copied. While the pool
 * exists SIGPIPE must be ignored, and SIGCHLD must not be: dead workers would vanish without a
 * status, and their process ids could go to others. Raises the soft limit for descriptors if the
 * workers need more than it allows. */
NB_MUST_CHECK nb_status nb_pool_create(nb_pool **pool, unsigned num_workers,
                                       const nb_worker_program *program,
                                       const nb_pool_events *events);

/* Kills and reaps every worker. No callback is called. */
void nb_pool_destroy(nb_pool *pool);

/* Starts worker `worker`, which must not be alive. NBANG_SYSTEM with errno if it cannot be had. */
NB_MUST_CHECK nb_status nb_pool_start(nb_pool *pool, unsigned worker);

bool nb_pool_is_alive(const nb_pool *pool, unsigned worker);
unsigned nb_pool_num_alive(const nb_pool *pool);

/* Queues a frame for `worker`, which must be alive; `payload` of `len` bytes is copied. Sending
 * goes on in nb_pool_wait. NBANG_NO_MEMORY: nothing was queued. */
NB_MUST_CHECK nb_status nb_pool_send(nb_pool *pool, unsigned worker, const nb_frame *frame);

/* Bytes queued for `worker` that its pipe has not taken yet. */
size_t nb_pool_queued_bytes(const nb_pool *pool, unsigned worker);

/* From now on the worker is lost if it is silent for `limit_ns`; whatever it sends starts the time
 * anew. 0: it may be silent for ever. Only the time counts in which the master can hear it: if the
 * master is stopped, or does not come to nb_pool_wait for a quarter of a second, that is not held
 * against the worker. */
void nb_pool_limit(nb_pool *pool, unsigned worker, uint64_t limit_ns);

/* While paused, nothing is read from the worker, and its time limit rests: the worker blocks when
 * its pipe is full. */
void nb_pool_pause(nb_pool *pool, unsigned worker, bool paused);

bool nb_pool_is_paused(const nb_pool *pool, unsigned worker);
/* Whether a worker that is paused has sent something meanwhile: it waits, or soon will, until it is
 * read from again. A system call. */
bool nb_pool_is_unheard(const nb_pool *pool, unsigned worker);

/* Waits until a worker or one of `extra` (at most NB_POOL_MAX_EXTRA, `revents` are set) has
 * something, or for `timeout_ns` (0: just looks; UINT64_MAX: no limit), then delivers what has
 * come. NBANG_OK also when nothing came; it may return before its time, for a signal or to look
 * after the time limits. */
NB_MUST_CHECK nb_status nb_pool_wait(nb_pool *pool, struct pollfd *extra, size_t num_extra,
                                     uint64_t timeout_ns);

#endif
