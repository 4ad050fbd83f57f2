/* Taking back what workers send, and what they leave behind when they are lost. */
#ifndef NB_RUN_COLLECT_H
#define NB_RUN_COLLECT_H

#include "pool/pool.h"
#include "run/batch.h"

/* Callbacks for a pool (nb_pool_events) whose ctx is the batch. */
nb_status nb_collect_frame(void *ctx, unsigned worker, const nb_frame *frame);
void nb_collect_loss(void *ctx, unsigned worker, const nb_loss *loss);

#endif
