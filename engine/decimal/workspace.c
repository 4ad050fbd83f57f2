#include "decimal/workspace.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* From this size on, memory is aligned to huge pages: 2 MiB, the size of x86-64 and usual on
 * others. */
#define HUGE_PAGE ((size_t)2 << 20)
#define LINE ((size_t)64)

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

void nb_prefer_huge_pages(void *memory, size_t size)
{
#if defined(MADV_HUGEPAGE)
    if (size >= HUGE_PAGE) {
        uintptr_t start = round_up((uintptr_t)memory, HUGE_PAGE);
        uintptr_t end = ((uintptr_t)memory + size) / HUGE_PAGE * HUGE_PAGE;
        if (start < end) {
            madvise((void *)start, end - start, MADV_HUGEPAGE);
        }
    }
#else
    (void)memory;
    (void)size;
#endif
}

nb_status nb_workspace_reserve(nb_workspace *workspace, size_t size)
{
    if (size <= workspace->size) {
        return NBANG_OK;
    }
    nb_workspace_release(workspace);
    size_t unit = size >= HUGE_PAGE ? HUGE_PAGE : LINE;
    if (size > SIZE_MAX - unit) {
        return NBANG_NO_MEMORY;
    }
    size = round_up(size, unit);
    workspace->memory = aligned_alloc(unit, size);
    if (workspace->memory == NULL) {
        return NBANG_NO_MEMORY;
    }
    workspace->size = size;
    nb_prefer_huge_pages(workspace->memory, size);
    return NBANG_OK;
}

void nb_workspace_release(nb_workspace *workspace)
{
    free(workspace->memory);
    *workspace = (nb_workspace){0};
}
