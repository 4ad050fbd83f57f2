/* How frames travel through the pool, and how the master waits for them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "descriptors.h"
#include "puppet.h"

TestSuite(pool, .timeout = 120);

static const size_t frame_lens[] = {
    0,
    1,
    31,
    32,
    33,
    4063,
    4064,
    4065,
    65503,
    65504,
    65505,
    131039,
    131040,
    131041,
    131072,
    NB_WIRE_MAX_PAYLOAD - 1,
    NB_WIRE_MAX_PAYLOAD,
};
enum { NUM_LENS = sizeof(frame_lens) / sizeof(frame_lens[0]) };

/* Checks that each worker's frames came as they were sent: the tasks 0, 1, ... with the lengths
 * given. */
static void expect_in_order(const puppet_show *show, size_t per_worker, const size_t *lens,
                            size_t num_lens)
{
    size_t num_of[64] = {0};
    for (size_t i = 0; i < show->num_events; i++) {
        const puppet_event *event = &show->events[i];
        cr_assert_not(event->is_loss);
        size_t task = num_of[event->worker]++;
        cr_assert_eq(event->frame.task, task);
        cr_assert_eq(event->frame.len, lens[task % num_lens]);
    }
    for (unsigned w = 0; w < show->num_workers; w++) {
        cr_assert_eq(num_of[w], per_worker);
    }
    cr_assert_not(show->is_garbled);
}

/* ---- frames ---- */

Test(pool, echoes_frames_of_all_sizes)
{
    enum { NUM_WORKERS = 4 };
    puppet_show *show = puppet_open(NUM_WORKERS);
    for (size_t i = 0; i < NUM_LENS; i++) {
        for (unsigned w = 0; w < NUM_WORKERS; w++) {
            puppet_tell_filled(show, w, i, frame_lens[i]);
        }
    }
    puppet_await_frames(show, NUM_WORKERS * NUM_LENS);
    expect_in_order(show, NUM_LENS, frame_lens, NUM_LENS);
    puppet_close(show);
}

/* Far more than all pipes hold is queued before the master reads anything: workers that cannot
 * write do not read, and the master must go on all the same. */
Test(pool, goes_on_when_both_directions_are_full)
{
    enum { NUM_WORKERS = 8, NUM_FRAMES = 12 };
    const size_t len = NB_WIRE_MAX_PAYLOAD;
    puppet_show *show = puppet_open(NUM_WORKERS);
    for (unsigned w = 0; w < NUM_WORKERS; w++) {
        for (uint64_t task = 0; task < NUM_FRAMES; task++) {
            puppet_tell_filled(show, w, task, len);
        }
        cr_assert_gt(nb_pool_queued_bytes(show->pool, w), 4 * len);
    }
    puppet_await_frames(show, NUM_WORKERS * NUM_FRAMES);
    expect_in_order(show, NUM_FRAMES, &len, 1);
    for (unsigned w = 0; w < NUM_WORKERS; w++) {
        cr_expect_eq(nb_pool_queued_bytes(show->pool, w), 0);
    }
    puppet_close(show);
}

/* Several times around each ring, mixed with frames that go through the pipe. */
Test(pool, passes_payloads_through_the_ring_in_order)
{
    enum { NUM_WORKERS = 4, NUM_FRAMES = 5 * NB_RING_BUFFERS + 1 };
    static const size_t lens[] = {NB_RING_BUFFER_BYTES, 1, 0, NB_RING_BUFFER_BYTES - 1, 70000, 33};
    enum { NUM = sizeof(lens) / sizeof(lens[0]) };
    puppet_show *show = puppet_open(NUM_WORKERS);
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        for (unsigned w = 0; w < NUM_WORKERS; w++) {
            if (task % 4 == w) {
                puppet_tell_filled(show, w, task, lens[task % NUM]);
            } else {
                puppet_tell_to_pass(show, w, task, lens[task % NUM]);
            }
        }
    }
    puppet_await_frames(show, NUM_WORKERS * NUM_FRAMES);
    expect_in_order(show, NUM_FRAMES, lens, NUM);
    for (size_t i = 0; i < show->num_events; i++) {
        const puppet_event *event = &show->events[i];
        cr_expect_eq(event->frame.passed, event->frame.task % 4 != event->worker);
    }
    puppet_close(show);
}

/* Like a full pipe, a ring that is not emptied makes the worker wait, and nothing is lost. */
Test(pool, paused_worker_waits_for_room_in_its_ring)
{
    enum { NUM_FRAMES = 3 * NB_RING_BUFFERS };
    static const size_t len = 1000;
    puppet_show *show = puppet_open(2);
    nb_pool_pause(show->pool, 0, true);
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        puppet_tell_to_pass(show, 0, task, len);
    }
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        puppet_tell_to_pass(show, 1, task, len);
    }
    puppet_await_frames(show, NUM_FRAMES);
    for (size_t i = 0; i < show->num_events; i++) {
        cr_assert_eq(show->events[i].worker, 1);
    }
    nb_pool_pause(show->pool, 0, false);
    puppet_await_frames(show, 2 * NUM_FRAMES);
    expect_in_order(show, NUM_FRAMES, &len, 1);
    puppet_close(show);
}

Test(pool, passes_on_all_fields_of_a_frame)
{
    puppet_show *show = puppet_open(1);
    const nb_frame frame = {.type = PUPPET_ECHO, .attempt = UINT32_MAX, .task = UINT64_MAX};
    puppet_tell_frame(show, 0, &frame);
    puppet_await_frames(show, 1);
    cr_expect_eq(show->events[0].frame.type, frame.type);
    cr_expect_eq(show->events[0].frame.attempt, frame.attempt);
    cr_expect_eq(show->events[0].frame.task, frame.task);
    cr_expect_eq(show->events[0].frame.len, 0);
    puppet_close(show);
}

Test(pool, runs_64_workers_side_by_side)
{
    enum { NUM_WORKERS = 64, PER_WORKER = 100 };
    puppet_show *show = puppet_open(NUM_WORKERS);
    size_t next_of[NUM_WORKERS] = {0};
    cr_expect_eq(nb_pool_num_alive(show->pool), NUM_WORKERS);
    for (unsigned w = 0; w < NUM_WORKERS; w++) {
        puppet_tell_frame(show, w, &(nb_frame){.type = PUPPET_COUNT, .attempt = PER_WORKER});
        puppet_tell(show, w, PUPPET_INDEX, 0);
    }
    puppet_await_frames(show, NUM_WORKERS * (PER_WORKER + 1));
    for (size_t i = 0; i < show->num_events; i++) {
        const puppet_event *event = &show->events[i];
        size_t nth = next_of[event->worker]++;
        cr_assert_eq(event->frame.task, nth < PER_WORKER ? nth : event->worker);
    }
    puppet_close(show);
}

static nb_status answer_with_next(puppet_show *show, unsigned worker, const nb_frame *frame)
{
    if (frame->task < 500) {
        puppet_tell_filled(show, 1 - worker, frame->task + 1, (size_t)frame->task * 100);
    }
    return NBANG_OK;
}

Test(pool, takes_commands_from_within_the_frame_callback)
{
    puppet_show *show = puppet_open(2);
    show->on_frame = answer_with_next;
    puppet_tell(show, 0, PUPPET_ECHO, 0);
    puppet_await_frames(show, 501);
    for (size_t i = 0; i < show->num_events; i++) {
        cr_assert_eq(show->events[i].frame.task, i);
        cr_assert_eq(show->events[i].worker, i % 2);
    }
    cr_assert_not(show->is_garbled);
    puppet_close(show);
}

/* ---- a callback that fails ---- */

static nb_status failure;

static nb_status fail_at_10(puppet_show *show, unsigned worker, const nb_frame *frame)
{
    (void)show, (void)worker;
    return frame->task == 10 ? failure : NBANG_OK;
}

Test(pool, hands_on_the_failure_of_a_callback_and_keeps_the_other_frames)
{
    puppet_show *show = puppet_open(1);
    show->on_frame = fail_at_10;
    const nb_status failures[] = {NBANG_SINK_FAILED, NBANG_NO_MEMORY, NBANG_END, NBANG_AGAIN};
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        failure = failures[i];
        size_t before = show->num_frames;
        puppet_tell_frame(show, 0, &(nb_frame){.type = PUPPET_COUNT, .attempt = 30});
        nb_status status = NBANG_OK;
        while (status == NBANG_OK && show->num_frames < before + 30) {
            status = nb_pool_wait(show->pool, NULL, 0, 30 * NB_NS_PER_S);
        }
        cr_expect_eq(status, failure);
        cr_expect_eq(show->num_frames - before, 11);
        puppet_await_frames(show, before + 30);
        for (size_t k = 0; k < 30; k++) {
            cr_assert_eq(show->events[before + k].frame.task, k);
        }
    }
    puppet_close(show);
}

/* ---- waiting ---- */

Test(pool, wait_ends_with_its_timeout_when_nothing_comes)
{
    puppet_show *show = puppet_open(2);
    uint64_t start_ns = nb_clock_wall_ns();
    cr_expect_eq(nb_pool_wait(show->pool, NULL, 0, 50 * NB_NS_PER_MS), NBANG_OK);
    cr_expect_geq(nb_clock_wall_ns() - start_ns, 50 * NB_NS_PER_MS);
    start_ns = nb_clock_wall_ns();
    cr_expect_eq(nb_pool_wait(show->pool, NULL, 0, 1500 * NB_NS_PER_MS), NBANG_OK);
    cr_expect_geq(nb_clock_wall_ns() - start_ns, 1500 * NB_NS_PER_MS);
    cr_expect_eq(show->num_events, 0);
    puppet_close(show);
}

Test(pool, wait_just_looks_with_timeout_zero)
{
    puppet_show *show = puppet_open(1);
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, 0), NBANG_OK);
    }
    puppet_tell_frame(show, 0, &(nb_frame){.type = PUPPET_COUNT, .attempt = 1});
    while (show->num_frames == 0) { /* the test's time limit ends this if looking sees nothing */
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, 0), NBANG_OK);
    }
    puppet_close(show);
}

Test(pool, wait_without_limit_ends_with_a_frame)
{
    puppet_show *show = puppet_open(1);
    puppet_tell(show, 0, PUPPET_NAP, 50);
    puppet_tell(show, 0, PUPPET_ECHO, 1);
    while (show->num_frames == 0) {
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, UINT64_MAX), NBANG_OK);
    }
    puppet_close(show);
}

Test(pool, wait_watches_extra_descriptors)
{
    int quiet[2];
    int ready[2];
    int closed[2];
    cr_assert_eq(pipe(quiet) | pipe(ready) | pipe(closed), 0);
    cr_assert_eq(write(ready[1], "x", 1), 1);
    close(closed[1]);
    puppet_show *show = puppet_open(2);
    struct pollfd extra[NB_POOL_MAX_EXTRA] = {
        {.fd = quiet[0], .events = POLLIN, .revents = POLLIN},
        {.fd = ready[0], .events = POLLIN},
        {.fd = closed[0], .events = POLLIN},
        {.fd = -1, .events = POLLIN, .revents = POLLIN},
    };
    cr_expect_eq(nb_pool_wait(show->pool, extra, NB_POOL_MAX_EXTRA, UINT64_MAX), NBANG_OK);
    cr_expect_eq(extra[0].revents, 0);
    cr_expect_eq(extra[1].revents, POLLIN);
    cr_expect_eq(extra[2].revents, POLLHUP);
    cr_expect_eq(extra[3].revents, 0);
    cr_expect_eq(extra[1].fd, ready[0]);
    extra[0] = (struct pollfd){.fd = ready[1], .events = POLLOUT};
    cr_expect_eq(nb_pool_wait(show->pool, extra, 1, UINT64_MAX), NBANG_OK);
    cr_expect_eq(extra[0].revents, POLLOUT);
    puppet_close(show);
}

static void wake(int sig)
{
    (void)sig;
}

Test(pool, wait_ends_quietly_when_a_signal_interrupts_it)
{
    puppet_show *show = puppet_open(1);
    struct pollfd extra = {.fd = -1, .revents = POLLIN};
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = wake}, NULL);
    alarm(1);
    cr_expect_eq(nb_pool_wait(show->pool, &extra, 1, UINT64_MAX), NBANG_OK);
    cr_expect_eq(extra.revents, 0);
    cr_expect_eq(show->num_events, 0);
    puppet_close(show);
}

/* ---- scarce resources, and the end ---- */

/* poll() refuses more entries than the process may have descriptors. */
Test(pool, works_with_the_workers_that_a_small_descriptor_limit_allows)
{
    if (!limit_descriptors(count_descriptors() + 16)) {
        cr_skip_test("descriptors cannot be limited here");
    }
    puppet_show *show = puppet_open_empty(64);
    unsigned started = 0;
    while (started < 64 && nb_pool_start(show->pool, started) == NBANG_OK) {
        started++;
    }
    cr_assert_eq(errno, EMFILE);
    cr_assert(started >= 2 && started < 64, "%u", started);
    cr_assert_eq(nb_pool_num_alive(show->pool), started);
    for (unsigned w = 0; w < started; w++) {
        puppet_tell(show, w, PUPPET_ECHO, w);
    }
    puppet_await_frames(show, started);
    for (unsigned w = 0; w < 64; w++) {
        cr_expect_eq(nb_pool_is_alive(show->pool, w), w < started);
    }
    puppet_close(show);
}

Test(pool, destroy_ends_workers_in_whatever_state_they_are)
{
    puppet_show *show = puppet_open(7);
    size_t before = count_descriptors();
    pid_t stopped = puppet_pid(show, 0);
    kill(stopped, SIGSTOP);
    puppet_await_stop(stopped);
    puppet_tell(show, 1, PUPPET_SPIN, 0);
    puppet_tell(show, 2, PUPPET_SLEEP, 0);
    puppet_tell_frame(show, 3, &(nb_frame){.type = PUPPET_COUNT, .attempt = UINT32_MAX});
    pid_t dead = puppet_pid(show, 4);
    puppet_tell(show, 4, PUPPET_EXIT, 0);
    puppet_await_end(dead);
    nb_pool_pause(show->pool, 5, true);
    for (uint64_t task = 0; task < 20; task++) {
        puppet_tell_filled(show, 5, task, NB_WIRE_MAX_PAYLOAD);
    }
    size_t events_before = show->num_events;
    puppet_close(show);
    cr_expect_eq(show->num_events, events_before, "destroy called back");
    cr_expect_eq(count_descriptors(), before - 14);
}

Test(pool, destroy_takes_null_and_pools_without_workers)
{
    nb_pool_destroy(NULL);
    puppet_close(puppet_open_empty(3));
}
