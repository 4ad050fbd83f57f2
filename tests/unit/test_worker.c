/* A worker's side of its pipes, in one process: commands that it serves, and those that it takes
 * while it is busy with another. */
#include "pool/worker.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static nb_worker worker;
static int command_fd; /* the master's end */

static void open_pipe(void)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    worker = (nb_worker){.command_fd = ends[0], .result_fd = -1};
    command_fd = ends[1];
}

static void close_pipe(void)
{
    close(worker.command_fd);
    close(command_fd);
}

TestSuite(worker, .init = open_pipe, .fini = close_pipe, .timeout = 30);

/* The bytes of a frame whose payload is `text`; returns how many. */
static size_t encode(unsigned char *bytes, uint64_t task, const char *text)
{
    const nb_frame frame = {.type = 3, .attempt = 5, .task = task, .len = strlen(text)};
    nb_wire_encode(bytes, &frame);
    memcpy(bytes + NB_WIRE_HEADER_SIZE, text, frame.len);
    return NB_WIRE_HEADER_SIZE + frame.len;
}

static void put(const unsigned char *bytes, size_t len)
{
    cr_assert_eq(write(command_fd, bytes, len), (ssize_t)len);
}

static void send_command(uint64_t task, const char *text)
{
    unsigned char bytes[256];
    put(bytes, encode(bytes, task, text));
}

static nb_status poll_command(nb_frame *frame, char payload[8])
{
    return nb_worker_poll(&worker, frame, payload, 8);
}

static void expect_command(uint64_t task, const char *text)
{
    nb_frame frame;
    char payload[8];
    cr_assert_eq(poll_command(&frame, payload), NBANG_OK);
    cr_expect_eq(frame.type, 3);
    cr_expect_eq(frame.attempt, 5);
    cr_expect_eq(frame.task, task);
    cr_assert_eq(frame.len, strlen(text));
    cr_expect_eq(memcmp(frame.payload, text, frame.len), 0);
}

static void expect_poll(nb_status expected)
{
    nb_frame frame;
    char payload[8];
    cr_expect_eq(poll_command(&frame, payload), expected);
}

Test(worker, poll_takes_what_has_come_and_waits_for_nothing)
{
    expect_poll(NBANG_AGAIN);
    send_command(1, "");
    send_command(2, "12345678");
    send_command(3, "x");
    expect_command(1, "");
    expect_command(2, "12345678");
    expect_command(3, "x");
    expect_poll(NBANG_AGAIN);
}

Test(worker, poll_has_room_for_so_many_bytes_only)
{
    send_command(1, "123456789");
    expect_poll(NBANG_CORRUPT);
}

Test(worker, poll_refuses_what_is_no_frame)
{
    unsigned char bytes[256];
    size_t len = encode(bytes, 1, "x");
    bytes[0] ^= 1;
    put(bytes, len);
    expect_poll(NBANG_CORRUPT);
}

Test(worker, poll_tells_the_end)
{
    send_command(1, "x");
    close(command_fd);
    expect_command(1, "x");
    expect_poll(NBANG_END);
    expect_poll(NBANG_END);
}

Test(worker, poll_tells_an_end_within_a_frame)
{
    unsigned char bytes[256];
    size_t len = encode(bytes, 1, "1234");
    for (size_t cut = 1; cut < len; cut++) {
        put(bytes, cut);
        close(command_fd);
        expect_poll(NBANG_CORRUPT);
        close(worker.command_fd);
        open_pipe();
    }
}

Test(worker, poll_tells_a_pipe_that_fails)
{
    const nb_worker other_end = {.command_fd = command_fd};
    nb_frame frame;
    char payload[8];
    close(worker.command_fd); /* an error, and poll() says so: no reader is left */
    cr_expect_eq(nb_worker_poll(&other_end, &frame, payload, sizeof(payload)), NBANG_SYSTEM);
    open_pipe();
}

Test(worker, poll_waits_for_the_rest_of_a_frame)
{
    unsigned char bytes[256];
    size_t len = encode(bytes, 7, "12345678");
    pid_t master = fork();
    cr_assert_geq(master, 0);
    if (master == 0) {
        for (size_t i = 0; i < len; i++) {
            const struct timespec pause = {.tv_nsec = 1000000};
            nanosleep(&pause, NULL);
            (void)!write(command_fd, bytes + i, 1);
        }
        _exit(0);
    }
    nb_frame frame;
    char payload[8];
    nb_status status;
    do {
        status = poll_command(&frame, payload);
    } while (status == NBANG_AGAIN);
    cr_assert_eq(status, NBANG_OK);
    cr_expect_eq(frame.task, 7);
    cr_expect_eq(memcmp(frame.payload, "12345678", 8), 0);
    cr_assert_eq(waitpid(master, NULL, 0), master);
}

/* ---- in the middle of a command ---- */

/* Takes the command that is behind this one, too. */
static nb_status take_next(void *ctx, const nb_worker *self, const nb_frame *frame)
{
    unsigned *num_served = ctx;
    nb_frame next;
    char payload[8];
    ++*num_served;
    cr_assert_eq(nb_worker_poll(self, &next, payload, sizeof(payload)), NBANG_OK);
    cr_expect_eq(next.task, frame->task + 1);
    cr_expect_eq(memcmp(payload, "next", 4), 0);
    cr_expect_eq(memcmp(frame->payload, "this", 4), 0, "is still there");
    return NBANG_OK;
}

Test(worker, serves_on_behind_the_commands_that_were_polled)
{
    for (uint64_t task = 0; task < 10; task += 2) {
        send_command(task, "this");
        send_command(task + 1, "next");
    }
    close(command_fd);
    unsigned num_served = 0;
    const nb_worker_program program = {.ctx = &num_served, .command = take_next};
    cr_expect_eq(nb_worker_serve(&worker, &program), NB_WORKER_EXIT_DONE);
    cr_expect_eq(num_served, 5);
}
