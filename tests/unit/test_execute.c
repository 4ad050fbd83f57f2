/* What a worker does with its commands: the executor, its replies and digests, in one process. The
 * pipe to the master is a file, so that nobody has to read while it writes. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <gmp.h>
#include <openssl/evp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

static void start_bound(nb_executor_options options, nbang_bind bind)
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

static void start(nb_executor_options options)
{
    start_bound(options, NBANG_BIND_NONE);
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
        .type = (uint8_t)type, .task = task, .attempt = 7, .payload = payload, .len = len};
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
    cr_assert_eq(frame->task, task);
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
    task++;
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

/* ---- the team ---- */

/* Members, the leader included. */
static int team_size(void)
{
    return scratch_count("/proc/self/task") - other_threads;
}

/* A thread that has been joined may still be listed for a moment. */
static void expect_no_team(void)
{
    for (int i = 0; i < 10000 && team_size() > 1; i++) {
        usleep(1000);
    }
    cr_expect_eq(team_size(), 1);
}

/* Lends the next task the first slot, so often. */
static void lend_threads(int num)
{
    const nb_lend lend = {.slot = 0};
    for (int i = 0; i < num; i++) {
        cr_assert_eq(command(NB_MESSAGE_LEND, &lend, sizeof(lend)), NBANG_OK);
    }
}

Test(execute, lent_slots_have_threads_until_the_job_is_over)
{
    start((nb_executor_options){.verify = true});
    for (int size = 1; size < 200; size += size) {
        const uint64_t jobs[] = {5, 3000, 100000, 300000};
        for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
            lend_threads(size - 1);
            cr_expect_eq(team_size(), size);
            expect_jobs(&jobs[i], 1);
            expect_no_team();
        }
    }
    stop();
}

/* Gives the worker a pipe, with these commands in it. Returns the master's end. */
static int fill_pipe(const nb_frame *frames, size_t num_frames)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    worker.command_fd = ends[0];
    for (size_t i = 0; i < num_frames; i++) {
        unsigned char bytes[NB_WIRE_HEADER_SIZE + sizeof(nb_lend)];
        nb_wire_encode(bytes, &frames[i]);
        memcpy(bytes + NB_WIRE_HEADER_SIZE, frames[i].payload, frames[i].len);
        size_t len = NB_WIRE_HEADER_SIZE + frames[i].len;
        cr_assert_eq(write(ends[1], bytes, len), (ssize_t)len);
    }
    return ends[1];
}

static nb_frame lend_frame(const nb_lend *lend)
{
    return (nb_frame){
        .type = NB_MESSAGE_LEND, .task = task, .attempt = 7, .payload = lend, .len = sizeof(*lend)};
}

Test(execute, slots_that_are_lent_during_a_job_are_taken)
{
    const nb_lend lend = {.slot = 0};
    const uint64_t job = 300000;
    start((nb_executor_options){.verify = true});
    const nb_frame frames[] = {lend_frame(&lend), lend_frame(&lend)};
    int master_fd = fill_pipe(frames, 2);
    expect_jobs(&job, 1);
    int num_left = -1;
    cr_assert_eq(ioctl(worker.command_fd, FIONREAD, &num_left), 0);
    cr_expect_eq(num_left, 0);
    expect_no_team();
    close(master_fd);
    close(worker.command_fd);
    stop();
}

Test(execute, slot_that_is_lent_too_late_is_not_taken)
{
    const uint64_t job = 2000;
    start((nb_executor_options){.verify = true});
    expect_jobs(&job, 1);
    task--; /* that was it */
    lend_threads(1);
    cr_expect_eq(team_size(), 1);
    stop();
}

Test(execute, slots_that_are_none_break_the_protocol)
{
    start((nb_executor_options){.verify = true});
    const nb_lend beyond[] = {{.slot = nb_slots_count(slots)}, {.slot = UINT32_MAX}};
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[0], sizeof(nb_lend)), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[1], sizeof(nb_lend)), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[0], sizeof(nb_lend) - 1), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, "", 0), NBANG_CORRUPT);
    cr_expect_eq(team_size(), 1);
    stop();
}

static bool is_bound_to(pid_t thread, hwloc_const_cpuset_t cpuset)
{
    cpu_set_t cpus;
    bool same = sched_getaffinity(thread, sizeof(cpus), &cpus) == 0;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        same = same && (CPU_ISSET(cpu, &cpus) != 0) == (hwloc_bitmap_isset(cpuset, cpu) != 0);
    }
    return same;
}

/* Threads of this process that may use this slot and no other PU. */
static unsigned num_bound_to(uint32_t slot)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/task");
    cr_assert_not_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        pid_t thread = (pid_t)atoi(entry->d_name);
        count += thread > 0 && is_bound_to(thread, nb_slots_cpuset(slots, slot));
    }
    closedir(dir);
    return count;
}

Test(execute, threads_are_bound_to_their_slots)
{
    start_bound((nb_executor_options){.verify = true}, NBANG_BIND_PU);
    for (uint32_t slot = 0; slot < nb_slots_count(slots); slot++) {
        const uint64_t job = 2;
        const nb_lend lend = {.slot = slot};
        const unsigned before = num_bound_to(slot);
        cr_assert_eq(command(NB_MESSAGE_LEND, &lend, sizeof(lend)), NBANG_OK);
        cr_expect_eq(num_bound_to(slot), before + 1);
        expect_jobs(&job, 1);
        expect_no_team();
    }
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

/* With address space for no other stack. */
static void compute_without_threads(void)
{
    const uint64_t job = 100000;
    const struct rlimit none = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &none);
    lend_threads(2);
    setrlimit(RLIMIT_AS, &all);
    other_threads = 0; /* in this child */
    bool failed = team_size() == 1;
    expect_jobs(&job, 1);
    _exit(failed ? 42 : 98);
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

Test(execute, without_threads_the_team_is_smaller)
{
    start((nb_executor_options){.verify = true});
    cr_expect_eq(exit_status_of(compute_without_threads), 42);
    stop();
}
#endif

/* ---- in the middle of a job ---- */

static nb_frame frame_in_pipe;
static bool is_closed;

static void compute_with_a_frame_in_the_pipe(void)
{
    const uint64_t job = 300000;
    int master_fd = fill_pipe(&frame_in_pipe, is_closed ? 0 : 1);
    if (is_closed) {
        close(master_fd);
    }
    (void)!command(NB_MESSAGE_JOBS, &job, sizeof(job));
    _exit(42);
}

Test(execute, worker_ends_if_it_hears_nonsense_during_a_job)
{
    start((nb_executor_options){.verify = true});
    const nb_lend beyond = {.slot = nb_slots_count(slots)};
    frame_in_pipe = lend_frame(&beyond);
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_COMMAND);
    frame_in_pipe.type = NB_MESSAGE_JOBS;
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_COMMAND);
    stop();
}

Test(execute, worker_ends_if_its_master_does_during_a_job)
{
    start((nb_executor_options){.verify = true});
    is_closed = true;
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_DONE);
    stop();
}

Test(execute, worker_that_gmp_aborts_says_so)
{
    start((nb_executor_options){.verify = true});
    cr_expect_eq(exit_status_of(overflow_gmp), NB_WORKER_EXIT_ABORTED);
    stop();
}
