/* Limits: digits, memory, the largest n. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "run/machine.h"
#include "trial.h"

TestSuite(batch_limits, .timeout = 60);

#define MIB (UINT64_C(1024) * 1024)

/* The memory limit that leaves `job_bytes` to the jobs themselves. */
static uint64_t limit_for(unsigned num_workers, uint64_t job_bytes)
{
    nbang_machine *machine;
    const nbang_placement placement = {.workers = num_workers, .bind = NBANG_BIND_NONE};
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    uint64_t limit_bytes = nb_machine_budget_for(machine, job_bytes);
    nbang_machine_destroy(machine);
    return limit_bytes;
}

static void expect_refused(const trial *self, size_t index, const char *part)
{
    const trial_result *result = &self->results[index];
    cr_assert(result->ended);
    cr_expect_eq(result->record.status, NBANG_JOB_REFUSED);
    cr_assert_not_null(result->record.error);
    cr_expect_not_null(strstr(result->record.error, part), "%s", result->record.error);
    cr_expect_eq(result->len, 0);
    cr_expect_eq(result->record.attempts, 0);
}

Test(batch_limits, results_with_more_digits_are_refused_and_none_with_as_many)
{
    /* 100! has 158 digits, 450! has 1001 and 449! has 998. */
    trial *self = trial_create(2);
    self->options.max_digits = 1000;
    trial_add(self, 100);
    trial_add(self, 450);
    trial_add(self, 449);
    trial_add(self, 1000000);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    trial_expect_right(self, 0);
    trial_expect_right(self, 2);
    expect_refused(self, 1, "would have 1,001 digits, more than the limit of 1,000");
    expect_refused(self, 3, "would have 5,565,709 digits, more than the limit of 1,000");
    cr_expect_eq(self->results[3].record.num_digits, 5565709);
    cr_expect_eq(self->summary.refused, 2);
    cr_expect_eq(self->summary.workers_lost, 0);
    trial_destroy(self);
}

Test(batch_limits, limit_of_digits_is_inclusive)
{
    trial *self = trial_create(1);
    self->options.max_digits = 158;
    trial_add(self, 100);
    trial_add(self, 101);
    trial_run(self);
    trial_expect_right(self, 0);
    expect_refused(self, 1, "160 digits");
    trial_destroy(self);
}

Test(batch_limits, numbers_beyond_the_largest_are_refused)
{
    trial *self = trial_create(2);
    trial_add(self, nbang_max_n() + 1);
    trial_add(self, UINT64_C(100000000000000));
    trial_add(self, UINT64_MAX);
    trial_add(self, 6);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    char largest[NB_NUMBER_TEXT_SIZE];
    nb_number_group(largest, nbang_max_n());
    for (size_t i = 0; i < 3; i++) {
        expect_refused(self, i, largest);
    }
    trial_expect_right(self, 3);
    trial_destroy(self);
}

Test(batch_limits, job_that_can_never_fit_is_refused_with_estimate_and_limit)
{
    trial *self = trial_create(2);
    self->max_memory_bytes = 100 * MIB;
    trial_add(self, 1000);
    trial_add(self, 50000000);
    trial_add(self, 30000);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    trial_expect_right(self, 0);
    trial_expect_right(self, 2);
    expect_refused(self, 1, "more than the limit of 100 MiB (--max-memory)");
    char needed[128];
    char size[NB_NUMBER_TEXT_SIZE];
    uint64_t bytes = limit_for(2, nbang_estimate_job(50000000).memory_bytes);
    snprintf(needed, sizeof(needed), "needs about %s of memory", nb_number_size(size, bytes));
    expect_refused(self, 1, needed);
    trial_destroy(self);
}

Test(batch_limits, small_jobs_need_no_budget)
{
    trial *self = trial_create(2);
    self->max_memory_bytes = MIB; /* less than what the idle processes take */
    for (uint64_t n = 0; n < 1000; n++) {
        trial_add(self, n);
    }
    trial_add(self, 100000);
    trial_run(self);
    for (size_t i = 0; i < 1000; i++) {
        trial_expect_right(self, i);
    }
    expect_refused(self, 1000, "more than the limit of 1.00 MiB");
    trial_destroy(self);
}

/* `user` of a trial. */
typedef struct busy {
    unsigned most;  /* workers that were ever busy */
    unsigned ticks; /* of the progress */
} busy;

/* After half a second workers that stall are replaced by others that do not. */
static void note_busy(trial *self)
{
    busy *seen = self->user;
    seen->most =
        self->progress.workers_busy > seen->most ? self->progress.workers_busy : seen->most;
    if (++seen->ticks == 5) {
        unsetenv("NBANG_FAULT");
        pid_t pids[8];
        for (size_t left = trial_workers(pids, 8); left > 0; left--) {
            cr_assert_eq(kill(pids[left - 1], SIGKILL), 0);
        }
    }
}

/* The most workers that are busy at a time if there is memory for `num_jobs` such jobs at once,
 * and each of four workers wants one. */
static unsigned most_busy(uint64_t num_jobs)
{
    enum { N = 60000 };
    trial *self = trial_create(4);
    self->options.reuse = false; /* or they would be computed once */
    self->max_memory_bytes = limit_for(4, num_jobs * nbang_estimate_job(N).memory_bytes + MIB / 16);
    for (uint64_t i = 0; i < 8; i++) {
        trial_add(self, N);
    }
    busy seen = {0};
    self->user = &seen;
    self->on_progress = note_busy;
    trial_run(self);
    trial_expect_all_right(self);
    trial_destroy(self);
    return seen.most;
}

Test(batch_limits, jobs_wait_for_memory)
{
    for (unsigned num_jobs = 1; num_jobs <= 4; num_jobs++) {
        setenv("NBANG_FAULT", "stall:60000", 1);
        cr_expect_eq(most_busy(num_jobs), num_jobs);
    }
}

Test(batch_limits, jobs_that_wait_for_memory_come_in_order_and_all_come)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        trial *self = trial_create(3);
        self->options.unordered = unordered;
        self->max_memory_bytes = limit_for(3, 5 * MIB);
        for (size_t i = 0; i < 90; i++) {
            trial_add(self, i % 15 == 3 ? 90000 : i % 4 == 0 ? 20000 : i);
        }
        trial_run(self);
        trial_expect_all_right(self);
        trial_destroy(self);
    }
}

/* `user` of a trial: the number of losses after which workers are sound. */
static void repair(trial *self)
{
    if (self->num_lost >= *(unsigned *)self->user) {
        unsetenv("NBANG_FAULT");
    }
}

Test(batch_limits, lost_job_waits_for_memory_again)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        setenv("NBANG_FAULT", "crash:70000,hold:1000", 1);
        trial *self = trial_create(3);
        self->options.unordered = unordered;
        self->max_memory_bytes = limit_for(3, 5 * MIB);
        for (size_t i = 0; i < 60; i++) {
            trial_add(self, i % 10 == 3 ? 70000 : i % 2 == 0 ? 30000 : i);
        }
        unsigned losses = 8;
        self->user = &losses;
        self->on_event = repair;
        trial_run(self);
        trial_expect_all_right(self);
        cr_expect_geq(self->num_lost, 8);
        trial_destroy(self);
    }
}
