#include "run/plan.h"

#include "base/clock.h"

/* A message to a worker and back takes about 50 us (2 cores of a Xeon under KVM, November 2026); a
 * group of at least twice that, and at most what nobody minds waiting for, hides it. */
#define SMALL_JOB_NS (1 * NB_NS_PER_MS)
#define SMALL_JOB_DIGITS 32768
#define MIN_GROUP_NS (NB_NS_PER_MS / 10)
#define MAX_GROUP_NS (2 * NB_NS_PER_MS)

bool nb_plan_is_small(const nbang_estimate *estimate)
{
    return estimate->time_ns <= SMALL_JOB_NS && estimate->num_digits <= SMALL_JOB_DIGITS;
}

uint64_t nb_plan_group_ns(uint64_t waiting_ns, unsigned num_workers)
{
    /* Guided self-scheduling (Polychronopoulos and Kuck, 1987): a part of what is left. */
    uint64_t share_ns = waiting_ns / (4 * (uint64_t)num_workers);
    if (share_ns < MIN_GROUP_NS) {
        return MIN_GROUP_NS;
    }
    return share_ns < MAX_GROUP_NS ? share_ns : MAX_GROUP_NS;
}

unsigned nb_plan_workers(size_t num_large, uint64_t small_ns, unsigned max_workers)
{
    uint64_t groups = small_ns / (4 * MIN_GROUP_NS);
    if (groups == 0 && small_ns > 0) {
        groups = 1; /* the least do not wait for large ones */
    }
    uint64_t tasks = num_large + groups;
    tasks = tasks > 0 ? tasks : 1;
    return tasks < max_workers ? (unsigned)tasks : max_workers;
}

bool nb_plan_is_critical(uint64_t time_ns, uint64_t waiting_ns, unsigned num_workers)
{
    return time_ns > waiting_ns / (2 * (uint64_t)num_workers);
}
