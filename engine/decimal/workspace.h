/* Memory that is kept from one product to the next, so that its pages are made only once. */
#ifndef NB_DECIMAL_WORKSPACE_H
#define NB_DECIMAL_WORKSPACE_H

#include <stddef.h>

#include "base/status.h"

typedef struct nb_workspace {
    void *memory; /* owned, aligned to 64 bytes; contents mean nothing between two uses */
    size_t size;  /* bytes */
} nb_workspace;

/* Makes `workspace` (zeroed at first) at least `size` bytes large; its contents are lost. Large
 * ones ask for huge pages. NBANG_NO_MEMORY leaves it empty. */
NB_MUST_CHECK nb_status nb_workspace_reserve(nb_workspace *workspace, size_t size);

/* Asks for huge pages for the whole ones within memory[0 .. size), if it is large enough to matter:
 * fewer faults and fewer misses in the table of pages. It has no other effect, and may have none.
 */
void nb_prefer_huge_pages(void *memory, size_t size);

/* Gives the memory back. */
void nb_workspace_release(nb_workspace *workspace);

#endif
