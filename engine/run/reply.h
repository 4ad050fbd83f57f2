/* A worker's results on their way to the master: small ones gathered into one frame, large ones
 * cut into many. */
#ifndef NB_RUN_REPLY_H
#define NB_RUN_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/trace.h"
#include "pool/worker.h"
#include "run/codec.h"
#include "run/content.h"

/* Bytes of a full frame's payload: large enough to make system calls and changes between worker and
 * master cheap, small enough for the caches (see pool/ring.h). Where there is no ring, two such
 * frames with their headers fill the pipe and the master's receive buffer, so that no frame is cut
 * in two and moved. */
#define NB_REPLY_BYTES (NB_RING_BUFFER_BYTES - NB_WIRE_HEADER_SIZE)

typedef struct nb_reply {
    const nb_worker *worker;
    nb_trace *trace; /* of the worker; not owned, NULL: there is none */
    uint64_t task;
    uint32_t attempt;
    unsigned char *own;    /* NB_REPLY_BYTES, if the worker has no ring; else NULL */
    unsigned char *buffer; /* `own`, or what was taken from the ring, if anything was */
    size_t len;            /* gathered results, complete ones only */
} nb_reply;

/* For the answers of `worker`, which must outlive it, as must its trace. */
NB_MUST_CHECK nb_status nb_reply_init(nb_reply *reply, const nb_worker *worker, nb_trace *trace);
void nb_reply_clear(nb_reply *reply);

/* Starts answering the command `frame`. */
void nb_reply_begin(nb_reply *reply, const nb_frame *frame);

/* Adds a result; result->text_len says how much of `content`, of which nothing has been read yet,
 * goes along: all of it or nothing (it may be NULL then). Blocks while the master does not read. If
 * the content cannot be read to its end, that is the status: the result is then cut short, and the
 * worker has to end, so that the job is given out again. */
NB_MUST_CHECK nb_status nb_reply_result(nb_reply *reply, const nb_result *result,
                                        nb_content *content);

/* Sends what is gathered. */
NB_MUST_CHECK nb_status nb_reply_flush(nb_reply *reply);

/* Sends spans, if there are any. Those of the trace need not be sent: they go ahead of the last
 * frame of each large result, and of each frame of gathered ones, as far as they have come by then.
 * After that frame the master may have all that it wants, and listen no more. */
NB_MUST_CHECK nb_status nb_reply_spans(const nb_reply *reply, const nbang_span *spans,
                                       size_t count);

#endif
