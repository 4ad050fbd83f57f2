/* The ways in which a batch ends: no jobs, cancelled, failing sources and failing sinks. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial.h"

TestSuite(batch_ends, .timeout = 120);

/* ---- sources ---- */

Test(batch_ends, no_jobs)
{
    trial *self = trial_create(2);
    trial_run(self);
    cr_expect_eq(self->status, NBANG_OK);
    cr_expect_eq(self->summary.jobs, 0);
    cr_expect_eq(self->summary.workers, 0);
    cr_expect_eq(self->num_calls, 0);
    trial_destroy(self);
}

Test(batch_ends, source_that_fails_at_once)
{
    trial *self = trial_create(2);
    self->source_end = NBANG_INVALID;
    trial_run(self);
    cr_expect_eq(self->status, NBANG_INVALID);
    cr_expect_eq(self->summary.jobs, 0);
    trial_destroy(self);
}

Test(batch_ends, source_that_fails_after_some_jobs_gets_them_delivered)
{
    static const nbang_status failures[] = {NBANG_SYSTEM, NBANG_INVALID, NBANG_NO_MEMORY,
                                            NBANG_SINK_FAILED, NBANG_INTERRUPTED};
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        trial *self = trial_create(2);
        self->source_end = failures[i];
        for (uint64_t n = 0; n < 30; n++) {
            trial_add(self, n % 7 == 0 ? 9000 + n : n);
        }
        trial_run(self);
        cr_expect_eq(self->status, failures[i]);
        cr_expect_eq(self->summary.ok, 30);
        for (size_t k = 0; k < 30; k++) {
            trial_expect_right(self, k);
        }
        trial_destroy(self);
    }
}

/* Promises more and then fails: the source ends when nothing is left to provide. */
static void provide_the_rest(trial *self)
{
    if (self->available < self->num_jobs) {
        trial_provide(self, self->num_jobs);
    }
}

Test(batch_ends, source_that_fails_after_a_wait)
{
    trial *self = trial_create(2);
    self->source_end = NBANG_SYSTEM;
    trial_add(self, 10);
    trial_add(self, 9000);
    trial_add(self, 11);
    self->available = 2;
    self->on_progress = provide_the_rest;
    trial_run(self);
    cr_expect_eq(self->status, NBANG_SYSTEM);
    cr_expect_eq(self->summary.ok, 3);
    trial_destroy(self);
}

/* ---- sinks ---- */

static trial *ten_jobs(void)
{
    trial *self = trial_create(2);
    for (uint64_t i = 0; i < 10; i++) {
        trial_add(self, i == 4 ? 60000 : i == 6 ? 9000 : 10 * i);
    }
    trial_add_job(self, &(nbang_job){.error = "bad", .input = "x", .input_len = 1});
    return self;
}

Test(batch_ends, sink_may_fail_at_any_call_with_any_status)
{
    /* AGAIN, CORRUPT and END mean something else inside the engine. */
    static const nbang_status failures[] = {NBANG_SINK_FAILED, NBANG_SYSTEM, NBANG_CORRUPT,
                                            NBANG_AGAIN,       NBANG_END,    NBANG_INTERRUPTED};
    enum { NUM_FAILURES = sizeof(failures) / sizeof(failures[0]) };
    trial *whole = ten_jobs();
    trial_run(whole);
    cr_assert_eq(whole->status, NBANG_OK);
    unsigned num_calls = whole->num_calls;
    trial_destroy(whole);
    cr_assert_geq(num_calls, 32);

    for (unsigned k = 1; k <= num_calls; k++) {
        trial *self = ten_jobs();
        self->options.unordered = k % 2;
        self->fail_call = k;
        self->fail_with = failures[k % NUM_FAILURES];
        trial_run(self); /* asserts that nothing is called after the failure */
        if (self->failed) {
            cr_expect_eq(self->status, failures[k % NUM_FAILURES], "call %u: %s", k,
                         nbang_status_string(self->status));
        }
        cr_expect_eq(self->num_calls, self->failed ? k : self->num_calls);
        cr_expect_eq(self->summary.jobs, 11);
        cr_expect_eq(self->summary.workers_lost, 0);
        trial_destroy(self);
    }
}

/* A sink that takes everything, for readers; ctx is the descriptor. */
static int reader_fd(void *ctx)
{
    return *(int *)ctx;
}

static nbang_status next_once(void *ctx, nbang_job *job)
{
    bool *given = ctx;
    if (*given) {
        return NBANG_END;
    }
    *given = true;
    *job = (nbang_job){.n = 30000};
    return NBANG_OK;
}

static nbang_status take_begin(void *ctx, const nbang_record *record)
{
    (void)ctx, (void)record;
    return NBANG_OK;
}

static nbang_status take_text(void *ctx, const char *digits, size_t len)
{
    (void)ctx, (void)digits, (void)len;
    return NBANG_OK;
}

static nbang_status take_end(void *ctx, const nbang_record *record, bool complete)
{
    (void)ctx, (void)record, (void)complete;
    return NBANG_OK;
}

Test(batch_ends, reader_that_leaves_is_noticed_while_nothing_is_delivered)
{
    setenv("NBANG_FAULT", "stall:30000", 1);
    int pipe_fds[2];
    cr_assert_eq(pipe(pipe_fds), 0);
    close(pipe_fds[0]);
    const nbang_placement placement = {.workers = 1, .bind = NBANG_BIND_NONE};
    nbang_machine *machine;
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    bool given = false;
    nbang_source source = {.ctx = &given, .next = next_once};
    nbang_sink sink = {.ctx = &pipe_fds[1],
                       .begin = take_begin,
                       .text = take_text,
                       .end = take_end,
                       .reader_fd = reader_fd};
    nbang_options options;
    nbang_options_init(&options);
    nbang_summary summary;
    cr_expect_eq(nbang_run(machine, &options, &source, &sink, &summary), NBANG_SINK_FAILED);
    cr_expect_eq(summary.jobs, 1);
    cr_expect_eq(summary.interrupted, 1);
    nbang_machine_destroy(machine);
    close(pipe_fds[1]);
}

/* ---- cancelling ---- */

/* `user` of a trial: callbacks to come before it is cancelled. */
static void cancel_after_a_while(trial *self)
{
    unsigned *left = self->user;
    if (*left > 0 && --*left == 0) {
        trial_cancel(self);
    }
}

/* Every job that was taken is delivered once: whole, or as interrupted. */
static void expect_interrupted(trial *self)
{
    cr_assert_eq(self->status, NBANG_INTERRUPTED);
    cr_expect_eq(self->num_ended, self->num_taken);
    cr_expect_geq(self->summary.interrupted + self->summary.errors, 1, "some were not done");
    for (size_t i = 0; i < self->num_taken; i++) {
        const trial_result *result = &self->results[i];
        if (result->record.status == NBANG_JOB_INTERRUPTED) {
            cr_expect_eq(result->len, 0);
            cr_expect_not_null(result->record.error);
        } else if (result->complete) {
            trial_expect_right(self, i);
        }
    }
}

Test(batch_ends, cancelled_at_any_moment_every_job_is_accounted_for)
{
    for (unsigned moment = 1; moment <= 90; moment += 4) {
        trial *self = trial_create(2);
        self->options.unordered = moment & 4;
        self->options.split = moment & 8 ? NBANG_SPLIT_ALWAYS : NBANG_SPLIT_NEVER;
        for (uint64_t i = 0; i < 30; i++) {
            trial_add(self, 30000);
        }
        trial_add(self, 0); /* the last callback of the last of these does not come too late */
        setenv("NBANG_FAULT", "stall:0", 1);
        unsigned left = moment;
        self->user = &left;
        self->on_begin = cancel_after_a_while;
        self->on_text = cancel_after_a_while;
        self->on_end = cancel_after_a_while;
        trial_run(self);
        expect_interrupted(self);
        trial_destroy(self);
    }
}

Test(batch_ends, cancelled_before_it_starts)
{
    trial *self = trial_create(2);
    for (uint64_t i = 0; i < 100; i++) {
        trial_add(self, 5000);
    }
    trial_cancel(self);
    trial_run(self);
    expect_interrupted(self);
    trial_destroy(self);
}

Test(batch_ends, cancelled_while_all_workers_stall)
{
    setenv("NBANG_FAULT", "stall:30000,stall:30001", 1);
    trial *self = trial_create(2);
    trial_add(self, 30000);
    trial_add(self, 30001);
    trial_add(self, 5);
    unsigned left = 3;
    self->user = &left;
    self->on_progress = cancel_after_a_while;
    trial_run(self);
    expect_interrupted(self);
    trial_destroy(self);
}

Test(batch_ends, cancelled_while_the_source_has_nothing)
{
    trial *self = trial_create(2);
    trial_add(self, 5);
    trial_add(self, 6);
    self->available = 1;
    unsigned left = 3;
    self->user = &left;
    self->on_progress = cancel_after_a_while;
    trial_run(self);
    cr_expect_eq(self->status, NBANG_INTERRUPTED);
    cr_expect_eq(self->summary.ok, 1);
    trial_destroy(self);
}

Test(batch_ends, cancelled_while_the_sink_is_blocked)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        trial *self = trial_create(2);
        self->options.unordered = unordered;
        for (uint64_t i = 0; i < 50; i++) {
            trial_add(self, 20000);
        }
        self->credit = 100000;
        unsigned left = 3;
        self->user = &left;
        self->on_progress = cancel_after_a_while;
        trial_run(self); /* asserts that the sink is left alone */
        cr_expect_eq(self->status, NBANG_INTERRUPTED);
        cr_expect_eq(self->summary.jobs, 50);
        cr_expect_lt(self->summary.ok, 3);
        trial_destroy(self);
    }
}

Test(batch_ends, text_that_a_cancellation_cuts_short_is_marked)
{
    trial *self = trial_create(1);
    trial_add(self, 200000);
    setenv("NBANG_FAULT", "hold:1000", 1);
    unsigned left = 1;
    self->user = &left;
    self->on_text = cancel_after_a_while;
    trial_run(self);
    cr_assert_eq(self->status, NBANG_INTERRUPTED);
    const trial_result *result = &self->results[0];
    cr_expect(result->ended && !result->complete);
    cr_expect_eq(result->record.status, NBANG_JOB_OK);
    cr_expect_lt(result->len, result->record.num_digits);
    trial_destroy(self);
}

/* ---- what the caller keeps ---- */

Test(batch_ends, signal_dispositions_of_the_caller_are_as_before)
{
    void (*before)(int) = signal(SIGPIPE, SIG_DFL);
    (void)before;
    trial *self = ten_jobs();
    trial_run(self);
    cr_expect_eq(signal(SIGPIPE, SIG_DFL), SIG_DFL);
    trial_destroy(self);
}
