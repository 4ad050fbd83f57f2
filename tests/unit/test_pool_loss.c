/* How the pool notices that a worker is no more, what it says of it, and what comes after. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "puppet.h"

TestSuite(pool_loss, .timeout = 120);

static void expect_loss(const puppet_show *show, nb_loss_cause cause, int detail)
{
    const nb_loss *loss = puppet_last_loss(show);
    cr_expect_eq(loss->cause, cause, "cause %d", (int)loss->cause);
    cr_expect_eq(loss->detail, detail, "detail %d", loss->detail);
}

/* Checks that worker 0 sent the tasks 0, 1, ... num - 1 and was lost only then. */
static void expect_frames_then_loss(const puppet_show *show, size_t num)
{
    cr_assert_eq(show->num_events, num + 1);
    for (size_t i = 0; i < num; i++) {
        cr_assert_not(show->events[i].is_loss);
        cr_assert_eq(show->events[i].frame.task, i);
    }
    cr_assert(show->events[num].is_loss);
}

static void tell_to_count(puppet_show *show, unsigned worker, uint32_t num)
{
    puppet_tell_frame(show, worker, &(nb_frame){.type = PUPPET_COUNT, .attempt = num});
}

static void tell_to_speak(puppet_show *show, unsigned worker, const void *bytes, size_t len)
{
    puppet_tell_frame(show, worker,
                      &(nb_frame){.type = PUPPET_SPEAK, .payload = bytes, .len = len});
}

/* ---- what is said of it ---- */

Test(pool_loss, tells_how_a_worker_ended)
{
    const struct {
        uint8_t command;
        uint64_t task;
        nb_loss_cause cause;
        int detail;
    } cases[] = {
        {PUPPET_EXIT, 0, NB_LOSS_EXIT, 0},
        {PUPPET_EXIT, 1, NB_LOSS_EXIT, 1},
        {PUPPET_EXIT, 255, NB_LOSS_EXIT, 255},
        {PUPPET_EXIT, NB_WORKER_EXIT_ABORTED, NB_LOSS_EXIT, NB_WORKER_EXIT_ABORTED},
        {PUPPET_EXIT, NB_WORKER_EXIT_NO_MEMORY, NB_LOSS_NO_MEMORY, NB_WORKER_EXIT_NO_MEMORY},
        {PUPPET_FAIL, NBANG_NO_MEMORY, NB_LOSS_NO_MEMORY, NB_WORKER_EXIT_NO_MEMORY},
        {PUPPET_FAIL, NBANG_CORRUPT, NB_LOSS_EXIT, NB_WORKER_EXIT_COMMAND},
        {PUPPET_FAIL, NBANG_END, NB_LOSS_EXIT, NB_WORKER_EXIT_COMMAND},
        {PUPPET_FAIL, NBANG_SYSTEM, NB_LOSS_EXIT, NB_WORKER_EXIT_PIPE},
        {PUPPET_RAISE, SIGKILL, NB_LOSS_SIGNAL, SIGKILL},
        {PUPPET_RAISE, SIGUSR1, NB_LOSS_SIGNAL, SIGUSR1},
        {PUPPET_RAISE, SIGXCPU, NB_LOSS_SIGNAL, SIGXCPU},
    };
    puppet_show *show = puppet_open(1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pid_t pid = puppet_pid(show, 0);
        puppet_tell(show, 0, cases[i].command, cases[i].task);
        puppet_await_losses(show, i + 1);
        expect_loss(show, cases[i].cause, cases[i].detail);
        cr_expect_eq(puppet_last_loss(show)->pid, pid);
        cr_expect_eq(kill(pid, 0), -1, "the process is still there");
        cr_expect_not(nb_pool_is_alive(show->pool, 0));
        cr_expect_eq(nb_pool_num_alive(show->pool), 0);
        cr_assert_eq(nb_pool_start(show->pool, 0), NBANG_OK);
    }
    puppet_close(show);
}

static nb_status fail_to_start(void *ctx, const nb_worker *worker)
{
    (void)ctx, (void)worker;
    return NBANG_INVALID;
}

static nb_status do_nothing(void *ctx, const nb_worker *worker, const nb_frame *frame)
{
    (void)ctx, (void)worker, (void)frame;
    return NBANG_OK;
}

static void copy_loss(void *ctx, unsigned worker, const nb_loss *loss)
{
    (void)worker;
    *(nb_loss *)ctx = *loss;
}

Test(pool_loss, tells_that_a_worker_could_not_make_itself_ready)
{
    nb_loss loss = {.detail = -1};
    const nb_worker_program program = {.start = fail_to_start, .command = do_nothing};
    const nb_pool_events events = {.ctx = &loss, .lost = copy_loss};
    nb_pool *pool;
    cr_assert_eq(nb_pool_create(&pool, 1, &program, &events), NBANG_OK);
    cr_assert_eq(nb_pool_start(pool, 0), NBANG_OK);
    while (loss.detail == -1) {
        cr_assert_eq(nb_pool_wait(pool, NULL, 0, UINT64_MAX), NBANG_OK);
    }
    cr_expect_eq(loss.cause, NB_LOSS_EXIT);
    cr_expect_eq(loss.detail, NB_WORKER_EXIT_START);
    nb_pool_destroy(pool);
}

Test(pool_loss, describes_each_kind_in_words)
{
    const struct {
        nb_loss loss;
        const char *text;
    } cases[] = {
        {{NB_LOSS_SIGNAL, SIGKILL, 1}, "was killed by signal 9 (Killed)"},
        {{NB_LOSS_SIGNAL, SIGSEGV, 1}, "was killed by signal 11 (Segmentation fault)"},
        {{NB_LOSS_EXIT, 3, 1}, "ended with status 3"},
        {{NB_LOSS_EXIT, NB_WORKER_EXIT_ABORTED, 1}, "aborted"},
        {{NB_LOSS_NO_MEMORY, NB_WORKER_EXIT_NO_MEMORY, 1}, "ran out of memory"},
        {{NB_LOSS_TIMEOUT, SIGKILL, 1}, "exceeded the time limit"},
        {{NB_LOSS_PROTOCOL, SIGKILL, 1}, "sent a message that makes no sense"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[NB_LOSS_TEXT_SIZE];
        cr_expect_eq(nb_pool_describe_loss(text, &cases[i].loss), (const char *)text);
        cr_expect_str_eq(text, cases[i].text);
    }
}

/* ---- what came before it ---- */

Test(pool_loss, delivers_first_what_a_worker_sent_before_it_died)
{
    /* More than inbox and pipe hold; then the worker writes until the very end. */
    enum { NUM_FRAMES = 15000 };
    puppet_show *show = puppet_open(1);
    tell_to_count(show, 0, NUM_FRAMES);
    puppet_tell(show, 0, PUPPET_EXIT, 7);
    puppet_await_losses(show, 1);
    expect_frames_then_loss(show, NUM_FRAMES);
    expect_loss(show, NB_LOSS_EXIT, 7);
    puppet_close(show);
}

Test(pool_loss, delivers_first_what_a_worker_sent_before_it_was_killed)
{
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    show->num_events = 0;
    tell_to_count(show, 0, 100);
    puppet_tell(show, 0, PUPPET_RAISE, SIGSTOP);
    puppet_await_stop(pid);
    kill(pid, SIGKILL);
    puppet_await_end(pid);
    puppet_await_losses(show, 1);
    expect_frames_then_loss(show, 100);
    expect_loss(show, NB_LOSS_SIGNAL, SIGKILL);
    puppet_close(show);
}

Test(pool_loss, drops_the_half_frame_of_a_worker_that_dies)
{
    unsigned char frame[NB_WIRE_HEADER_SIZE + 100] = {0};
    nb_wire_encode(frame, &(nb_frame){.len = 100});
    const size_t cuts[] = {1, NB_WIRE_HEADER_SIZE - 1, NB_WIRE_HEADER_SIZE,
                           NB_WIRE_HEADER_SIZE + 99};
    puppet_show *show = puppet_open(1);
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        show->num_events = 0;
        tell_to_count(show, 0, 3);
        tell_to_speak(show, 0, frame, cuts[i]);
        puppet_tell(show, 0, PUPPET_EXIT, 9);
        puppet_await_losses(show, i + 1);
        expect_frames_then_loss(show, 3);
        expect_loss(show, NB_LOSS_EXIT, 9);
        cr_assert_eq(nb_pool_start(show->pool, 0), NBANG_OK);
        /* The replacement's stream starts afresh. */
        puppet_tell(show, 0, PUPPET_ECHO, 5);
        puppet_await_frames(show, show->num_frames + 1);
    }
    puppet_close(show);
}

/* ---- workers that lie ---- */

/* Worker 0 sends three good frames and then these bytes, and lives on. */
static void expect_protocol_loss(const void *bytes, size_t len)
{
    puppet_show *show = puppet_open(2);
    pid_t pid = puppet_pid(show, 0);
    show->num_events = 0;
    tell_to_count(show, 0, 3);
    tell_to_speak(show, 0, bytes, len);
    tell_to_count(show, 0, 3); /* not to be believed any more */
    puppet_tell(show, 0, PUPPET_SLEEP, 0);
    puppet_await_losses(show, 1);
    expect_frames_then_loss(show, 3);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_PROTOCOL);
    cr_expect_eq(puppet_last_loss(show)->pid, pid);
    cr_expect_eq(kill(pid, 0), -1, "the process is still there");
    puppet_tell(show, 1, PUPPET_ECHO, 1);
    puppet_await_frames(show, show->num_frames + 1);
    puppet_close(show);
}

Test(pool_loss, kills_a_worker_that_sends_garbage)
{
    static const char garbage[100000] = "Traceback (most recent call last):\n";
    expect_protocol_loss(garbage, sizeof(garbage));
}

Test(pool_loss, kills_a_worker_that_sends_a_header_of_garbage)
{
    expect_protocol_loss("0123456789abcdef0123456789abcdef", NB_WIRE_HEADER_SIZE);
}

Test(pool_loss, kills_a_worker_that_announces_too_long_a_frame)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    uint64_t len = NB_WIRE_MAX_PAYLOAD + 1;
    nb_wire_encode(header, &(nb_frame){.type = 1});
    memcpy(header + 24, &len, sizeof(len));
    expect_protocol_loss(header, sizeof(header));
}

Test(pool_loss, kills_a_worker_that_passes_more_than_a_buffer_holds)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    nb_wire_encode(header, &(nb_frame){.type = 1, .len = NB_RING_BUFFER_BYTES + 1, .passed = true});
    expect_protocol_loss(header, sizeof(header));
}

Test(pool_loss, kills_a_worker_that_passes_without_a_ring)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    cr_assert_eq(setenv("NBANG_FAULT", "ring:0", 1), 0);
    nb_wire_encode(header, &(nb_frame){.type = 1, .len = 1, .passed = true});
    expect_protocol_loss(header, sizeof(header));
}

/* What it has passed by then is delivered, from memory that it no longer holds. */
Test(pool_loss, payloads_outlive_the_worker_that_passed_them)
{
    enum { NUM_FRAMES = NB_RING_BUFFERS };
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    for (uint64_t task = 0; task < NUM_FRAMES; task++) {
        puppet_tell_to_pass(show, 0, task, 100000);
    }
    puppet_tell(show, 0, PUPPET_RAISE, SIGKILL);
    while (nb_pool_queued_bytes(show->pool, 0) > 0) {
        nb_pool_pause(show->pool, 0, true);
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, 10000000), NBANG_OK);
    }
    puppet_await_end(pid);
    nb_pool_pause(show->pool, 0, false);
    puppet_await_losses(show, 1);
    cr_expect_eq(show->num_frames, 1 + NUM_FRAMES);
    cr_expect_not(show->is_garbled);
    puppet_close(show);
}

Test(pool_loss, reports_a_worker_that_sends_garbage_and_dies_once)
{
    puppet_show *show = puppet_open(2);
    pid_t pid = puppet_pid(show, 0);
    tell_to_speak(show, 0, "0123456789abcdef0123456789abcdef", NB_WIRE_HEADER_SIZE);
    puppet_tell(show, 0, PUPPET_EXIT, 0);
    puppet_await_end(pid); /* garbage and end of file are seen together */
    puppet_await_losses(show, 1);
    puppet_tell(show, 1, PUPPET_ECHO, 1);
    puppet_await_frames(show, 2);
    cr_expect_eq(show->num_losses, 1);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_PROTOCOL);
    cr_expect_eq(nb_pool_num_alive(show->pool), 1);
    puppet_close(show);
}

static nb_status refuse_task_3(puppet_show *show, unsigned worker, const nb_frame *frame)
{
    (void)show, (void)worker;
    return frame->task == 3 ? NBANG_CORRUPT : NBANG_OK;
}

Test(pool_loss, kills_a_worker_whose_frame_the_callback_refuses)
{
    puppet_show *show = puppet_open(1);
    show->on_frame = refuse_task_3;
    tell_to_count(show, 0, 10);
    puppet_tell(show, 0, PUPPET_SLEEP, 0);
    puppet_await_losses(show, 1);
    expect_frames_then_loss(show, 4);
    cr_expect_eq(puppet_last_loss(show)->cause, NB_LOSS_PROTOCOL);
    puppet_close(show);
}

Test(pool_loss, notices_a_worker_that_closes_its_pipe_and_lives_on)
{
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    puppet_tell(show, 0, PUPPET_HANG_UP, 0);
    puppet_await_losses(show, 1);
    cr_expect_eq(puppet_last_loss(show)->pid, pid);
    cr_expect_eq(kill(pid, 0), -1, "the process is still there");
    puppet_close(show);
}

/* ---- what comes after it ---- */

static void restart(puppet_show *show, unsigned worker, const nb_loss *loss)
{
    (void)loss;
    cr_assert_not(nb_pool_is_alive(show->pool, worker));
    cr_assert_eq(nb_pool_queued_bytes(show->pool, worker), 0);
    cr_assert_eq(nb_pool_start(show->pool, worker), NBANG_OK);
    cr_assert(nb_pool_is_alive(show->pool, worker));
    puppet_tell(show, worker, PUPPET_ECHO, 1000 + show->num_losses);
}

Test(pool_loss, restarts_a_worker_from_within_the_callback)
{
    enum { NUM_DEATHS = 40 };
    puppet_show *show = puppet_open(3);
    show->on_lost = restart;
    size_t before = count_descriptors();
    for (unsigned death = 1; death <= NUM_DEATHS; death++) {
        unsigned worker = death % 3;
        /* What the dead one was sent must not reach its successor. */
        if (death % 2 == 0) {
            puppet_tell(show, worker, PUPPET_RAISE, SIGKILL);
        } else {
            static const char garbage[64] = "rubbish";
            tell_to_speak(show, worker, garbage, sizeof(garbage));
            puppet_tell(show, worker, PUPPET_SLEEP, 0);
        }
        puppet_tell_filled(show, worker, 5, NB_WIRE_MAX_PAYLOAD);
        puppet_tell_filled(show, worker, 5, NB_WIRE_MAX_PAYLOAD);
        puppet_await_frames(show, death);
        const puppet_event *last = &show->events[show->num_events - 1];
        cr_assert_not(last->is_loss);
        cr_assert_eq(last->worker, worker);
        cr_assert_eq(last->frame.task, 1000 + death);
        cr_assert_eq(show->num_losses, death);
        cr_assert_eq(nb_pool_num_alive(show->pool), 3);
    }
    cr_expect_eq(count_descriptors(), before);
    puppet_close(show);
}

static void restart_a_dead_neighbour(puppet_show *show, unsigned worker, const nb_loss *loss)
{
    (void)loss;
    unsigned neighbour = 1 - worker;
    if (!nb_pool_is_alive(show->pool, neighbour)) {
        cr_assert_eq(nb_pool_start(show->pool, neighbour), NBANG_OK);
        puppet_tell(show, neighbour, PUPPET_ECHO, 77);
    }
}

Test(pool_loss, restarts_another_worker_from_within_the_callback)
{
    for (unsigned first = 0; first < 2; first++) {
        puppet_show *show = puppet_open(2);
        show->num_frames = show->num_losses = show->num_events = 0;
        show->on_lost = restart_a_dead_neighbour;
        puppet_tell(show, first, PUPPET_EXIT, 1);
        puppet_await_losses(show, 1);
        puppet_tell(show, 1 - first, PUPPET_EXIT, 2);
        puppet_await_frames(show, 1);
        cr_expect_eq(show->num_losses, 2);
        cr_expect(nb_pool_is_alive(show->pool, first));
        cr_expect_not(nb_pool_is_alive(show->pool, 1 - first));
        puppet_close(show);
    }
}

Test(pool_loss, touches_no_other_worker)
{
    enum { NUM_WORKERS = 6, PER_WORKER = 20 };
    puppet_show *show = puppet_open(NUM_WORKERS);
    pid_t victim = puppet_pid(show, 3);
    for (unsigned w = 0; w < NUM_WORKERS; w++) {
        for (uint64_t task = 0; task < PER_WORKER && w != 3; task++) {
            puppet_tell_filled(show, w, task, 100000);
        }
    }
    kill(victim, SIGKILL);
    puppet_await_frames(show, 1 + (NUM_WORKERS - 1) * PER_WORKER);
    puppet_await_losses(show, 1);
    cr_expect_not(show->is_garbled);
    cr_expect_eq(nb_pool_num_alive(show->pool), NUM_WORKERS - 1);
    puppet_close(show);
}

Test(pool_loss, takes_commands_for_a_worker_whose_death_it_has_not_noticed)
{
    puppet_show *show = puppet_open(1);
    pid_t pid = puppet_pid(show, 0);
    kill(pid, SIGKILL);
    puppet_await_end(pid);
    for (uint64_t task = 0; task < 5; task++) {
        puppet_tell_filled(show, 0, task, NB_WIRE_MAX_PAYLOAD);
    }
    cr_expect_eq(show->num_losses, 0, "losses are told in nb_pool_wait only");
    puppet_await_losses(show, 1);
    expect_loss(show, NB_LOSS_SIGNAL, SIGKILL);
    puppet_close(show);
}
