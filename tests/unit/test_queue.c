#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool/queue.h"

enum { HEADER = 32 };

/* A non-blocking pipe of the smallest size. */
static void open_narrow_pipe(int pair[2])
{
    cr_assert_eq(pipe2(pair, O_NONBLOCK | O_CLOEXEC), 0);
    cr_assert_gt(fcntl(pair[1], F_SETPIPE_SZ, 4096), 0);
}

static void push(nb_queue *queue, uint64_t task, const void *payload, size_t len)
{
    const nb_frame frame = {.type = 5, .attempt = 6, .task = task, .payload = payload, .len = len};
    cr_assert_eq(nb_queue_push(queue, &frame), NBANG_OK);
}

/* Reads what is in the pipe, at most `max`. */
static size_t drain(int fd, unsigned char *out, size_t max)
{
    ssize_t got = read(fd, out, max);
    cr_assert(got > 0 || (got < 0 && errno == EAGAIN));
    return got > 0 ? (size_t)got : 0;
}

Test(queue, has_nothing_to_write_when_empty)
{
    nb_queue queue;
    nb_queue_init(&queue);
    cr_expect_eq(queue.len_bytes, 0);
    cr_expect_eq(nb_queue_write(&queue, -1), NBANG_OK);
    nb_queue_clear(&queue);
}

Test(queue, copies_the_payload)
{
    int pair[2];
    open_narrow_pipe(pair);
    nb_queue queue;
    nb_queue_init(&queue);
    char payload[] = "before";
    push(&queue, 1, payload, 6);
    memcpy(payload, "after!", 6);
    cr_expect_eq(queue.len_bytes, HEADER + 6);
    cr_expect_eq(nb_queue_write(&queue, pair[1]), NBANG_OK);
    cr_expect_eq(queue.len_bytes, 0);
    unsigned char got[100];
    cr_assert_eq(drain(pair[0], got, sizeof(got)), HEADER + 6);
    cr_expect_arr_eq(got + HEADER, "before", 6);
}

/* The reader takes odd amounts, so that frames are cut everywhere, headers too. */
Test(queue, passes_a_full_pipe_bit_by_bit_and_in_order, .timeout = 60)
{
    const size_t lens[] = {0, 1, 10000, 0, 4096, 4064, NB_WIRE_MAX_PAYLOAD, 3, 70000};
    const size_t amounts[] = {1, 4096, 31, 33, 4095, 1000};
    enum { NUM_FRAMES = sizeof(lens) / sizeof(lens[0]), NUM_AMOUNTS = 6 };
    static unsigned char expected[1 << 20], got[1 << 20], payload[NB_WIRE_MAX_PAYLOAD];
    size_t len = 0;
    nb_queue queue;
    nb_queue_init(&queue);
    for (size_t i = 0; i < NUM_FRAMES; i++) {
        for (size_t k = 0; k < lens[i]; k++) {
            payload[k] = (unsigned char)(i * 31 + k * 7 + (k >> 8));
        }
        const nb_frame frame = {.type = 5, .attempt = 6, .task = i, .len = lens[i]};
        nb_wire_encode(expected + len, &frame);
        memcpy(expected + len + HEADER, payload, lens[i]);
        len += HEADER + lens[i];
        push(&queue, i, payload, lens[i]);
        cr_assert_eq(queue.len_bytes, len);
    }
    int pair[2];
    open_narrow_pipe(pair);
    size_t got_len = 0;
    unsigned num_again = 0;
    for (size_t round = 0; got_len < len; round++) {
        nb_status status = nb_queue_write(&queue, pair[1]);
        cr_assert_eq(status, queue.len_bytes > 0 ? NBANG_AGAIN : NBANG_OK);
        num_again += status == NBANG_AGAIN;
        size_t amount = amounts[round % NUM_AMOUNTS];
        size_t more = drain(pair[0], got + got_len, amount);
        cr_assert_gt(more, 0, "the queue stopped writing");
        got_len += more;
        cr_assert_leq(got_len + queue.len_bytes, len);
    }
    cr_expect_gt(num_again, 50);
    cr_expect_eq(queue.len_bytes, 0);
    cr_expect_null(queue.first);
    cr_assert_eq(got_len, len);
    cr_assert_eq(memcmp(got, expected, len), 0);
}

Test(queue, takes_more_after_it_has_been_emptied)
{
    int pair[2];
    open_narrow_pipe(pair);
    nb_queue queue;
    nb_queue_init(&queue);
    for (uint64_t task = 0; task < 5; task++) {
        unsigned char got[HEADER + 1];
        nb_frame frame;
        push(&queue, task, "", 0);
        cr_assert_eq(nb_queue_write(&queue, pair[1]), NBANG_OK);
        cr_assert_eq(drain(pair[0], got, sizeof(got)), HEADER);
        cr_assert_eq(nb_wire_decode(&frame, got), NBANG_OK);
        cr_assert_eq(frame.task, task);
    }
}

Test(queue, reports_a_reader_that_is_gone)
{
    signal(SIGPIPE, SIG_IGN);
    int pair[2];
    open_narrow_pipe(pair);
    nb_queue queue;
    nb_queue_init(&queue);
    push(&queue, 1, "abc", 3);
    close(pair[0]);
    errno = 0;
    cr_expect_eq(nb_queue_write(&queue, pair[1]), NBANG_SYSTEM);
    cr_expect_eq(errno, EPIPE);
    nb_queue_clear(&queue);
    cr_expect_eq(queue.len_bytes, 0);
}

/* What is forgotten half way must not leak (the sanitizer and valgrind tell) nor come back. */
Test(queue, forgets_everything_when_cleared_in_the_middle_of_a_frame)
{
    static unsigned char payload[10000], got[1 << 16];
    int pair[2];
    open_narrow_pipe(pair);
    nb_queue queue;
    nb_queue_init(&queue);
    push(&queue, 1, payload, sizeof(payload));
    push(&queue, 2, payload, sizeof(payload));
    cr_assert_eq(nb_queue_write(&queue, pair[1]), NBANG_AGAIN);
    nb_queue_clear(&queue);
    cr_expect_eq(queue.len_bytes, 0);
    while (drain(pair[0], got, sizeof(got)) > 0) {
    }
    push(&queue, 3, "x", 1);
    cr_assert_eq(nb_queue_write(&queue, pair[1]), NBANG_OK);
    cr_assert_eq(drain(pair[0], got, sizeof(got)), HEADER + 1);
    nb_frame frame;
    cr_assert_eq(nb_wire_decode(&frame, got), NBANG_OK);
    cr_expect_eq(frame.task, 3);
    nb_queue_clear(&queue);
}
