#include "puppet.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"

/* ---- the puppet ---- */

static nb_status count(const nb_worker *worker, const nb_frame *command)
{
    nb_status status = NBANG_OK;
    for (uint32_t i = 0; status == NBANG_OK && i < command->attempt; i++) {
        status =
            nb_worker_send(worker, &(nb_frame){.type = PUPPET_COUNT, .task = command->task + i});
    }
    return status;
}

static nb_status answer(const nb_worker *worker, uint8_t type, uint64_t task)
{
    return nb_worker_send(worker, &(nb_frame){.type = type, .task = task});
}

static nb_status pass(const nb_worker *worker, const nb_frame *command)
{
    nb_frame frame = *command;
    frame.payload = memcpy(nb_ring_take(worker->ring), command->payload, command->len);
    return nb_worker_send(worker, &frame);
}

static nb_status obey(void *ctx, const nb_worker *worker, const nb_frame *command)
{
    (void)ctx;
    switch (command->type) {
    case PUPPET_ECHO:
        return nb_worker_send(worker, command);
    case PUPPET_PASS:
        return pass(worker, command);
    case PUPPET_COUNT:
        return count(worker, command);
    case PUPPET_PID:
        return answer(worker, PUPPET_PID, (uint64_t)getpid());
    case PUPPET_INDEX:
        return answer(worker, PUPPET_INDEX, worker->index);
    case PUPPET_SPEAK:
        return nb_io_write_full(worker->result_fd,
                                &(struct iovec){(void *)(uintptr_t)command->payload, command->len},
                                1);
    case PUPPET_NAP:
        usleep((useconds_t)command->task * 1000);
        return NBANG_OK;
    case PUPPET_EXIT:
        _exit((int)command->task);
    case PUPPET_RAISE:
        raise((int)command->task);
        return NBANG_OK;
    case PUPPET_FAIL:
        return (nb_status)command->task;
    case PUPPET_SPIN:
        for (volatile unsigned long turns = 0;; turns++) {
        }
    case PUPPET_HANG_UP:
        close(worker->result_fd);
        break;
    default:
        break;
    }
    for (;;) {
        pause();
    }
}

/* ---- what the master hears ---- */

void puppet_fill(unsigned char *payload, uint64_t task, size_t len)
{
    uint64_t state = task * UINT64_C(0x9e3779b97f4a7c15) + len;
    for (size_t i = 0; i < len; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        payload[i] = (unsigned char)(state >> 56);
    }
}

static puppet_event *new_event(puppet_show *show)
{
    cr_assert_lt(show->num_events, PUPPET_MAX_EVENTS);
    return &show->events[show->num_events++];
}

static nb_status hear_frame(void *ctx, unsigned worker, const nb_frame *frame)
{
    static unsigned char expected[NB_WIRE_MAX_PAYLOAD];
    puppet_show *show = ctx;
    puppet_event *event = new_event(show);
    *event = (puppet_event){.worker = worker, .frame = *frame};
    event->frame.payload = NULL;
    show->num_frames++;
    puppet_fill(expected, frame->task, frame->len);
    if (frame->len > 0 && memcmp(frame->payload, expected, frame->len) != 0) {
        show->is_garbled = true;
    }
    return show->on_frame != NULL ? show->on_frame(show, worker, frame) : NBANG_OK;
}

static void hear_loss(void *ctx, unsigned worker, const nb_loss *loss)
{
    puppet_show *show = ctx;
    *new_event(show) = (puppet_event){.is_loss = true, .worker = worker, .loss = *loss};
    show->num_losses++;
    if (show->on_lost != NULL) {
        show->on_lost(show, worker, loss);
    }
}

const nb_loss *puppet_last_loss(const puppet_show *show)
{
    for (size_t i = show->num_events; i > 0; i--) {
        if (show->events[i - 1].is_loss) {
            return &show->events[i - 1].loss;
        }
    }
    cr_assert_fail("nothing was lost");
    return NULL;
}

/* ---- the show ---- */

puppet_show *puppet_open_empty(unsigned num_workers)
{
    static puppet_show show;
    const nb_worker_program program = {.command = obey};
    const nb_pool_events events = {.ctx = &show, .frame = hear_frame, .lost = hear_loss};
    signal(SIGPIPE, SIG_IGN);
    show.num_workers = num_workers;
    cr_assert_eq(nb_pool_create(&show.pool, num_workers, &program, &events), NBANG_OK);
    return &show;
}

puppet_show *puppet_open(unsigned num_workers)
{
    puppet_show *show = puppet_open_empty(num_workers);
    for (unsigned w = 0; w < num_workers; w++) {
        cr_assert_eq(nb_pool_start(show->pool, w), NBANG_OK, "%s", strerror(errno));
    }
    return show;
}

void puppet_close(puppet_show *show)
{
    nb_pool_destroy(show->pool);
    pid_t left = waitpid(-1, NULL, WNOHANG);
    cr_assert(left == -1 && errno == ECHILD, "a process is left");
}

void puppet_tell_frame(puppet_show *show, unsigned worker, const nb_frame *frame)
{
    cr_assert_eq(nb_pool_send(show->pool, worker, frame), NBANG_OK);
}

void puppet_tell(puppet_show *show, unsigned worker, uint8_t type, uint64_t task)
{
    puppet_tell_frame(show, worker, &(nb_frame){.type = type, .task = task});
}

static void tell_filled(puppet_show *show, unsigned worker, uint8_t type, uint64_t task, size_t len)
{
    static unsigned char payload[NB_WIRE_MAX_PAYLOAD];
    puppet_fill(payload, task, len);
    puppet_tell_frame(show, worker,
                      &(nb_frame){.type = type, .task = task, .payload = payload, .len = len});
}

void puppet_tell_filled(puppet_show *show, unsigned worker, uint64_t task, size_t len)
{
    tell_filled(show, worker, PUPPET_ECHO, task, len);
}

void puppet_tell_to_pass(puppet_show *show, unsigned worker, uint64_t task, size_t len)
{
    tell_filled(show, worker, PUPPET_PASS, task, len);
}

/* Waits until *num, one of the show's counts, has reached `wanted`. */
static void await_count(puppet_show *show, const size_t *num, size_t wanted)
{
    uint64_t end_ns = nb_clock_wall_ns() + 30 * NB_NS_PER_S;
    while (*num < wanted) {
        uint64_t now_ns = nb_clock_wall_ns();
        cr_assert_lt(now_ns, end_ns, "only %zu of %zu came", *num, wanted);
        cr_assert_eq(nb_pool_wait(show->pool, NULL, 0, end_ns - now_ns), NBANG_OK);
    }
}

void puppet_await_frames(puppet_show *show, size_t num_frames)
{
    await_count(show, &show->num_frames, num_frames);
}

void puppet_await_losses(puppet_show *show, size_t num_losses)
{
    await_count(show, &show->num_losses, num_losses);
}

pid_t puppet_pid(puppet_show *show, unsigned worker)
{
    puppet_tell(show, worker, PUPPET_PID, 0);
    for (size_t seen = show->num_events;; seen = show->num_events) {
        puppet_await_frames(show, show->num_frames + 1);
        for (size_t i = seen; i < show->num_events; i++) {
            const puppet_event *event = &show->events[i];
            if (event->worker == worker && !event->is_loss && event->frame.type == PUPPET_PID) {
                return (pid_t)event->frame.task;
            }
        }
    }
}

void puppet_await_end(pid_t pid)
{
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

void puppet_await_stop(pid_t pid)
{
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
}
