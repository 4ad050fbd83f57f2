/* Jobs that end their workers, and results that are wrong or cut short, on demand: see
 * engine/base/fault.h. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

TestSuite(batch_faults, .timeout = 120);

/* ---- jobs that end their workers ---- */

static void expect_job_fails(const char *fault, uint64_t n, unsigned attempts, const char *error)
{
    setenv("NBANG_FAULT", fault, 1);
    for (int unordered = 0; unordered < 2; unordered++) {
        trial *self = trial_around(n, 2);
        self->options.unordered = unordered;
        trial_run(self);
        trial_expect_error(self, 7, NBANG_JOB_ERROR, error);
        trial_expect_others_right(self, 7);
        /* A small job may have lost one more worker, in company. */
        cr_expect_geq(self->results[7].record.attempts, attempts);
        cr_expect_leq(self->results[7].record.attempts, attempts + 1);
        cr_expect_eq(self->summary.errors, 1);
        cr_expect_eq(self->summary.workers_lost, self->results[7].record.attempts);
        trial_destroy(self);
    }
}

Test(batch_faults, large_job_that_crashes_fails_alone)
{
    expect_job_fails("segv:30000", 30000, 3,
                     "failed: its worker was killed by signal 11 (Segmentation fault) in each of 3 "
                     "attempts");
}

Test(batch_faults, small_job_that_crashes_fails_alone)
{
    expect_job_fails("segv:77", 77, 3, "killed by signal 11");
}

Test(batch_faults, job_whose_worker_exits_fails_alone)
{
    expect_job_fails("exit:30000", 30000, 3, "ended with status 3 in each of 3 attempts");
}

Test(batch_faults, job_that_runs_out_of_memory_says_so)
{
    expect_job_fails("memory:30000", 30000, 3, "ran out of memory");
}

Test(batch_faults, job_that_gets_every_worker_killed_fails_alone)
{
    expect_job_fails("crash:30000", 30000, 16, "killed by signal 9 (Killed) in each of 16");
}

Test(batch_faults, first_job_that_kills_every_worker_fails_alone)
{
    setenv("NBANG_FAULT", "crash:12", 1);
    trial *self = trial_create(1);
    for (uint64_t n = 12; n < 112; n++) {
        trial_add(self, n);
    }
    trial_run(self);
    trial_expect_error(self, 0, NBANG_JOB_ERROR, "killed by signal 9");
    trial_expect_others_right(self, 0);
    cr_expect_eq(self->results[0].record.attempts, 17, "one in company, and 16 alone");
    cr_expect_eq(self->results[1].record.attempts, 2);
    trial_destroy(self);
}

Test(batch_faults, every_job_may_fail)
{
    setenv("NBANG_FAULT", "segv:100,segv:101,segv:102,segv:20000", 1);
    trial *self = trial_create(2);
    trial_add(self, 100);
    trial_add(self, 101);
    trial_add(self, 20000);
    trial_add(self, 102);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    cr_expect_eq(self->summary.errors, 4);
    trial_destroy(self);
}

/* No fault any more, for workers that are started from now on. */
static void repair(trial *self)
{
    unsigned losses_left = *(unsigned *)self->user;
    if (self->num_lost >= losses_left) {
        unsetenv("NBANG_FAULT");
    }
}

Test(batch_faults, job_that_fails_twice_gets_a_third_attempt)
{
    setenv("NBANG_FAULT", "segv:30000", 1);
    trial *self = trial_create(1);
    trial_add(self, 30000);
    trial_add(self, 50);
    unsigned losses = 2;
    self->user = &losses;
    self->on_event = repair;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->results[0].record.attempts, 3);
    cr_expect_eq(self->summary.retries, 2);
    cr_expect_eq(self->summary.workers_lost, 2);
    cr_expect_eq(self->summary.workers, 1);
    trial_destroy(self);
}

Test(batch_faults, loss_is_told_with_its_cause)
{
    setenv("NBANG_FAULT", "segv:30000", 1);
    trial *self = trial_create(1);
    trial_add(self, 30000);
    unsigned losses = 1;
    self->user = &losses;
    self->on_event = repair;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->num_lost, 1);
    cr_expect_not_null(strstr(self->last_event, "worker 0 (process "), "%s", self->last_event);
    cr_expect_not_null(strstr(self->last_event, "was killed by signal 11 (Segmentation fault)"));
    trial_destroy(self);
}

/* ---- wrong digits ---- */

Test(batch_faults, wrong_digit_is_computed_again_another_way)
{
    static const uint64_t numbers[] = {20, 450, 5000, 30000, 90000};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char fault[64];
        snprintf(fault, sizeof(fault), "flip:%zu", (size_t)numbers[i]);
        setenv("NBANG_FAULT", fault, 1);
        for (int digest = 0; digest < 2; digest++) {
            trial *self = trial_around(numbers[i], 2);
            self->options.digest = digest;
            trial_run(self);
            trial_expect_all_right(self);
            trial_destroy(self);
        }
    }
}

Test(batch_faults, without_verification_a_wrong_digit_is_not_seen)
{
    /* That is: what catches it above is the verification. */
    setenv("NBANG_FAULT", "flip:5000", 1);
    trial *self = trial_create(1);
    self->options.verify = false;
    trial_add(self, 5000);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    size_t len;
    char *digits = trial_factorial(5000, &len);
    cr_assert_eq(self->results[0].len, len);
    cr_expect_neq(memcmp(self->results[0].text, digits, len), 0);
    cr_expect_not(self->results[0].record.verified);
    free(digits);
    trial_destroy(self);
}

Test(batch_faults, digits_that_are_wrong_on_every_path_do_not_leave)
{
    static const uint64_t numbers[] = {20, 450, 5000, 90000};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char fault[64];
        snprintf(fault, sizeof(fault), "flip-both:%zu", (size_t)numbers[i]);
        setenv("NBANG_FAULT", fault, 1);
        for (int variant = 0; variant < 4; variant++) {
            trial *self = trial_around(numbers[i], 2);
            self->options.digest = variant & 1;
            self->options.split = variant & 2 ? NBANG_SPLIT_ALWAYS : NBANG_SPLIT_AUTO;
            trial_run(self);
            trial_expect_error(self, 7, NBANG_JOB_ERROR, "verification");
            trial_expect_others_right(self, 7);
            cr_expect(self->results[7].record.failed_verification);
            cr_expect_null(self->results[7].record.sha256);
            cr_expect(self->results[7].complete, "there is nothing more to come");
            cr_expect_eq(self->summary.unverified, 1);
            cr_expect_eq(self->summary.errors, 1);
            cr_expect_eq(self->summary.workers_lost, 0);
            trial_destroy(self);
        }
    }
}

/* ---- death in the middle of a text ---- */

/* Kills every worker as long as `*user` is not 0, at the first and the sixth text of a long result.
 * Up to three more texts are on their way by then, so that the sixth is from another worker. */
static void kill_all_at_first_and_sixth_text(trial *self)
{
    unsigned *left = self->user;
    const trial_result *result = &self->results[self->current];
    if (*left == 0 || result->record.num_digits < 900000 || (result->len - 1) / 131072 % 5 != 0) {
        return;
    }
    --*left;
    pid_t pids[8];
    size_t num_workers = trial_workers(pids, 8);
    for (size_t i = 0; i < num_workers; i++) {
        cr_assert_eq(kill(pids[i], SIGKILL), 0);
    }
}

Test(batch_faults, text_cut_short_by_a_death_is_continued_where_it_stopped)
{
    for (int variant = 0; variant < 4; variant++) {
        /* Nothing is held: texts come straight from their workers, as fast as the sink takes them,
         * and these are more than what the pipe and the master's buffer hold. */
        setenv("NBANG_FAULT", "hold:1000", 1);
        trial *self = trial_create(2);
        self->options.unordered = variant & 1;
        self->options.split = variant & 2 ? NBANG_SPLIT_ALWAYS : NBANG_SPLIT_NEVER;
        trial_add(self, 60000);
        trial_add(self, 200000);
        trial_add(self, 500);
        trial_add(self, 200000);
        unsigned kills = 3;
        self->user = &kills;
        self->on_text = kill_all_at_first_and_sixth_text;
        trial_run(self);
        trial_expect_all_right(self);
        cr_expect_eq(kills, 0);
        cr_expect_geq(self->summary.workers_lost, 3);
        cr_expect_geq(self->summary.retries, 1, "what is in the pipe still counts");
        trial_destroy(self);
    }
}

/* Short results, and one of several frames. */
Test(batch_faults, results_take_the_pipe_where_no_memory_can_be_shared)
{
    for (int die = 0; die < 2; die++) {
        setenv("NBANG_FAULT", die ? "ring:0,die-sending:213237" : "ring:0", 1);
        trial *self = trial_around(50000, 2);
        self->options.unordered = die;
        trial_run(self);
        if (die) { /* of 50000!, sent in two frames */
            trial_expect_others_right(self, 7);
            cr_expect_gt(self->summary.workers_lost, 0);
        } else {
            trial_expect_all_right(self);
        }
        trial_destroy(self);
    }
}

Test(batch_faults, text_that_never_comes_whole_is_incomplete)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        setenv("NBANG_FAULT", "die-sending:213237", 1); /* digits of 50000! */
        trial *self = trial_around(50000, 2);
        self->options.unordered = unordered;
        trial_run(self);
        trial_expect_others_right(self, 7);
        const trial_result *result = &self->results[7];
        cr_expect(result->ended && !result->complete);
        cr_expect_eq(result->record.status, NBANG_JOB_OK);
        cr_expect_not_null(result->record.error);
        cr_expect_eq(result->record.num_digits, 213237);
        /* What there is of it is right, and given once. */
        size_t len;
        char *digits = trial_factorial(50000, &len);
        cr_assert_lt(result->len, len);
        cr_expect_eq(memcmp(result->text, digits, result->len), 0);
        free(digits);
        cr_expect_eq(self->summary.errors, 1);
        cr_expect_eq(self->summary.ok, 19);
        trial_destroy(self);
    }
}

Test(batch_faults, text_that_cannot_be_read_on_is_continued_by_another_worker)
{
    setenv("NBANG_FAULT", "fail-reading:213237", 1); /* digits of 50000! */
    trial *self = trial_around(50000, 2);
    unsigned losses = 1;
    self->user = &losses;
    self->on_event = repair;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(self->summary.workers_lost, 1);
    cr_expect_geq(self->results[7].record.attempts, 2);
    trial_destroy(self);
}

Test(batch_faults, text_that_can_never_be_read_on_fails_alone)
{
    for (int digest = 0; digest < 2; digest++) {
        setenv("NBANG_FAULT", "fail-reading:213237", 1);
        trial *self = trial_around(50000, 2);
        self->options.digest = digest;
        trial_run(self);
        trial_expect_others_right(self, 7);
        const trial_result *result = &self->results[7];
        cr_assert_not_null(result->record.error);
        cr_expect_not_null(strstr(result->record.error, "in each of 3 attempts"));
        cr_expect_null(result->record.sha256);
        cr_expect_lt(result->len, 213237);
        cr_expect_eq(self->summary.errors, 1);
        cr_expect_eq(self->summary.unverified, 0, "the number itself was right");
        cr_expect_eq(self->summary.workers_lost, 3);
        trial_destroy(self);
    }
}

/* After 16 losses nothing goes wrong any more, and who stalls is freed. */
static void repair_and_free(trial *self)
{
    pid_t pids[8];
    if (self->num_lost == 16) {
        unsetenv("NBANG_FAULT");
        for (size_t left = trial_workers(pids, 8); left > 0; left--) {
            cr_assert_eq(kill(pids[left - 1], SIGKILL), 0);
        }
    }
}

Test(batch_faults, text_that_is_lost_before_anybody_saw_it_is_an_error)
{
    /* While job 0 stalls, job 1 loses 16 workers, each with a text that is held or half sent. */
    char faults[64];
    snprintf(faults, sizeof(faults), "stall:20000,die-sending:%zu",
             (size_t)nbang_estimate_job(40000).num_digits);
    setenv("NBANG_FAULT", faults, 1);
    trial *self = trial_create(2);
    self->options.split = NBANG_SPLIT_NEVER;
    trial_add(self, 20000);
    trial_add(self, 40000);
    self->on_event = repair_and_free;
    trial_run(self);
    trial_expect_error(self, 1, NBANG_JOB_ERROR, "in each of 16 attempts");
    trial_expect_others_right(self, 1);
    cr_expect(self->results[1].complete, "there is nothing more to come");
    cr_expect_eq(self->summary.errors, 1);
    trial_destroy(self);
}
