/* Memory that is kept from one product to the next, so that its pages are made only once. */
#ifndef NB_DECIMAL_WORKSPACE_H
#define NB_DECIMAL_WORKSPACE_H

#include <stddef.h>

#include "base/status.h"

typedef struct nb_workspace {
    void *memory; /* owned, aligned to 64 bytes; contents mean nothing between two uses */
    size_t size;  /* bytes */
} nb_workspace;

/* Makes `workspace` (zeroed at first) at least `size` bytes large; its contents are lost if it was
 * smaller. NBANG_NO_MEMORY leaves it empty. */
NB_MUST_CHECK nb_status nb_workspace_reserve(nb_workspace *workspace, size_t size);

/* Touches the pages of one of `num_parts` parts of any memory whose contents mean nothing, so that
 * they exist. The system makes pages for one thread of a process at a time, or hardly faster for
 * several (1.5 to 2.9 GB/s for two, against 1.6 to 2.4 GB/s for one; November 2026, Linux 6.18
 * under KVM): it pays that one thread does this while others compute.
 *
 * Large parts get huge pages, as long as those come faster than small ones. They do on a machine of
 * one's own; on a virtual one that gives free memory back to its host they come at 5 to 8 GB/s if
 * they were in use a moment ago, and at 0.3 GB/s if not. The transforms gain 3 % by them. */
void nb_workspace_touch(void *memory, size_t size, unsigned part, unsigned num_parts);

/* Gives the pages of one part back; to be released all the same. 1.25 GB take 71 ms alone, and 45
 * ms by two threads (where touch was measured). */
void nb_workspace_drop(const nb_workspace *workspace, unsigned part, unsigned num_parts);

/* Gives the memory back. */
void nb_workspace_release(nb_workspace *workspace);

#endif
