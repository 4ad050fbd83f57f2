#include "run/plan.h"

#include "base/clock.h"

/* A message to a worker and back takes about 50 us (2 cores of a Xeon under KVM, November 2026); a
 * group of at least twice that, and at most what nobody minds waiting for, hides it. */
#define SMALL_JOB_NS (1 * NB_NS_PER_MS)
#define SMALL_JOB_DIGITS 65536 /* some more than 17000! has: see NB_NUMBERS_NEAR_MAX */
#define MIN_GROUP_NS (NB_NS_PER_MS / 10)
#define MAX_GROUP_NS (2 * NB_NS_PER_MS)

/* A team is for jobs of at least this time, with at least so much of it left. */
#define MIN_TEAM_JOB_NS (8 * NB_NS_PER_MS)
#define MIN_TEAM_LEFT_NS (4 * NB_NS_PER_MS)

/* What another thread has to save of the time to the end: twice what it takes to start one, which
 * the whole team waits for (50 us, as above). */
#define MIN_MEMBER_GAIN_NS (NB_NS_PER_MS / 10)

/* Of the time that went into a job so far, one part in so many is left at least, for all we know:
 * predictions are that good on the machine that they were made on. */
#define LEFT_SHARE 4

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

uint64_t nb_plan_left_ns(uint64_t time_ns, uint64_t done_ns)
{
    const uint64_t predicted_ns = time_ns > done_ns ? time_ns - done_ns : 0;
    const uint64_t least_ns = done_ns / LEFT_SHARE;
    return predicted_ns > least_ns ? predicted_ns : least_ns;
}

bool nb_plan_grows(nbang_split mode, const nb_plan_team *team)
{
    if (mode != NBANG_SPLIT_AUTO) {
        return mode == NBANG_SPLIT_ALWAYS;
    }
    /* left / size - left / (size + 1) */
    const uint64_t gain_ns = team->left_ns / team->size / ((uint64_t)team->size + 1);
    return team->time_ns >= MIN_TEAM_JOB_NS && team->left_ns >= MIN_TEAM_LEFT_NS &&
           gain_ns >= MIN_MEMBER_GAIN_NS;
}

/* Whether team `a` will end after team `b`; of two that end together, the smaller one does. */
static bool ends_after(const nb_plan_team *a, const nb_plan_team *b)
{
    const uint64_t a_ns = a->left_ns / a->size, b_ns = b->left_ns / b->size;
    return a_ns != b_ns ? a_ns > b_ns : a->size < b->size;
}

size_t nb_plan_borrower(nbang_split mode, const nb_plan_team *teams, size_t num_teams)
{
    size_t last = num_teams;
    for (size_t i = 0; i < num_teams; i++) {
        if (nb_plan_grows(mode, &teams[i]) &&
            (last == num_teams || ends_after(&teams[i], &teams[last]))) {
            last = i;
        }
    }
    return last;
}
