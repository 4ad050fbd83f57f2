/* Workers that are killed, fall silent, or cannot be had. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "trial.h"

TestSuite(batch_losses, .timeout = 120);

/* ---- kill -9 ---- */

enum { NUM_KILLS = 20 };

typedef struct killings {
    uint64_t state; /* of a linear congruential generator */
    pid_t dead[NUM_KILLS];
    unsigned num_dead;
    size_t next; /* not before so many results */
} killings;

static unsigned draw(killings *self, size_t below)
{
    self->state = self->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((self->state >> 33) % below);
}

/* Kills a random worker that has not been killed before, after every eight results. */
static void kill_someone(trial *self)
{
    killings *killer = self->user;
    if (killer->num_dead == NUM_KILLS || self->num_ended < killer->next) {
        return;
    }
    pid_t pids[8];
    size_t num_workers = trial_workers(pids, 8);
    if (num_workers == 0) {
        return; /* all are dead, and nobody has noticed yet */
    }
    cr_assert_leq(num_workers, 8);
    pid_t victim = pids[draw(killer, num_workers)];
    for (unsigned i = 0; i < killer->num_dead; i++) {
        if (killer->dead[i] == victim) {
            return; /* it does not know yet */
        }
    }
    cr_assert_eq(kill(victim, SIGKILL), 0);
    killer->dead[killer->num_dead++] = victim;
    killer->next = self->num_ended + 8;
}

/* There are jobs until every kill has landed. */
static void stop_after_all_kills(trial *self)
{
    self->stop = self->num_lost == NUM_KILLS;
}

static void expect_survival(unsigned num_workers, nbang_split split, bool unordered)
{
    trial *self = trial_create(num_workers);
    self->options.split = split;
    self->options.unordered = unordered;
    for (size_t i = 0; i < 20000; i++) {
        trial_add(self, i % 4 == 3 ? i % 400 : 6000 + 7 * (i % 400));
    }
    killings killer = {.state = num_workers + 10 * (unsigned)split};
    self->user = &killer;
    self->on_end = kill_someone;
    self->on_event = stop_after_all_kills;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(killer.num_dead, NUM_KILLS);
    cr_expect_eq(self->summary.workers_lost, NUM_KILLS, "every kill landed");
    trial_destroy(self);
}

Test(batch_losses, kills_at_random_moments_change_nothing)
{
    setenv("NBANG_FAULT", "window:64", 1); /* the source is asked job by job */
    expect_survival(2, NBANG_SPLIT_NEVER, false);
    expect_survival(4, NBANG_SPLIT_NEVER, false);
}

Test(batch_losses, kills_at_random_moments_out_of_order_change_nothing)
{
    setenv("NBANG_FAULT", "window:64", 1);
    expect_survival(3, NBANG_SPLIT_NEVER, true);
}

Test(batch_losses, kills_at_random_moments_of_teams_change_nothing)
{
    setenv("NBANG_FAULT", "window:64", 1);
    expect_survival(3, NBANG_SPLIT_ALWAYS, false);
    expect_survival(2, NBANG_SPLIT_ALWAYS, true);
}

Test(batch_losses, kills_with_little_room_for_held_texts_change_nothing)
{
    setenv("NBANG_FAULT", "window:16,hold:1000", 1);
    expect_survival(3, NBANG_SPLIT_NEVER, false);
    expect_survival(3, NBANG_SPLIT_NEVER, true);
    expect_survival(3, NBANG_SPLIT_ALWAYS, false);
}

/* ---- time limits ---- */

#define LIMIT_NS (600 * NB_NS_PER_MS)

Test(batch_losses, job_that_stalls_times_out_alone)
{
    setenv("NBANG_FAULT", "stall:30000", 1);
    for (int unordered = 0; unordered < 2; unordered++) {
        trial *self = trial_around(30000, 2);
        self->options.unordered = unordered;
        self->options.timeout_ns = LIMIT_NS;
        trial_run(self);
        trial_expect_error(self, 7, NBANG_JOB_TIMEOUT,
                           "time limit of 600 ms in each of 3 attempts");
        trial_expect_others_right(self, 7);
        cr_expect_eq(self->results[7].record.attempts, 3);
        cr_expect_eq(self->summary.timeouts, 1);
        trial_destroy(self);
    }
}

Test(batch_losses, small_job_that_stalls_times_out_alone)
{
    setenv("NBANG_FAULT", "stall:77", 1);
    trial *self = trial_around(77, 2);
    self->options.timeout_ns = LIMIT_NS;
    trial_run(self);
    trial_expect_error(self, 7, NBANG_JOB_TIMEOUT, "time limit of 600 ms");
    trial_expect_others_right(self, 7);
    trial_destroy(self);
}

/* Stops a worker for good, once. */
static void stop_someone(trial *self)
{
    bool *done = self->user;
    pid_t pid;
    if (!*done && trial_workers(&pid, 1) > 0) {
        *done = true;
        cr_assert_eq(kill(pid, SIGSTOP), 0);
    }
}

/* There are jobs until the loss is noticed. */
static void stop_after_the_loss(trial *self)
{
    self->stop = self->num_lost > 0;
}

Test(batch_losses, stopped_worker_is_replaced)
{
    setenv("NBANG_FAULT", "window:64", 1); /* the source is asked job by job */
    trial *self = trial_create(2);
    self->options.timeout_ns = LIMIT_NS;
    for (uint64_t n = 0; n < 20000; n++) {
        trial_add(self, 8000 + n % 60);
    }
    bool done = false;
    self->user = &done;
    self->on_end = stop_someone;
    self->on_event = stop_after_the_loss;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(self->summary.workers_lost, 1);
    cr_expect_geq(self->summary.retries, 1);
    trial_destroy(self);
}

static void unblock_late(trial *self)
{
    unsigned *ticks = self->user;
    if (self->blocked && ++*ticks >= 24) {
        trial_unblock(self, SIZE_MAX);
    }
}

Test(batch_losses, waiting_for_the_reader_is_not_stalling)
{
    /* The reader rests for four times the limit: time enough to give a job up. */
    setenv("NBANG_FAULT", "hold:1000", 1);
    trial *self = trial_create(2);
    self->options.timeout_ns = LIMIT_NS;
    for (uint64_t n = 0; n < 6; n++) {
        trial_add(self, 60000 + n);
    }
    unsigned ticks = 0;
    self->user = &ticks;
    self->credit = 300000;
    self->on_progress = unblock_late;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(ticks, 24);
    trial_destroy(self);
}

/* ---- workers that cannot be had ---- */

/* Makes every fork from the `first` on fail: far more than anybody tries. The count is kept for the
 * whole process, so that one test can have one such trial. */
static void fail_forks_from(int first, const char *other_faults)
{
    char faults[512];
    snprintf(faults, sizeof(faults), "%s", other_faults);
    for (int i = first; i < first + 40; i++) {
        snprintf(faults + strlen(faults), sizeof(faults) - strlen(faults), ",fork:%d", i);
    }
    setenv("NBANG_FAULT", faults, 1);
}

Test(batch_losses, without_any_worker_no_job_is_done)
{
    fail_forks_from(1, "");
    trial *self = trial_around(30000, 3);
    trial_run(self);
    cr_expect_eq(self->status, NBANG_NO_WORKERS);
    cr_expect_eq(self->num_ended, 20, "every job that was taken is delivered");
    for (size_t i = 0; i < 20; i++) {
        trial_expect_error(self, i, NBANG_JOB_INTERRUPTED, nbang_status_string(NBANG_NO_WORKERS));
    }
    cr_expect_eq(self->summary.interrupted, 20);
    cr_expect_eq(self->summary.workers, 0);
    trial_destroy(self);
}

static void expect_warning(unsigned num_workers)
{
    fail_forks_from((int)num_workers + 1, "");
    trial *self = trial_around(30000, 3);
    char warning[64];
    snprintf(warning, sizeof(warning), "only %u of 3 workers could be started", num_workers);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->num_fewer, 1);
    cr_expect_not_null(strstr(self->last_event, warning), "%s", self->last_event);
    cr_expect_eq(self->summary.workers, num_workers);
    trial_destroy(self);
}

Test(batch_losses, one_worker_of_three_will_do)
{
    expect_warning(1);
}

Test(batch_losses, two_workers_of_three_will_do)
{
    expect_warning(2);
}

/* Lets the first job come when the batch waits for it without any worker. */
static void provide_one(trial *self)
{
    if (self->available == 0) {
        trial_provide(self, 1);
    }
}

Test(batch_losses, first_worker_of_a_stream_is_tried_again)
{
    setenv("NBANG_FAULT", "fork:1,fork:2", 1);
    trial *self = trial_create(1);
    trial_add(self, 100);
    self->available = 0;
    self->on_progress = provide_one;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->num_fewer, 1, "the user is told once");
    trial_destroy(self);
}

/* Both workers die, and none can be started any more. */
static void expect_the_end_without_workers(bool unordered)
{
    fail_forks_from(3, "crash:30000");
    trial *self = trial_create(2);
    self->options.unordered = unordered;
    trial_add(self, 20000);
    trial_add(self, 30000);
    trial_add(self, 20001);
    trial_run(self);
    cr_expect_eq(self->status, NBANG_NO_WORKERS);
    cr_expect_eq(self->num_ended, 3);
    trial_expect_error(self, 1, NBANG_JOB_INTERRUPTED, nbang_status_string(NBANG_NO_WORKERS));
    cr_expect_eq(self->summary.workers_lost, 2);
    trial_destroy(self);
}

Test(batch_losses, loss_of_all_workers_for_good_ends_the_batch)
{
    expect_the_end_without_workers(false);
}

Test(batch_losses, loss_of_all_workers_for_good_ends_the_batch_out_of_order)
{
    expect_the_end_without_workers(true);
}

/* Job 0 loses its worker in mid-text, and nobody replaces it. The other worker, which takes much
 * longer and then waits for its turn to send, must be freed for it, and dies of it, too. */
static void expect_the_last_worker_freed(bool unordered)
{
    enum { SHORT = 40000, LONG = 1000000 };
    char faults[64];
    snprintf(faults, sizeof(faults), "hold:1000,die-sending:%zu",
             (size_t)nbang_estimate_job(SHORT).num_digits);
    fail_forks_from(3, faults);
    trial *self = trial_create(2);
    self->options.unordered = unordered;
    self->options.split = NBANG_SPLIT_NEVER;
    trial_add(self, SHORT);
    trial_add(self, LONG);
    trial_run(self);
    cr_expect_eq(self->status, NBANG_NO_WORKERS);
    cr_expect(self->results[0].ended && !self->results[0].complete);
    trial_expect_right(self, 1);
    trial_destroy(self);
}

Test(batch_losses, job_that_is_being_delivered_gets_the_last_worker)
{
    expect_the_last_worker_freed(false);
}

Test(batch_losses, job_that_is_being_delivered_out_of_order_gets_the_last_worker)
{
    expect_the_last_worker_freed(true);
}
