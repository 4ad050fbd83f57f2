/* Order, and the memory that keeping it may take. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

TestSuite(batch_order, .timeout = 120);

/* What one process may grow by for reasons that are not the batch's: allocator, page tables. */
#define SLACK_BYTES ((size_t)8 * 1024 * 1024)

/* AddressSanitizer keeps freed memory, so that resident size says nothing. */
#ifdef __SANITIZE_ADDRESS__
enum { MEMORY_CAN_BE_MEASURED = 0 };
#else
enum { MEMORY_CAN_BE_MEASURED = 1 };
#endif

Test(batch_order, is_kept_whatever_the_sizes)
{
    trial *self = trial_create(3);
    for (size_t i = 0; i < 300; i++) {
        trial_add(self, i % 60 == 0 ? 50000 : i % 7 == 0 ? 9000 : i % 97);
    }
    trial_run(self);
    trial_expect_all_right(self);
    trial_destroy(self);
}

Test(batch_order, is_kept_when_jobs_shrink_and_when_they_grow)
{
    for (int grows = 0; grows < 2; grows++) {
        trial *self = trial_create(4);
        for (size_t i = 0; i < 40; i++) {
            trial_add(self, 1000 * (grows ? i : 40 - i));
        }
        trial_run(self);
        trial_expect_all_right(self);
        trial_destroy(self);
    }
}

/* Lets the job that stalls be computed after all, in a worker without faults. */
static void free_the_long_one(trial *self)
{
    if (self->num_ended == 500) {
        pid_t pids[8];
        unsetenv("NBANG_FAULT");
        for (size_t left = trial_workers(pids, 8); left > 0; left--) {
            cr_assert_eq(kill(pids[left - 1], SIGKILL), 0);
        }
    }
}

Test(batch_order, out_of_order_short_jobs_pass_a_long_one)
{
    /* The long one does not end before all short ones have been delivered. */
    setenv("NBANG_FAULT", "stall:30000", 1);
    trial *self = trial_create(2);
    self->options.unordered = true;
    self->options.split = NBANG_SPLIT_NEVER;
    trial_add(self, 30000);
    for (size_t i = 0; i < 500; i++) {
        trial_add(self, 1 + i % 50);
    }
    self->on_end = free_the_long_one;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->order[500], 0);
    trial_destroy(self);
}

/* `user` of a trial that begins with a job that stalls. */
typedef struct long_wait {
    unsigned ticks; /* of the progress */
    size_t bytes;   /* resident size at the end of the wait */
} long_wait;

/* After a second of waiting lets the job that stalls be computed, in a worker without faults. */
static void note_memory_and_end_the_wait(trial *self)
{
    long_wait *wait = self->user;
    if (++wait->ticks == 10) {
        cr_assert_eq(self->num_ended, 0);
        wait->bytes = trial_resident_bytes();
        unsetenv("NBANG_FAULT");
        pid_t pids[8];
        for (size_t left = trial_workers(pids, 8); left > 0; left--) {
            cr_assert_eq(kill(pids[left - 1], SIGKILL), 0);
        }
    }
}

Test(batch_order, long_job_before_many_short_ones_holds_little)
{
    /* Until the long one is there, nothing is delivered: of 51 MB of results a megabyte may be
     * held. */
    setenv("NBANG_FAULT", "hold:1000000,stall:30000", 1);
    trial *self = trial_create(2);
    self->options.split = NBANG_SPLIT_NEVER;
    trial_add(self, 30000);
    for (size_t i = 0; i < 20000; i++) {
        trial_add(self, 1000);
    }
    size_t before_bytes = trial_resident_bytes();
    long_wait wait = {0};
    self->user = &wait;
    self->on_progress = note_memory_and_end_the_wait;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(wait.ticks, 10);
    if (MEMORY_CAN_BE_MEASURED) {
        cr_expect_leq(wait.bytes, before_bytes + 1000000 + SLACK_BYTES);
    }
    trial_destroy(self);
}

/* ---- a sink that blocks ---- */

typedef struct slow_reader {
    size_t at_block_bytes; /* resident size when the sink first blocked */
    size_t peak_bytes;     /* and the largest while it was blocked */
    size_t num_ended;
    unsigned ticks;
} slow_reader;

/* A reader that reads nothing for ten ticks of the progress, then a little. */
static void read_slowly(trial *self)
{
    slow_reader *reader = self->user;
    if (!self->blocked) {
        return;
    }
    size_t now = trial_resident_bytes();
    if (reader->ticks == 0) {
        reader->at_block_bytes = now;
        reader->num_ended = self->num_ended;
    }
    if (++reader->ticks <= 10) {
        reader->peak_bytes = now > reader->peak_bytes ? now : reader->peak_bytes;
        cr_assert_eq(self->num_ended, reader->num_ended);
    }
    if (reader->ticks == 10) {
        trial_unblock(self, 3000000);
    } else if (reader->ticks > 10) {
        trial_unblock(self, 30000000);
    }
}

static void expect_patience(bool unordered, unsigned num_workers)
{
    setenv("NBANG_FAULT", "hold:1000000", 1);
    trial *self = trial_create(num_workers);
    self->options.unordered = unordered;
    /* 20 MB of text, of which a megabyte may be held. */
    for (size_t i = 0; i < 2000; i++) {
        trial_add(self, i % 50 == 0 ? 40000 : 3000);
    }
    slow_reader reader = {0};
    self->user = &reader;
    self->on_progress = read_slowly;
    self->credit = 1000000;
    trial_run(self);
    trial_expect_all_right(self);
    cr_assert_gt(reader.ticks, 10);
    if (MEMORY_CAN_BE_MEASURED) {
        cr_expect_leq(reader.peak_bytes, reader.at_block_bytes + SLACK_BYTES);
    }
    trial_destroy(self);
}

Test(batch_order, blocked_sink_loses_nothing_and_memory_stays_flat)
{
    expect_patience(false, 3);
}

Test(batch_order, blocked_sink_out_of_order_loses_nothing_and_memory_stays_flat)
{
    expect_patience(true, 3);
}

/* A reader that takes a little at every tick and whenever something has been delivered. */
static void read_in_sips(trial *self)
{
    if (self->blocked) {
        trial_unblock(self, 1 + self->num_calls % 5000);
    }
}

Test(batch_order, sink_that_blocks_again_and_again_loses_nothing)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        setenv("NBANG_FAULT", "hold:20000,window:64", 1);
        trial *self = trial_create(3);
        self->options.unordered = unordered;
        for (size_t i = 0; i < 400; i++) {
            trial_add(self, i % 40 == 0 ? 10000 : i);
        }
        self->on_text = read_in_sips;
        self->on_end = read_in_sips;
        self->on_progress = read_in_sips;
        self->credit = 100;
        trial_run(self);
        trial_expect_all_right(self);
        trial_destroy(self);
    }
}

static void unblock_for_good(trial *self)
{
    if (self->blocked) {
        trial_unblock(self, SIZE_MAX);
    }
}

Test(batch_order, window_full_of_finished_jobs_takes_more_once_the_sink_can)
{
    /* All that is known has been computed when the sink unblocks: nobody but the batch itself can
     * think of the rest. */
    setenv("NBANG_FAULT", "window:32", 1);
    trial *self = trial_create(1);
    for (size_t i = 0; i < 200; i++) {
        trial_add(self, 10);
    }
    self->credit = 3;
    self->on_progress = unblock_for_good;
    trial_run(self);
    trial_expect_all_right(self);
    trial_destroy(self);
}

Test(batch_order, more_bad_jobs_than_fit_the_window_are_all_delivered)
{
    trial *self = trial_create(2);
    for (size_t i = 0; i < 30000; i++) {
        trial_add_job(self, &(nbang_job){.error = "bad", .input = "x", .input_len = 1});
    }
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    cr_expect_eq(self->summary.errors, 30000);
    cr_expect_eq(self->summary.workers, 0, "nobody is needed for that");
    trial_destroy(self);
}

/* ---- a stream ---- */

/* More jobs come when all that were there have been delivered. */
static void provide_when_all_is_delivered(trial *self)
{
    if (self->num_ended == self->available && self->available < self->num_jobs) {
        trial_provide(self, 1 + self->num_ended / 10);
    }
}

Test(batch_order, results_of_a_stream_do_not_wait_for_its_end)
{
    trial *self = trial_create(2);
    for (size_t i = 0; i < 200; i++) {
        trial_add(self, i % 10 == 0 ? 9000 : i);
    }
    self->available = 1;
    self->on_end = provide_when_all_is_delivered;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(self->summary.workers, 1);
    trial_destroy(self);
}

static void provide_the_first(trial *self)
{
    if (self->available == 0) {
        trial_provide(self, self->num_jobs);
    }
}

Test(batch_order, stream_that_starts_late_gets_its_workers)
{
    trial *self = trial_create(2);
    trial_add(self, 5);
    trial_add(self, 30000);
    trial_add(self, 30001);
    self->available = 0;
    self->on_progress = provide_the_first;
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_geq(self->summary.workers, 1);
    cr_expect_leq(self->summary.workers, 2);
    trial_destroy(self);
}
