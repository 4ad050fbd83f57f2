/* How this process's heap deals with large blocks. */
#ifndef NB_BASE_HEAP_H
#define NB_BASE_HEAP_H

/* Blocks of at least this many bytes are mapped on their own and go back to the system as soon as
 * they are freed; smaller ones may leave holes in the heap.
 *
 * The C library moves this limit up to 32 MiB by itself, after what has been freed: four times
 * (3 * 10^6)! in one process then took 79 MB instead of 55. Measured in November 2026 (glibc 2.36):
 * no number took more time for it that was computed once; of those computed again and again, (2 *
 * 10^6)! and (3 * 10^6)! took 5 % more, and with 4 MiB 10^6! did, too. */
#define NB_HEAP_MAPPED_BYTES (8 << 20)

/* Sets that limit, and makes all threads share one arena: each of them would reserve 64 MiB of
 * address space for its own. Once, before the process has grown, and while it has one thread. */
void nb_heap_configure(void);

/* Gives back what is free in the heap, for a process that may keep little: 8 MiB blocks and smaller
 * ones stay there otherwise, up to 16 MiB. Some microseconds, and the pages must be made again. */
void nb_heap_trim(void);

#endif
