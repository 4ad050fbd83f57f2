/* What a worker does with its commands: the executor, its replies and digests, in one process. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/resource.h>

#include "compute/factorial.h"
#include "compute/integer.h"
#include "executor_support.h"
#include "nbang/estimate.h"
#include "run/digest.h"
#include "run/reply.h"

TestSuite(execute, .timeout = 60);

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
