#include "base/clock.h"

#include <assert.h>
#include <time.h>

static uint64_t read_clock(clockid_t id)
{
    struct timespec t;
    int failed = clock_gettime(id, &t);
    assert(!failed);
    (void)failed;
    return (uint64_t)t.tv_sec * NB_NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t nb_clock_wall_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t nb_clock_cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t nb_clock_timeval_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * NB_NS_PER_S + (uint64_t)time.tv_usec * 1000;
}
