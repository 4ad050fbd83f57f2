/* The child's side of the pool: a loop that reads command frames and hands them to a program. */
#ifndef NB_POOL_WORKER_H
#define NB_POOL_WORKER_H

#include <stdint.h>

#include "base/status.h"
#include "pool/ring.h"
#include "pool/wire.h"

/* A worker, as seen from inside its process. */
typedef struct nb_worker {
    unsigned index; /* 0 .. size of the pool - 1 */
    int command_fd; /* frames from the master */
    int result_fd;  /* frames to the master */
    nb_ring *ring;  /* for payloads of theirs; NULL: all go through the pipe */
} nb_worker;

/* What a worker does. Copied into the child by the fork, so `ctx` and all it points to is the
 * child's own. A callback that fails ends the process (its death is the master's news). */
typedef struct nb_worker_program {
    void *ctx;
    /* Once, before the first command: to pin the process, say. May be NULL. */
    nb_status (*start)(void *ctx, const nb_worker *worker);
    /* A command frame has arrived; its payload is valid during the call. */
    nb_status (*command)(void *ctx, const nb_worker *worker, const nb_frame *frame);
} nb_worker_program;

/* Exit statuses of a worker that ends by its own decision; all others are somebody's bug. */
enum {
    NB_WORKER_EXIT_DONE = 0,       /* the master closed the command pipe */
    NB_WORKER_EXIT_NO_MEMORY = 81, /* memory could not be had */
    NB_WORKER_EXIT_ABORTED = 82,   /* abort() was called: GMP gave up, or an assertion failed */
    NB_WORKER_EXIT_START = 83,     /* `start` failed */
    NB_WORKER_EXIT_COMMAND = 84,   /* a command broke the protocol or failed */
    NB_WORKER_EXIT_PIPE = 85       /* a pipe failed */
};

/* Serves commands until the master closes the pipe; returns the exit status for _exit(). */
int nb_worker_serve(const nb_worker *worker, const nb_worker_program *program);

/* Takes the next command if one has come: for a program that listens while it works on another.
 * `payload` has room for `size` bytes. Waits only for the rest of a frame. NBANG_AGAIN if there is
 * none, NBANG_END if there will be no more, NBANG_CORRUPT if it is no frame or too long,
 * NBANG_SYSTEM if the pipe fails. About 0.3 microseconds if there is none. */
NB_MUST_CHECK nb_status nb_worker_poll(const nb_worker *worker, nb_frame *frame, void *payload,
                                       size_t size);

/* What the process is to exit with if this is what became of a command. */
int nb_worker_exit_status(nb_status status);

/* Sends one frame to the master; blocks until the pipe has taken it. If its payload is a buffer
 * that was taken from the ring, that is passed on; `passed` is not looked at. */
NB_MUST_CHECK nb_status nb_worker_send(const nb_worker *worker, const nb_frame *frame);

#endif
