/* The memory through which a worker's payloads reach its master: the two sides in two processes. */
#include "pool/ring.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(ring, .timeout = 60);

static nb_ring *need_ring(void)
{
    nb_ring *ring = NULL;
    cr_assert_eq(nb_ring_create(&ring), NBANG_OK);
    return ring;
}

/* Takes, fills and passes `count` buffers, and says so after each through the pipe. */
static _Noreturn void fill_buffers(nb_ring *ring, int fd, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char *buffer = nb_ring_take(ring);
        memset(buffer, (int)(i + 1), NB_RING_BUFFER_BYTES);
        if (!nb_ring_pass(ring, buffer) || write(fd, "x", 1) != 1) {
            _exit(1);
        }
    }
    _exit(0);
}

static pid_t fork_filler(nb_ring *ring, int *news_fd, size_t count)
{
    int pair[2];
    cr_assert_eq(pipe(pair), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        fill_buffers(ring, pair[1], count);
    }
    close(pair[1]);
    *news_fd = pair[0];
    return pid;
}

static void await_news(int fd)
{
    char news;
    cr_assert_eq(read(fd, &news, 1), 1);
}

static void expect_good_end(pid_t pid)
{
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Whether the front buffer is full of `value`. */
static void expect_front(const nb_ring *ring, size_t value)
{
    const unsigned char *front = nb_ring_front(ring);
    for (size_t i = 0; i < NB_RING_BUFFER_BYTES; i++) {
        cr_assert_eq(front[i], value, "byte %zu", i);
    }
}

Test(ring, buffers_arrive_in_the_order_in_which_they_are_passed)
{
    enum { COUNT = 7 * NB_RING_BUFFERS + 2 };
    nb_ring *ring = need_ring();
    int news_fd;
    pid_t pid = fork_filler(ring, &news_fd, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        await_news(news_fd);
        expect_front(ring, i + 1);
        nb_ring_give_back(ring);
    }
    expect_good_end(pid);
    close(news_fd);
    nb_ring_destroy(ring);
}

/* That nothing comes is seen by waiting for a while, which may be too short to notice a mistake but
 * never makes one. */
Test(ring, worker_waits_until_a_buffer_is_given_back)
{
    nb_ring *ring = need_ring();
    int news_fd;
    pid_t pid = fork_filler(ring, &news_fd, NB_RING_BUFFERS + 1);
    for (size_t i = 0; i < NB_RING_BUFFERS; i++) {
        await_news(news_fd);
    }
    struct pollfd news = {.fd = news_fd, .events = POLLIN};
    cr_expect_eq(poll(&news, 1, 100), 0, "a buffer was taken that is still in use");
    expect_front(ring, 1);
    nb_ring_give_back(ring);
    await_news(news_fd);
    for (size_t i = 0; i < NB_RING_BUFFERS; i++) {
        expect_front(ring, i + 2);
        nb_ring_give_back(ring);
    }
    expect_good_end(pid);
    close(news_fd);
    nb_ring_destroy(ring);
}

Test(ring, only_the_buffer_that_was_taken_can_be_passed)
{
    nb_ring *ring = need_ring();
    char other;
    cr_expect_not(nb_ring_pass(ring, nb_ring_front(ring)), "nothing was taken");
    char *first = nb_ring_take(ring);
    cr_expect_not(nb_ring_pass(ring, &other));
    cr_expect_not(nb_ring_pass(ring, NULL));
    cr_expect_not(nb_ring_pass(ring, first + 1));
    cr_expect(nb_ring_pass(ring, first));
    cr_expect_not(nb_ring_pass(ring, first), "it was passed already");
    char *second = nb_ring_take(ring);
    cr_expect_neq(second, first);
    cr_expect_not(nb_ring_pass(ring, first));
    cr_expect(nb_ring_pass(ring, second));
    nb_ring_destroy(ring);
}

Test(ring, buffers_lie_apart_and_begin_on_pages)
{
    nb_ring *ring = need_ring();
    char *buffers[NB_RING_BUFFERS];
    for (size_t i = 0; i < NB_RING_BUFFERS; i++) {
        buffers[i] = nb_ring_take(ring);
        cr_expect_eq((uintptr_t)buffers[i] % 4096, 0);
        cr_expect(nb_ring_pass(ring, buffers[i]));
        memset(buffers[i], (int)i, NB_RING_BUFFER_BYTES);
    }
    for (size_t i = 0; i < NB_RING_BUFFERS; i++) {
        expect_front(ring, i);
        nb_ring_give_back(ring);
    }
    nb_ring_destroy(ring);
}

Test(ring, workers_that_come_later_do_not_see_it)
{
    nb_ring *ring = need_ring();
    void *buffer = nb_ring_take(ring);
    cr_expect_eq(msync(buffer, 4096, MS_ASYNC), 0);
    nb_ring_hide(ring);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(msync(buffer, 4096, MS_ASYNC) == -1 && errno == ENOMEM ? 0 : 1);
    }
    expect_good_end(pid);
    nb_ring_destroy(ring);
}

Test(ring, destroy_takes_none)
{
    nb_ring_destroy(NULL);
}

Test(ring, failure_leaves_nothing)
{
    cr_assert_eq(setenv("NBANG_FAULT", "ring:0", 1), 0);
    nb_ring *ring = (nb_ring *)&ring;
    cr_expect_eq(nb_ring_create(&ring), NBANG_NO_MEMORY);
    cr_expect_eq(ring, (nb_ring *)&ring);
}
