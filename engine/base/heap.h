/* How this process's heap deals with large blocks. */
#ifndef NB_BASE_HEAP_H
#define NB_BASE_HEAP_H

/* Makes memory use predictable, for a process that computes large numbers with several threads:
 * blocks of 4 MiB and more have pages of their own, which go back to the system when they are
 * freed, and all threads share one arena. Left to itself glibc raises that limit to the largest
 * block that was freed (up to 32 MiB), and what is between such blocks in the heap is lost: the
 * second 1,700,000! of a process took 1.4 times the memory of the first. And each thread would
 * reserve 64 MiB of address space. Not while other threads allocate. */
void nb_heap_configure(void);

#endif
