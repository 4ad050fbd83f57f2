/* Exit codes: part of the command-line contract. */
#ifndef NB_CLI_EXIT_H
#define NB_CLI_EXIT_H

enum {
    NB_EXIT_OK = 0,
    NB_EXIT_JOB_FAILED = 1, /* some job has no result */
    NB_EXIT_USAGE = 2,      /* wrong usage, or input that cannot be read */
    NB_EXIT_REGRESSION = 3, /* the new one is slower than allowed */
    NB_EXIT_UNVERIFIED = 4, /* a result failed its verification for good */
    NB_EXIT_OUTPUT = 6,     /* output could not be written */
    NB_EXIT_NO_WORKERS = 7  /* no worker process could be started */
};

#endif
