/* One worker process: started with its two pipes, and ended for certain. */
#ifndef NB_POOL_PROCESS_H
#define NB_POOL_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"
#include "pool/worker.h"

/* The master's hold on a worker. pid 0: there is none. */
typedef struct nb_process {
    pid_t pid;
    int command_fd; /* non-blocking, to the worker */
    int result_fd;  /* non-blocking, from the worker */
    nb_ring *ring;  /* from the worker as well; NULL: there is none */
} nb_process;

/* How a process ended. */
typedef enum nb_ending {
    NB_ENDING_SIGNAL,  /* `detail` is the signal */
    NB_ENDING_EXIT,    /* `detail` is the exit status */
    NB_ENDING_UNKNOWN, /* somebody else has reaped it */
} nb_ending;

/* Forks worker `index`. NBANG_SYSTEM if pipes or process cannot be had: errno says why, nothing
 * is left behind, and `process` is untouched. The calling process must be single-threaded. At
 * least two descriptors are left free for the caller's files.
 *
 * The child is killed by the system when its parent dies; it ignores INT, HUP and TERM (terminals
 * and service managers send them to everybody, and the master decides what they mean), has every
 * other signal at its default (but keeps handlers for faults of its own, as SEGV: sanitizers report
 * through them), holds no descriptor but its pipes and standard error, and ends in _exit. */
NB_MUST_CHECK nb_status nb_process_start(nb_process *process, unsigned index,
                                         const nb_worker_program *program);

/* Kills the process, which may have ended already, waits for it, closes its pipes and sets
 * `process` to none. */
nb_ending nb_process_end(nb_process *process, int *detail);

#endif
