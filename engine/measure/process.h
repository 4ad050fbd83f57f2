/* Runs a command as a sample wants it: in a process group of its own, timed, with its end known and
 * the last of what it said on standard error kept. What `bench` and `ab` share. */
#ifndef NB_MEASURE_PROCESS_H
#define NB_MEASURE_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"

/* What to run, and how. Only `argv` has to be given; {0} will do for the rest. */
typedef struct nb_process_command {
    const char *const *argv; /* ends in NULL; argv[0] is a path, or is looked up on PATH */

    /* Where its standard output goes: to `on_output`, in pieces, if that is given, or else to the
     * descriptor out_fd, or else (out_fd is 0) to /dev/null. */
    void (*on_output)(void *ctx, const void *bytes, size_t len);
    void *output_ctx;
    int out_fd;
    /* Gets a copy of its standard error as it comes, if above 0. */
    int err_fd;

    /* Called with the process that will execute the command and does not yet do so, as for counters
     * that start with exec. The time that this takes is not part of wall_ns. */
    void (*before_exec)(void *ctx, pid_t pid);
    void *before_exec_ctx;

    uint64_t deadline_ns; /* of nb_clock_wall_ns(), when it is ended; 0: never */
    int cancel_fd;        /* when this becomes readable, it is ended; 0: nothing does that */
} nb_process_command;

typedef enum nb_process_end {
    NB_PROCESS_EXITED,      /* `code` is its exit status */
    NB_PROCESS_KILLED,      /* by the signal `code`, not from here */
    NB_PROCESS_NOT_STARTED, /* it could not be executed: `code` is an errno */
    NB_PROCESS_LATE,        /* ended from here, at the deadline */
    NB_PROCESS_CANCELLED    /* ended from here, because of cancel_fd */
} nb_process_end;

/* Bytes of its standard error that are kept. */
#define NB_PROCESS_TAIL_SIZE 2048

typedef struct nb_process_outcome {
    nb_process_end end;
    int code;
    uint64_t wall_ns; /* from just before it was forked until it was seen to have ended */
    uint64_t cpu_ns;  /* user and system time, its own and of descendants that were waited for */
    char tail[NB_PROCESS_TAIL_SIZE]; /* the last of its standard error, a string (NULs are gone) */
} nb_process_outcome;

/* Runs `command` to its end; standard input is empty. To end it is to send TERM to its process
 * group, and after a second KILL. Whatever is left of that group when the command ends by itself is
 * killed, too: it would disturb what comes next. Should this process be killed, so is the process
 * that it has made, but not what that has started. NBANG_SYSTEM (with errno) if no process can be
 * made, otherwise NBANG_OK, however it ended. Costs about 0.2 ms, beyond what the command does
 * itself. Not for several threads at once. */
NB_MUST_CHECK nb_status nb_process_time(nb_process_outcome *outcome,
                                        const nb_process_command *command);

#endif
