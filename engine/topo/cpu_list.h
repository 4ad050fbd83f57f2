/* CPU lists as users write them for taskset. */
#ifndef NB_TOPO_CPU_LIST_H
#define NB_TOPO_CPU_LIST_H

#include <hwloc.h>
#include <stddef.h>

#include "base/status.h"

/* Adds the CPUs that `text` names to `cpus`. The text is a comma-separated list of OS indices
 * ("3"), ranges with both ends included ("0-3") and ranges with a stride ("0-6:2": every second
 * one); blanks are not allowed.
 *
 * NBANG_INVALID, and one line in `error` (at most error_size bytes, which may be 0), if the text is
 * malformed or names a CPU that is not in the finite set `usable`; `cpus` may then hold a part of
 * the list. NBANG_NO_MEMORY if it cannot grow. Takes time in proportion to the length of the text
 * and the size of `usable`, whatever the numbers are. */
NB_MUST_CHECK nb_status nb_cpu_list_parse(hwloc_bitmap_t cpus, const char *text,
                                          hwloc_const_cpuset_t usable, char *error,
                                          size_t error_size);

#endif
