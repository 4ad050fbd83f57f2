/* Memory that a worker shares with its master, through which the long payloads of its frames pass
 * without being copied: a few buffers, used in turn. A frame whose payload lies there is sent
 * without it, and is called a frame with a passed payload.
 *
 * What the pipe would do is done by a semaphore: the worker waits while the master has not given
 * back the buffer whose turn it is. Everything else is known to each side from the order of the
 * frames, and kept where the other cannot reach it.
 *
 * What it is worth, for 757 MB from a worker to a file in memory (tmpfs), each process on a core of
 * its own: 0.30 s, which is what writing the file takes, and 0.39 s of CPU time of both, against
 * 0.36 .. 0.43 s and 0.59 .. 0.68 s by way of a pipe of 1 MiB or 256 KiB; both on one core, 0.27
 * against 0.36 s. splice() from a pipe to the file holds the pipe's lock while it copies, which the
 * worker waits for: 0.41 s; with vmsplice() 0.26 .. 0.29 s and 0.50 s of CPU time, but only for
 * files that allow it. (Linux 6.18, Intel Xeon, family 6, model 207.) */
#ifndef NB_POOL_RING_H
#define NB_POOL_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* One for the worker to fill, one for the master to pass on, and others so that neither has to wait
 * for a short delay of the other. All of them fit into the L2 cache of one core. With 64 KiB each
 * there are so many changes between the two that 0.30 s become 0.35; with 256 KiB, or eight of
 * them, nothing is gained. */
#define NB_RING_BUFFERS 4
#define NB_RING_BUFFER_BYTES ((size_t)128 * 1024)

typedef struct nb_ring nb_ring;

/* In the master, before the worker is forked: each process has its own handle on the ring then.
 * NBANG_NO_MEMORY; a worker without a ring sends all payloads through its pipe. */
NB_MUST_CHECK nb_status nb_ring_create(nb_ring **ring);

/* In the master, afterwards: workers that are forked later do not get to see it. */
void nb_ring_hide(nb_ring *ring);

/* Gives up this process's hold on the memory. Takes NULL. */
void nb_ring_destroy(nb_ring *ring);

/* ---- the worker's side ---- */

/* The next buffer, of NB_RING_BUFFER_BYTES, to be passed before another is taken. Waits until the
 * master has given it back. */
void *nb_ring_take(nb_ring *ring);

/* Whether `payload` is the buffer that was taken and not passed yet. It is passed now: a frame that
 * says so must follow. */
bool nb_ring_pass(nb_ring *ring, const void *payload);

/* ---- the master's side ---- */

/* The buffer that belongs to the first frame with a passed payload that has not been given back. */
const void *nb_ring_front(const nb_ring *ring);

/* Gives that buffer back. */
void nb_ring_give_back(nb_ring *ring);

#endif
