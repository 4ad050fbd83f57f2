/* Clocks in nanoseconds. */
#ifndef NB_BASE_CLOCK_H
#define NB_BASE_CLOCK_H

#include <stdint.h>
#include <sys/time.h>

#define NB_NS_PER_MS UINT64_C(1000000)
#define NB_NS_PER_S UINT64_C(1000000000)

/* Monotonic wall-clock time since an arbitrary origin, the same in all processes. */
uint64_t nb_clock_wall_ns(void);

/* CPU time of this process, all threads. A system call: about 300 ns. */
uint64_t nb_clock_cpu_ns(void);

/* A time as getrusage(2) gives it, which is not negative. */
uint64_t nb_clock_timeval_ns(struct timeval time);

#endif
