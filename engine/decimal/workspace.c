#include "decimal/workspace.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE ((size_t)64)

nb_status nb_workspace_reserve(nb_workspace *workspace, size_t size)
{
    if (size <= workspace->size) {
        return NBANG_OK;
    }
    nb_workspace_release(workspace);
    if (size > SIZE_MAX - LINE) {
        return NBANG_NO_MEMORY;
    }
    size = (size + LINE - 1) / LINE * LINE;
    workspace->memory = aligned_alloc(LINE, size);
    if (workspace->memory == NULL) {
        return NBANG_NO_MEMORY;
    }
    workspace->size = size;
    return NBANG_OK;
}

void nb_workspace_touch(void *memory, size_t size, unsigned part, unsigned num_parts)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t num_pages = size / page;
    volatile char *bytes = memory;
    for (size_t i = num_pages * part / num_parts; i < num_pages * (part + 1) / num_parts; i++) {
        bytes[i * page] = 0;
    }
}

void nb_workspace_release(nb_workspace *workspace)
{
    free(workspace->memory);
    *workspace = (nb_workspace){0};
}
