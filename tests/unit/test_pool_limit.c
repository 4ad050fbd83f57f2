/* Time limits of workers, and workers that are paused. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "puppet.h"

TestSuite(pool_limit, .timeout = 120);

/* A worker that does nothing any more, and whose limit is over after a while: when it is lost,
 * all shorter limits are over, too. */
static void await_timeout_of(puppet_show *show, unsigned worker, unsigned limit_ms)
{
    puppet_tell(show, worker, PUPPET_SLEEP, 0);
    nb_pool_limit(show->pool, worker, limit_ms * NB_NS_PER_MS);
    while (nb_pool_is_alive(show->pool, worker)) {
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, UINT64_MAX), NBANG_OK);
    }
}

static void tell_to_count(puppet_show *show, unsigned worker, uint32_t num)
{
    puppet_tell_frame(show, worker, &(nb_frame){.type = PUPPET_COUNT, .attempt = num});
}

/* ---- limits ---- */

Test(pool_limit, ends_workers_that_are_silent_for_too_long)
{
    const uint8_t ways[] = {PUPPET_SLEEP, PUPPET_SPIN, PUPPET_RAISE};
    puppet_show *show = puppet_open(3);
    for (unsigned w = 0; w < 3; w++) {
        puppet_tell(show, w, ways[w], SIGSTOP);
        nb_pool_limit(show->pool, w, 50 * NB_NS_PER_MS);
    }
    puppet_await_losses(show, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(show->events[i].loss.cause, NB_LOSS_TIMEOUT);
        cr_expect_eq(kill(show->events[i].loss.pid, 0), -1, "the process is still there");
    }
    puppet_close(show);
}

Test(pool_limit, ends_a_worker_that_stalls_within_a_frame)
{
    puppet_show *show = puppet_open(1);
    puppet_tell_frame(show, 0, &(nb_frame){.type = PUPPET_SPEAK, .payload = "nb!", .len = 3});
    nb_pool_limit(show->pool, 0, 50 * NB_NS_PER_MS);
    puppet_await_losses(show, 1);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_TIMEOUT);
    puppet_close(show);
}

Test(pool_limit, is_not_up_before_its_time)
{
    puppet_show *show = puppet_open(1);
    uint64_t start_ns = nb_clock_wall_ns();
    await_timeout_of(show, 0, 300);
    cr_expect_geq(nb_clock_wall_ns() - start_ns, 300 * NB_NS_PER_MS);
    puppet_close(show);
}

Test(pool_limit, holds_no_more_when_taken_back)
{
    puppet_show *show = puppet_open(2);
    nb_pool_limit(show->pool, 0, 100 * NB_NS_PER_MS);
    nb_pool_limit(show->pool, 0, 0);
    await_timeout_of(show, 1, 300);
    cr_expect(nb_pool_is_alive(show->pool, 0));
    puppet_close(show);
}

Test(pool_limit, holds_for_one_worker_and_not_for_its_successor)
{
    puppet_show *show = puppet_open(2);
    await_timeout_of(show, 0, 50);
    cr_assert_eq(nb_pool_start(show->pool, 0), NBANG_OK);
    await_timeout_of(show, 1, 300);
    cr_expect(nb_pool_is_alive(show->pool, 0));
    puppet_close(show);
}

Test(pool_limit, may_be_longer_than_any_clock_runs)
{
    const uint64_t limits_ns[] = {UINT64_MAX, UINT64_MAX - 1, INT64_MAX};
    puppet_show *show = puppet_open(2);
    for (size_t i = 0; i < 3; i++) {
        nb_pool_limit(show->pool, 0, limits_ns[i]);
        puppet_tell(show, 0, PUPPET_ECHO, i);
        puppet_await_frames(show, i + 1);
    }
    await_timeout_of(show, 1, 50);
    cr_expect(nb_pool_is_alive(show->pool, 0));
    puppet_close(show);
}

Test(pool_limit, starts_anew_with_every_frame)
{
    enum { NUM_FRAMES = 40 };
    puppet_show *show = puppet_open(1);
    nb_pool_limit(show->pool, 0, 600 * NB_NS_PER_MS);
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        puppet_tell(show, 0, PUPPET_NAP, 25);
        puppet_tell(show, 0, PUPPET_ECHO, task);
    }
    puppet_tell(show, 0, PUPPET_SLEEP, 0);
    puppet_await_losses(show, 1);
    cr_expect_eq(show->num_frames, NUM_FRAMES);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_TIMEOUT);
    puppet_close(show);
}

/* A long frame through a pipe that its writer fills faster than it is emptied: what has come of it
 * is a sign of life. */
Test(pool_limit, starts_anew_with_every_part_of_a_frame)
{
    enum { LEN = 40 };
    unsigned char frame[NB_WIRE_HEADER_SIZE + LEN];
    nb_wire_encode(frame, &(nb_frame){.task = 3, .len = LEN});
    puppet_fill(frame + NB_WIRE_HEADER_SIZE, 3, LEN);
    puppet_show *show = puppet_open(1);
    nb_pool_limit(show->pool, 0, 600 * NB_NS_PER_MS);
    for (size_t i = 0; i < sizeof(frame); i += 2) {
        puppet_tell(show, 0, PUPPET_NAP, 25);
        puppet_tell_frame(show, 0,
                          &(nb_frame){.type = PUPPET_SPEAK, .payload = frame + i, .len = 2});
    }
    puppet_await_frames(show, 1);
    cr_expect_eq(show->num_losses, 0);
    cr_expect_not(show->is_garbled);
    puppet_close(show);
}

/* ---- a master that is kept from looking ---- */

static pid_t pid_of_1;

/* Is busy until worker 1 has answered and its time is over since; but not so long that this is
 * forgiven. */
static nb_status make_1_answer_and_be_busy(puppet_show *show, unsigned worker,
                                           const nb_frame *frame)
{
    (void)frame;
    if (worker == 0) {
        puppet_tell(show, 1, PUPPET_ECHO, 1);
        puppet_tell(show, 1, PUPPET_RAISE, SIGSTOP);
        puppet_await_stop(pid_of_1);
        usleep(120000);
    }
    return NBANG_OK;
}

Test(pool_limit, counts_what_came_while_the_master_was_busy)
{
    puppet_show *show = puppet_open(2);
    pid_of_1 = puppet_pid(show, 1);
    show->on_frame = make_1_answer_and_be_busy;
    puppet_tell(show, 0, PUPPET_ECHO, 0);
    nb_pool_limit(show->pool, 1, 100 * NB_NS_PER_MS);
    puppet_await_frames(show, 1 + 2);
    cr_expect_eq(show->num_losses, 0);
    puppet_close(show);
}

/* The master of a silent worker with a limit of 1 s that is stopped for longer, either while it
 * waits or elsewhere. Ends with status 0 if the worker then still answers. */
static _Noreturn void run_master_to_be_stopped(bool in_wait, int ready_fd, int resumed_fd)
{
    puppet_show *show = puppet_open(1);
    nb_pool_limit(show->pool, 0, NB_NS_PER_S);
    puppet_tell(show, 0, PUPPET_ECHO, 0);
    puppet_await_frames(show, 1);
    if (write(ready_fd, "r", 1) != 1) {
        _exit(2);
    }
    if (!in_wait) {
        raise(SIGSTOP);
    }
    struct pollfd resumed = {.fd = resumed_fd, .events = POLLIN};
    while (resumed.revents == 0 && show->num_losses == 0) {
        if (nb_pool_wait(show->pool, &resumed, 1, UINT64_MAX) != NBANG_OK) {
            _exit(3);
        }
    }
    if (show->num_losses == 0) {
        puppet_tell(show, 0, PUPPET_ECHO, 1);
        while (show->num_frames == 1 && show->num_losses == 0) {
            if (nb_pool_wait(show->pool, NULL, 0, UINT64_MAX) != NBANG_OK) {
                _exit(4);
            }
        }
    }
    bool survived = show->num_losses == 0;
    nb_pool_destroy(show->pool);
    _exit(survived ? 0 : 1);
}

/* Waits until a process sleeps in a system call. */
static void await_sleep(pid_t pid)
{
    char path[64];
    char stat[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    do {
        cr_assert_eq(nb_io_read_text(path, stat, sizeof(stat)), NBANG_OK);
    } while (strncmp(strrchr(stat, ')'), ") S", 3) != 0);
}

static void expect_no_loss_after_stop(bool in_wait)
{
    int ready[2];
    int resumed[2];
    char byte;
    siginfo_t info;
    int wait_status;
    cr_assert_eq(pipe(ready) | pipe(resumed), 0);
    pid_t master = fork();
    if (master == 0) {
        run_master_to_be_stopped(in_wait, ready[1], resumed[0]);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    if (in_wait) {
        await_sleep(master);
        kill(master, SIGSTOP);
    }
    cr_assert_eq(waitid(P_PID, (id_t)master, &info, WSTOPPED), 0);
    usleep(1500000);
    cr_assert_eq(write(resumed[1], "c", 1), 1);
    kill(master, SIGCONT);
    cr_assert_eq(waitpid(master, &wait_status, 0), master);
    cr_expect(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0, "wait status %x",
              (unsigned)wait_status);
}

Test(pool_limit, forgives_the_time_that_the_master_was_stopped_while_waiting)
{
    expect_no_loss_after_stop(true);
}

Test(pool_limit, forgives_the_time_that_the_master_was_stopped_elsewhere)
{
    expect_no_loss_after_stop(false);
}

/* ---- paused workers ---- */

static nb_status pause_at_10(puppet_show *show, unsigned worker, const nb_frame *frame)
{
    if (frame->type == PUPPET_COUNT && frame->task == 9) {
        nb_pool_pause(show->pool, worker, true);
    }
    return NBANG_OK;
}

Test(pool_limit, delivers_nothing_of_a_paused_worker)
{
    puppet_show *show = puppet_open(2);
    show->on_frame = pause_at_10;
    tell_to_count(show, 0, 1000);
    puppet_await_frames(show, 10);
    for (uint64_t task = 0; task < 100; task++) {
        puppet_tell(show, 1, PUPPET_ECHO, task);
        puppet_await_frames(show, 10 + (size_t)task + 1);
        cr_assert_eq(show->events[show->num_events - 1].worker, 1);
    }
    nb_pool_pause(show->pool, 0, false);
    puppet_await_frames(show, 1000 + 100);
    for (size_t i = 0; i < 990; i++) {
        cr_assert_eq(show->events[110 + i].frame.task, 10 + i);
    }
    puppet_close(show);
}

/* Makes the worker send so many frames, and returns when all of them lie in its pipe, for the
 * master to read at once. */
static void tell_to_count_and_stop(puppet_show *show, unsigned worker, pid_t pid, uint32_t num)
{
    tell_to_count(show, worker, num);
    puppet_tell(show, worker, PUPPET_RAISE, SIGSTOP);
    puppet_await_stop(pid);
}

Test(pool_limit, delivers_leftovers_before_anything_else)
{
    puppet_show *show = puppet_open(2);
    pid_t neighbour = puppet_pid(show, 0);
    pid_t pid = puppet_pid(show, 1);
    show->on_frame = pause_at_10;
    tell_to_count_and_stop(show, 1, pid, 100);
    puppet_await_frames(show, 2 + 10);
    /* A frame of the worker that is looked at first lies ready in its pipe. */
    puppet_tell(show, 0, PUPPET_ECHO, 1);
    puppet_tell(show, 0, PUPPET_RAISE, SIGSTOP);
    puppet_await_stop(neighbour);
    nb_pool_pause(show->pool, 1, false);
    cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, UINT64_MAX), NBANG_OK);
    cr_assert_geq(show->num_frames, 2 + 100);
    for (size_t i = 10; i < 100; i++) {
        cr_assert_eq(show->events[2 + i].worker, 1);
        cr_assert_eq(show->events[2 + i].frame.task, i);
    }
    puppet_await_frames(show, 2 + 100 + 1);
    puppet_close(show);
}

Test(pool_limit, returns_at_once_with_leftovers)
{
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    show->on_frame = pause_at_10;
    tell_to_count_and_stop(show, 0, pid, 20);
    puppet_await_frames(show, 1 + 10);
    nb_pool_pause(show->pool, 0, false);
    /* Nothing more will come: a wait that went to sleep after the leftovers would last until the
     * test's time is up. */
    cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, UINT64_MAX), NBANG_OK);
    cr_expect_eq(show->num_frames, 1 + 20);
    puppet_close(show);
}

Test(pool_limit, sleeps_while_a_paused_worker_is_dead)
{
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    show->on_frame = pause_at_10;
    tell_to_count(show, 0, 100);
    puppet_tell(show, 0, PUPPET_EXIT, 6);
    puppet_await_frames(show, 1 + 10);
    puppet_await_end(pid);
    puppet_tell_filled(show, 0, 1, NB_WIRE_MAX_PAYLOAD); /* what cannot be sent must not wake */
    nb_pool_limit(show->pool, 0, 10 * NB_NS_PER_MS);

    uint64_t start_ns = nb_clock_wall_ns();
    uint64_t start_cpu_ns = nb_clock_cpu_ns();
    uint64_t end_ns = start_ns + 500 * NB_NS_PER_MS;
    unsigned num_calls = 0;
    for (uint64_t now_ns = start_ns; now_ns < end_ns; now_ns = nb_clock_wall_ns()) {
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, end_ns - now_ns), NBANG_OK);
        num_calls++;
    }
    cr_expect_leq(num_calls, 3);
    cr_expect_lt(nb_clock_cpu_ns() - start_cpu_ns, 250 * NB_NS_PER_MS);
    cr_expect_eq(show->num_frames, 1 + 10);
    cr_expect_eq(show->num_losses, 0);
    cr_expect(nb_pool_is_alive(show->pool, 0));

    nb_pool_pause(show->pool, 0, false);
    puppet_await_losses(show, 1);
    cr_expect_eq(show->num_frames, 1 + 100);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_EXIT);
    cr_expect_eq(puppet_last_loss(show)->detail, 6);
    puppet_close(show);
}

Test(pool_limit, rests_while_the_worker_is_paused)
{
    puppet_show *show = puppet_open(2);
    nb_pool_limit(show->pool, 0, 200 * NB_NS_PER_MS);
    nb_pool_pause(show->pool, 0, true);
    await_timeout_of(show, 1, 500);
    cr_expect(nb_pool_is_alive(show->pool, 0));
    uint64_t start_ns = nb_clock_wall_ns();
    nb_pool_pause(show->pool, 0, false);
    while (nb_pool_is_alive(show->pool, 0)) {
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, UINT64_MAX), NBANG_OK);
    }
    cr_expect_geq(nb_clock_wall_ns() - start_ns, 200 * NB_NS_PER_MS, "it has its full time again");
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_TIMEOUT);
    puppet_close(show);
}

/* While it is paused the worker fills its pipe and blocks; all of it comes when it is resumed. */
Test(pool_limit, keeps_what_a_paused_worker_sends)
{
    enum { NUM_FRAMES = 16 };
    puppet_show *show = puppet_open(2);
    nb_pool_pause(show->pool, 0, true);
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        puppet_tell_filled(show, 0, task, NB_WIRE_MAX_PAYLOAD);
    }
    for (size_t i = 0; i < 50; i++) {
        puppet_tell(show, 1, PUPPET_ECHO, 0);
        puppet_await_frames(show, i + 1);
    }
    cr_expect_gt(nb_pool_queued_bytes(show->pool, 0), 0);
    nb_pool_pause(show->pool, 0, false);
    puppet_await_frames(show, 50 + NUM_FRAMES);
    for (size_t i = 0; i < NUM_FRAMES; i++) {
        cr_assert_eq(show->events[50 + i].worker, 0);
        cr_assert_eq(show->events[50 + i].frame.task, i);
    }
    cr_expect_not(show->is_garbled);
    puppet_close(show);
}
