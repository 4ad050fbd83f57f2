/* What a worker does with its commands: the executor, its replies and digests, in one process. The
 * pipe to the master is a file, so that nobody has to read while it writes. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compute/factorial.h"
#include "compute/integer.h"
#include "nbang/estimate.h"
#include "run/codec.h"
#include "run/digest.h"
#include "run/execute.h"
#include "run/reply.h"

static nb_slots *slots;
static nb_executor *executor;
static nb_worker_program program;
static nb_worker worker;
static unsigned char *sent; /* all that the worker has sent */
static size_t sent_len;
static size_t sent_read;

static void start(nb_executor_options options)
{
    const nbang_placement placement = {.bind = NBANG_BIND_NONE};
    cr_assert_eq(nb_slots_create(&slots, &placement, NULL, 0), NBANG_OK);
    options.slots = slots;
    cr_assert_eq(nb_executor_create(&executor, &options), NBANG_OK);
    program = nb_executor_program(executor);
    worker = (nb_worker){.command_fd = -1, .result_fd = memfd_create("results", MFD_CLOEXEC)};
    cr_assert_geq(worker.result_fd, 0);
    cr_assert_eq(program.start(program.ctx, &worker), NBANG_OK);
}

static void stop(void)
{
    nb_executor_destroy(executor);
    nb_slots_destroy(slots);
    close(worker.result_fd);
    free(sent);
    sent = NULL;
    sent_read = 0;
}

TestSuite(execute, .timeout = 60);

static nb_status command(nb_message_type type, const void *payload, size_t len)
{
    const nb_frame frame = {
        .type = (uint8_t)type, .task = 42, .attempt = 7, .payload = payload, .len = len};
    return program.command(program.ctx, &worker, &frame);
}

/* Has everything that was sent so far ready to be read. */
static void receive(void)
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
static bool next_frame(nb_frame *frame)
{
    size_t taken;
    if (nb_wire_next(frame, &taken, sent + sent_read, sent_len - sent_read) != NBANG_OK) {
        cr_assert_eq(sent_read, sent_len, "whole frames only");
        return false;
    }
    sent_read += taken;
    cr_assert_eq(frame->task, 42);
    cr_assert_eq(frame->attempt, 7);
    return true;
}

static char *digits_of(uint64_t n, size_t *len)
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
static void expect_digits(uint64_t n, const char *text, size_t text_len)
{
    size_t len;
    char *digits = digits_of(n, &len);
    cr_assert_eq(text_len, len, "%zu!", (size_t)n);
    cr_assert_eq(memcmp(text, digits, len), 0, "%zu!", (size_t)n);
    free(digits);
}

/* Reads a large result: its header, then frames of text. */
static void expect_large(uint64_t n, const nb_frame *header_frame)
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
static void expect_jobs(const uint64_t *jobs, size_t num_jobs)
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
}

/* ---- jobs ---- */

Test(execute, jobs_come_back_in_order_whatever_their_sizes)
{
    static const uint64_t jobs[] = {0,    30000, 5,  511, 512, 28000, 27999, 80000,
                                    2000, 3,     10, 511, 0,   29000, 1};
    start((nb_executor_options){.verify = true});
    expect_jobs(jobs, sizeof(jobs) / sizeof(jobs[0]));
    expect_jobs(jobs, 4); /* and again, with the small ones kept */
    stop();
}

Test(execute, frames_of_results_may_end_at_any_distance_from_full)
{
    /* Full frames but for -1, 0, 1, ... bytes: 1000 jobs of one digit, and then others. */
    uint64_t jobs[1024];
    start((nb_executor_options){.verify = true});
    for (uint64_t last = 0; last < 60; last++) {
        for (size_t i = 0; i < 1024; i++) {
            jobs[i] = i < 900 ? 60 + (i * last) % 40 : last;
        }
        expect_jobs(jobs, 1024);
    }
    stop();
}

Test(execute, text_on_the_edge_between_small_and_large_arrives_whole)
{
    /* From 130,875 to 131,190 digits, about 4.5 a step: what fits into a frame with its header has
     * at most 131,000. */
    start((nb_executor_options){.verify = true});
    cr_assert_lt(nbang_estimate_job(32134).num_digits, NB_REPLY_BYTES - 2 * sizeof(nb_result));
    cr_assert_gt(nbang_estimate_job(32204).num_digits, NB_REPLY_BYTES + sizeof(nb_result));
    for (uint64_t n = 32134; n <= 32204; n++) {
        const uint64_t jobs[] = {3, n, 4};
        expect_jobs(jobs, 3);
    }
    stop();
}

Test(execute, jobs_that_are_none_break_the_protocol)
{
    const uint64_t too_large = NB_FACTORIAL_MAX_N + 1;
    start((nb_executor_options){.verify = true});
    cr_expect_eq(command(NB_MESSAGE_JOBS, "", 0), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_JOBS, &too_large, 7), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_JOBS, &too_large, 8), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_RESULTS, "", 0), NBANG_CORRUPT);
    cr_expect_eq(command((nb_message_type)99, "", 0), NBANG_CORRUPT);
    stop();
}

Test(execute, binary_numbers_that_do_not_fit_their_format_break_the_protocol)
{
    const uint64_t too_large = NB_INTEGER_RAW_MAX_N + 1;
    start((nb_executor_options){.verify = true, .content = NBANG_CONTENT_RAW});
    cr_expect_eq(command(NB_MESSAGE_JOBS, &too_large, sizeof(too_large)), NBANG_CORRUPT);
    stop();
}

/* ---- digests ---- */

Test(execute, digest_of_a_text_is_that_of_its_characters)
{
    static const uint64_t numbers[] = {0, 5, 1000, 20000};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        nb_decimal_text text;
        nb_multiplier multiplier;
        nb_decimal_text_init(&text);
        nb_multiplier_init(&multiplier);
        cr_assert_eq(nb_factorial_text(&text, &multiplier, numbers[i], NB_FACTORIAL_PRIMES),
                     NBANG_OK);
        nb_multiplier_release(&multiplier);
        unsigned char found[NB_SHA256_BYTES];
        nb_content content = nb_content_digits(&text);
        cr_assert_eq(nb_digest_content(found, &content), NBANG_OK);
        nb_decimal_text_clear(&text);
        size_t len;
        char *digits = digits_of(numbers[i], &len);
        unsigned char expected[EVP_MAX_MD_SIZE];
        cr_assert_eq(EVP_Digest(digits, len, expected, NULL, EVP_sha256(), NULL), 1);
        free(digits);
        cr_expect_eq(memcmp(found, expected, sizeof(found)), 0);
    }
}

Test(execute, digest_in_hex)
{
    unsigned char bytes[NB_SHA256_BYTES] = {0x00, 0x01, 0x9a, 0xff};
    char hex[2 * NB_SHA256_BYTES + 1];
    memset(hex, 'x', sizeof(hex));
    nb_digest_hex(hex, bytes);
    cr_expect_eq(strncmp(hex, "00019aff00", 10), 0);
    cr_expect_eq(strlen(hex), 64);
}

/* ---- running out ---- */

/* The exit status of a child that runs `body`. */
static int exit_status_of(void (*body)(void))
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

static void overflow_gmp(void)
{
    mpz_t value;
    mpz_init_set_ui(value, 1);
    mpz_mul_2exp(value, value, UINT64_C(1) << 60);
}

#ifndef __SANITIZE_ADDRESS__ /* which has an allocator, and memory limits, of its own */
static void limit_memory(void)
{
    const struct rlimit limit = {.rlim_cur = 1 << 26, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_DATA, &limit);
}

static void compute_in_little_memory(void)
{
    const uint64_t job = 10000000;
    limit_memory();
    _exit(command(NB_MESSAGE_JOBS, &job, sizeof(job)) == NBANG_NO_MEMORY ? 42 : 98);
}

static void use_gmp_in_little_memory(void)
{
    mpz_t value;
    limit_memory();
    mpz_init_set_ui(value, 1);
    mpz_mul_2exp(value, value, UINT64_C(1) << 30);
}

Test(execute, worker_that_runs_out_of_memory_says_so)
{
    start((nb_executor_options){.verify = true});
    cr_expect_eq(exit_status_of(compute_in_little_memory), 42);
    cr_expect_eq(exit_status_of(use_gmp_in_little_memory), NB_WORKER_EXIT_NO_MEMORY);
    stop();
}
#endif

Test(execute, worker_that_gmp_aborts_says_so)
{
    start((nb_executor_options){.verify = true});
    cr_expect_eq(exit_status_of(overflow_gmp), NB_WORKER_EXIT_ABORTED);
    stop();
}
