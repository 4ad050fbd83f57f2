#include "pool/ring.h"

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/fault.h"

/* What both sides see. The buffers begin on a page of their own. */
typedef struct shared_ring {
    sem_t num_free; /* buffers that the worker may take */
    _Alignas(4096) unsigned char buffers[NB_RING_BUFFERS][NB_RING_BUFFER_BYTES];
} shared_ring;

struct nb_ring {
    shared_ring *shared;
    size_t turn; /* the worker's next buffer, or the master's first */
    bool taken;  /* the worker has it */
};

nb_status nb_ring_create(nb_ring **ring)
{
    nb_ring *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    void *memory = MAP_FAILED;
    if (!nb_fault("ring", 0)) {
        memory = mmap(NULL, sizeof(shared_ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                      -1, 0);
    }
    if (memory == MAP_FAILED) {
        free(self);
        return NBANG_NO_MEMORY;
    }
    self->shared = memory;
    int failure = sem_init(&self->shared->num_free, 1, NB_RING_BUFFERS);
    assert(failure == 0);
    (void)failure;
    *ring = self;
    return NBANG_OK;
}

void nb_ring_hide(nb_ring *ring)
{
    /* A wish: a worker that sees the buffers of another has no reason to write there. */
    (void)madvise(ring->shared, sizeof(*ring->shared), MADV_DONTFORK);
}

void nb_ring_destroy(nb_ring *ring)
{
    if (ring != NULL) {
        munmap(ring->shared, sizeof(*ring->shared));
        free(ring);
    }
}

static void *current_buffer(const nb_ring *ring)
{
    return ring->shared->buffers[ring->turn % NB_RING_BUFFERS];
}

void *nb_ring_take(nb_ring *ring)
{
    assert(!ring->taken);
    while (sem_wait(&ring->shared->num_free) != 0) {
        assert(errno == EINTR);
    }
    ring->taken = true;
    return current_buffer(ring);
}

bool nb_ring_pass(nb_ring *ring, const void *payload)
{
    if (!ring->taken || payload != current_buffer(ring)) {
        return false;
    }
    ring->taken = false;
    ring->turn++;
    return true;
}

const void *nb_ring_front(const nb_ring *ring)
{
    return current_buffer(ring);
}

void nb_ring_give_back(nb_ring *ring)
{
    ring->turn++;
    sem_post(&ring->shared->num_free);
}
