/* An executor in this process. Its pipe to the master is a file, so that nobody has to read while
 * it writes. */
#ifndef NB_TEST_EXECUTOR_SUPPORT_H
#define NB_TEST_EXECUTOR_SUPPORT_H

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/codec.h"
#include "run/execute.h"
#include "scratch.h"

static nb_slots *slots;
static nb_executor *executor;
static nb_worker_program program;
static nb_worker worker;
static unsigned char *sent; /* all that the worker has sent */
static size_t sent_len;
static size_t sent_read;
static uint64_t task = 42; /* of the next commands */
static int other_threads;  /* of this process: those of the test framework */

static inline void start_bound(nb_executor_options options, nbang_bind bind)
{
    const nbang_placement placement = {.bind = bind};
    cr_assert_eq(nb_slots_create(&slots, &placement, NULL, 0), NBANG_OK);
    options.slots = slots;
    cr_assert_eq(nb_executor_create(&executor, &options), NBANG_OK);
    program = nb_executor_program(executor);
    worker = (nb_worker){.command_fd = -1, .result_fd = memfd_create("results", MFD_CLOEXEC)};
    cr_assert_geq(worker.result_fd, 0);
    other_threads = scratch_count("/proc/self/task") - 1;
    cr_assert_eq(program.start(program.ctx, &worker), NBANG_OK);
}

static inline void start(nb_executor_options options)
{
    start_bound(options, NBANG_BIND_NONE);
}

static inline void stop(void)
{
    nb_executor_destroy(executor);
    nb_slots_destroy(slots);
    close(worker.result_fd);
    free(sent);
    sent = NULL;
    sent_read = 0;
}

static inline nb_status command(nb_message_type type, const void *payload, size_t len)
{
    const nb_frame frame = {
        .type = (uint8_t)type, .task = task, .attempt = 7, .payload = payload, .len = len};
    return program.command(program.ctx, &worker, &frame);
}

/* Has everything that was sent so far ready to be read. */
static inline void receive(void)
{
    off_t len = lseek(worker.result_fd, 0, SEEK_END);
    cr_assert_geq(len, 0);
    free(sent);
    sent = malloc((size_t)len + 1);
    cr_assert_not_null(sent);
    cr_assert_eq(pread(worker.result_fd, sent, (size_t)len, 0), len);
    sent_len = (size_t)len;
}

/* The next frame that was sent; false if there is none. */
static inline bool next_frame(nb_frame *frame)
{
    size_t taken;
    if (nb_wire_next(frame, &taken, sent + sent_read, sent_len - sent_read) != NBANG_OK) {
        cr_assert_eq(sent_read, sent_len, "whole frames only");
        return false;
    }
    sent_read += taken;
    cr_assert_eq(frame->task, task);
    cr_assert_eq(frame->attempt, 7);
    return true;
}

static inline char *digits_of(uint64_t n, size_t *len)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, n);
    char *digits = mpz_get_str(NULL, 10, value);
    mpz_clear(value);
    *len = strlen(digits);
    return digits;
}

/* Asserts that the text is that of n!. */
static inline void expect_digits(uint64_t n, const char *text, size_t text_len)
{
    size_t len;
    char *digits = digits_of(n, &len);
    cr_assert_eq(text_len, len, "%zu!", (size_t)n);
    cr_assert_eq(memcmp(text, digits, len), 0, "%zu!", (size_t)n);
    free(digits);
}

/* Reads a large result: its header, then frames of text. */
static inline void expect_large(uint64_t n, const nb_frame *header_frame)
{
    nb_result result;
    cr_assert_eq(header_frame->type, NB_MESSAGE_RESULT);
    cr_assert_eq(nb_codec_struct(&result, sizeof(result), header_frame), NBANG_OK);
    cr_assert_eq(result.num_digits, result.text_len);
    char *text = malloc(result.text_len);
    cr_assert_not_null(text);
    nb_frame frame;
    for (size_t len = 0; len < result.text_len; len += frame.len) {
        cr_assert(next_frame(&frame));
        cr_assert_eq(frame.type, NB_MESSAGE_TEXT);
        cr_assert(frame.len > 0 && frame.len <= result.text_len - len);
        memcpy(text + len, frame.payload, frame.len);
    }
    expect_digits(n, text, result.text_len);
    free(text);
}

/* Runs the jobs and checks every result that comes back, in order. */
static inline void expect_jobs(const uint64_t *jobs, size_t num_jobs)
{
    cr_assert_eq(command(NB_MESSAGE_JOBS, jobs, num_jobs * sizeof(*jobs)), NBANG_OK);
    receive();
    size_t position = 0;
    nb_frame frame;
    while (next_frame(&frame)) {
        if (frame.type != NB_MESSAGE_RESULTS) {
            cr_assert_lt(position, num_jobs);
            expect_large(jobs[position++], &frame);
            continue;
        }
        nb_result result;
        const char *text;
        size_t offset = 0;
        nb_status status;
        while ((status = nb_codec_next_result(&result, &text, &offset, &frame)) == NBANG_OK) {
            cr_assert_lt(position, num_jobs);
            cr_assert_eq(result.position, position);
            cr_assert(result.verified && !result.failed_verification && !result.has_sha256);
            cr_assert_eq(result.num_digits, result.text_len);
            expect_digits(jobs[position++], text, result.text_len);
        }
        cr_assert_eq(status, NBANG_END);
    }
    cr_assert_eq(position, num_jobs);
    task++;
}

/* The exit status of a child that runs `body`. */
static inline int exit_status_of(void (*body)(void))
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        close(STDERR_FILENO); /* GMP says what it thinks of it */
        body();
        _exit(99);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
