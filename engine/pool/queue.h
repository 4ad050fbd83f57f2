/* Frames on their way to one worker: a queue of bytes that a non-blocking pipe takes bit by bit. */
#ifndef NB_POOL_QUEUE_H
#define NB_POOL_QUEUE_H

#include <stddef.h>

#include "base/status.h"
#include "pool/wire.h"

typedef struct nb_message nb_message;

typedef struct nb_queue {
    nb_message *first;
    nb_message *last;
    size_t len_bytes; /* not yet taken by the pipe */
} nb_queue;

void nb_queue_init(nb_queue *queue);
void nb_queue_clear(nb_queue *queue);

/* Appends header and payload (copied). NBANG_NO_MEMORY: the queue is as before. */
NB_MUST_CHECK nb_status nb_queue_push(nb_queue *queue, const nb_frame *frame);

/* Writes as much as `fd` takes. NBANG_OK if the queue is empty now, NBANG_AGAIN if `fd` is full,
 * NBANG_SYSTEM on any other error. */
NB_MUST_CHECK nb_status nb_queue_write(nb_queue *queue, int fd);

#endif
