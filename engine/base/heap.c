#include "base/heap.h"

#include <malloc.h>

void nb_heap_configure(void)
{
    mallopt(M_MMAP_THRESHOLD, NB_HEAP_MAPPED_BYTES);
    mallopt(M_TRIM_THRESHOLD, 2 * NB_HEAP_MAPPED_BYTES);
    mallopt(M_ARENA_MAX, 1);
}

void nb_heap_trim(void)
{
    malloc_trim(0);
}
