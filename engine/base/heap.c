#include "base/heap.h"

#include <malloc.h>

#define LARGE_BLOCK_BYTES (4 << 20)

void nb_heap_configure(void)
{
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
    mallopt(M_TRIM_THRESHOLD, LARGE_BLOCK_BYTES);
    mallopt(M_ARENA_MAX, 1);
}
