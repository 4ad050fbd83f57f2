/* What a worker does with its commands: computes, verifies, and sends the result. */
#ifndef NB_RUN_EXECUTE_H
#define NB_RUN_EXECUTE_H

#include <stdbool.h>

#include "base/status.h"
#include "nbang/estimate.h"
#include "pool/worker.h"
#include "topo/slots.h"

typedef struct nb_executor nb_executor;

typedef struct nb_executor_options {
    const nb_slots *slots; /* where to run; not owned */
    unsigned first_slot;   /* of worker 0; worker i takes the i-th after it, wrapping around */
    bool verify;           /* check every result before its first byte is sent */
    size_t kept_bytes;     /* work space that a worker may keep from one job to the next */
    bool reuse;            /* keep numbers, and make others of them */
    nbang_content content; /* what to send */
    bool digest;           /* send the SHA-256 of that in place of it */
    bool cpu_times;        /* measure CPU time as well */
    bool trace;            /* say where the time goes */
} nb_executor_options;

/* Made in the master before the workers are forked, each of which uses its own copy of it. */
NB_MUST_CHECK nb_status nb_executor_create(nb_executor **executor,
                                           const nb_executor_options *options);
void nb_executor_destroy(nb_executor *executor);

/* The program for nb_pool_create; valid as long as the executor. */
nb_worker_program nb_executor_program(nb_executor *executor);

#endif
