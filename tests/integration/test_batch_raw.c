/* Batches of binary numbers: the bytes that mpz_out_raw would write, whatever happens. */
#include <stdio.h> /* before gmp.h, which has functions for streams only then */

#include <criterion/criterion.h>
#include <gmp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "run/machine.h"
#include "run/reply.h"
#include "trial.h"

TestSuite(batch_raw, .timeout = 120);

#define MIB (UINT64_C(1024) * 1024)

/* ---- expectations ---- */

/* What mpz_out_raw makes of n!: the caller frees it. */
static char *raw_factorial(uint64_t n, size_t *len)
{
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, len);
    cr_assert_not_null(stream);
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, n);
    cr_assert_gt(mpz_out_raw(stream, value), 0);
    mpz_clear(value);
    cr_assert_eq(fclose(stream), 0);
    return bytes;
}

static void expect_right(const trial *self, size_t index)
{
    const trial_result *result = &self->results[index];
    const nbang_record *record = &result->record;
    uint64_t n = self->jobs[index].n;
    const nbang_estimate estimate = nbang_estimate_content(n, NBANG_CONTENT_RAW);
    cr_assert(result->ended && result->complete, "job %zu is delivered whole", index);
    cr_assert_eq(record->status, NBANG_JOB_OK, "job %zu: %s", index, record->error);
    cr_assert_null(record->error);
    cr_assert_eq(record->num_digits, estimate.num_digits);
    cr_assert_eq(record->trailing_zeros, estimate.trailing_zeros);
    cr_assert_eq(record->verified, self->options.verify);
    size_t len;
    char *bytes = raw_factorial(n, &len);
    cr_assert_eq(result->len, len, "%zu!", (size_t)n);
    cr_assert_eq(memcmp(result->text, bytes, len), 0, "%zu!", (size_t)n);
    free(bytes);
}

/* Asserts that all jobs are right, or all but that of index `but`. */
static void expect_right_but(const trial *self, size_t but)
{
    cr_assert_eq(self->status, NBANG_OK, "%s", nbang_status_string(self->status));
    cr_assert_eq(self->num_ended, self->num_jobs);
    for (size_t i = 0; i < self->num_jobs; i++) {
        if (i != but) {
            expect_right(self, i);
        }
    }
}

static void expect_all_right(const trial *self)
{
    expect_right_but(self, SIZE_MAX);
}

static trial *create(unsigned num_workers)
{
    trial *self = trial_create(num_workers);
    self->options.content = NBANG_CONTENT_RAW;
    return self;
}

static trial *around(uint64_t n)
{
    trial *self = trial_around(n, 2);
    self->options.content = NBANG_CONTENT_RAW;
    return self;
}

/* ---- results ---- */

Test(batch_raw, every_n_up_to_3000_agrees_with_gmp)
{
    trial *self = create(2);
    for (uint64_t n = 0; n <= 3000; n++) {
        trial_add(self, n);
    }
    trial_run(self);
    expect_all_right(self);
    trial_destroy(self);
}

/* From one byte to several frames. */
static void add_mixed(trial *self)
{
    static const uint64_t mixed[] = {0,    100000, 5,    511,   512, 70000, 400, 20,
                                     9000, 80000,  2000, 30000, 0,   21,    1,   150000};
    for (size_t i = 0; i < sizeof(mixed) / sizeof(mixed[0]); i++) {
        trial_add(self, mixed[i]);
    }
}

Test(batch_raw, neither_workers_nor_order_nor_teams_nor_verification_change_a_byte)
{
    static const unsigned num_workers[] = {1, 2, 7, 3, 3, 2};
    for (size_t i = 0; i < sizeof(num_workers) / sizeof(num_workers[0]); i++) {
        trial *self = create(num_workers[i]);
        self->options.unordered = i == 3;
        self->options.split = i == 4 ? NBANG_SPLIT_ALWAYS : NBANG_SPLIT_AUTO;
        self->options.verify = i != 5;
        add_mixed(self);
        trial_run(self);
        expect_all_right(self);
        cr_expect_eq(self->summary.retries, 0);
        trial_destroy(self);
    }
}

Test(batch_raw, number_on_the_edge_between_small_and_large_arrives_whole)
{
    /* About 2 bytes a step. */
    trial *self = create(2);
    cr_assert_lt(nbang_estimate_content(71280, NBANG_CONTENT_RAW).num_bytes,
                 NB_REPLY_BYTES - 2 * sizeof(nb_result));
    cr_assert_gt(nbang_estimate_content(71430, NBANG_CONTENT_RAW).num_bytes, NB_REPLY_BYTES);
    for (uint64_t n = 71280; n <= 71430; n++) {
        trial_add(self, n);
    }
    trial_run(self);
    expect_all_right(self);
    trial_destroy(self);
}

Test(batch_raw, digest_is_that_of_the_bytes)
{
    trial *self = create(2);
    self->options.digest = true;
    add_mixed(self);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    for (size_t i = 0; i < self->num_jobs; i++) {
        size_t len;
        char *bytes = raw_factorial(self->jobs[i].n, &len);
        unsigned char sha256[EVP_MAX_MD_SIZE];
        char hex[2 * NB_SHA256_BYTES + 1];
        cr_assert_eq(EVP_Digest(bytes, len, sha256, NULL, EVP_sha256(), NULL), 1);
        free(bytes);
        for (size_t k = 0; k < NB_SHA256_BYTES; k++) {
            snprintf(hex + 2 * k, 3, "%02x", sha256[k]);
        }
        cr_assert_not_null(self->results[i].record.sha256);
        cr_expect_str_eq(self->results[i].record.sha256, hex);
        cr_expect_eq(self->results[i].len, 0);
    }
    trial_destroy(self);
}

/* ---- limits ---- */

Test(batch_raw, numbers_whose_bytes_the_format_cannot_count_are_refused)
{
    static const uint64_t too_large[] = {618821161, 4400000000, 4400000001, UINT64_MAX};
    trial *self = create(2);
    for (size_t i = 0; i < 4; i++) {
        trial_add(self, too_large[i]);
    }
    trial_add(self, 6);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    for (size_t i = 0; i < 4; i++) {
        trial_expect_error(self, i, NBANG_JOB_REFUSED,
                           "is too large for GMP's raw format, which counts up to 2,147,483,647 "
                           "bytes: factorials up to that of 618,821,160 fit");
    }
    expect_right(self, 4);
    trial_destroy(self);
}

Test(batch_raw, largest_number_is_refused_for_nothing_but_its_memory)
{
    nbang_machine *machine;
    const nbang_placement placement = {.workers = 1, .bind = NBANG_BIND_NONE};
    nbang_options options;
    char reason[256];
    nbang_options_init(&options);
    options.content = NBANG_CONTENT_RAW;
    cr_assert_eq(nbang_machine_create(&machine, &placement, 64 * MIB, NULL, 0), NBANG_OK);
    cr_assert(nbang_refuses(machine, &options, 618821160, reason, sizeof(reason)));
    cr_expect_not_null(strstr(reason, "of memory"), "%s", reason);
    nbang_machine_destroy(machine);
}

Test(batch_raw, limit_of_digits_counts)
{
    trial *self = create(1);
    self->options.max_digits = 1000; /* 449! has 998 and 450! has 1001 */
    trial_add(self, 449);
    trial_add(self, 450);
    trial_run(self);
    expect_right(self, 0);
    trial_expect_error(self, 1, NBANG_JOB_REFUSED, "would have 1,001 digits");
    trial_destroy(self);
}

Test(batch_raw, limit_of_memory_counts_with_an_estimate_of_its_own)
{
    nbang_machine *machine;
    const nbang_placement placement = {.workers = 1, .bind = NBANG_BIND_NONE};
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    uint64_t job_bytes = nbang_estimate_content(1000000, NBANG_CONTENT_RAW).memory_bytes;
    uint64_t limit_bytes = nb_machine_budget_for(machine, job_bytes);
    nbang_machine_destroy(machine);
    for (int fits = 0; fits < 2; fits++) {
        trial *self = create(1);
        self->max_memory_bytes = limit_bytes - (fits ? 0 : MIB);
        trial_add(self, 1000000);
        trial_run(self);
        if (fits) {
            expect_right(self, 0);
        } else {
            trial_expect_error(self, 0, NBANG_JOB_REFUSED, "of memory in all");
        }
        trial_destroy(self);
    }
}

/* ---- faults ---- */

static void set_fault(const char *kind, uint64_t key)
{
    char fault[64];
    snprintf(fault, sizeof(fault), "%s:%zu", kind, (size_t)key);
    setenv("NBANG_FAULT", fault, 1);
}

static const uint64_t numbers[] = {20, 450, 5000, 90000};
enum { NUM_NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

Test(batch_raw, wrong_bit_is_computed_again_another_way)
{
    for (size_t i = 0; i < NUM_NUMBERS; i++) {
        set_fault("flip", numbers[i]);
        trial *self = around(numbers[i]);
        trial_run(self);
        expect_all_right(self);
        trial_destroy(self);
    }
}

Test(batch_raw, without_verification_a_wrong_bit_is_not_seen)
{
    set_fault("flip", 5000);
    trial *self = create(1);
    self->options.verify = false;
    trial_add(self, 5000);
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);
    size_t len;
    char *bytes = raw_factorial(5000, &len);
    cr_assert_eq(self->results[0].len, len);
    cr_expect_neq(memcmp(self->results[0].text, bytes, len), 0);
    cr_expect_not(self->results[0].record.verified);
    free(bytes);
    trial_destroy(self);
}

Test(batch_raw, number_that_is_wrong_on_every_path_does_not_leave)
{
    for (size_t i = 0; i < NUM_NUMBERS; i++) {
        set_fault("flip-both", numbers[i]);
        trial *self = around(numbers[i]);
        trial_run(self);
        trial_expect_error(self, 7, NBANG_JOB_ERROR,
                           "failed verification: the number is not n! modulo 2^61 - 1");
        cr_expect(self->results[7].record.failed_verification);
        cr_expect_eq(self->summary.unverified, 1);
        expect_right_but(self, 7);
        trial_destroy(self);
    }
}

Test(batch_raw, job_that_crashes_fails_alone)
{
    set_fault("segv", 30000);
    trial *self = around(30000);
    trial_run(self);
    trial_expect_error(self, 7, NBANG_JOB_ERROR, "in each of 3 attempts");
    expect_right_but(self, 7);
    trial_destroy(self);
}

/* Kills every worker as long as `*user` is not 0, at every second text of a long result. */
static void kill_all_at_every_second_text(trial *self)
{
    unsigned *left = self->user;
    const trial_result *result = &self->results[self->current];
    if (*left == 0 || result->record.num_digits < 2000000 ||
        result->len / NB_REPLY_BYTES % 2 == 0) {
        return;
    }
    --*left;
    pid_t pids[8];
    for (size_t i = trial_workers(pids, 8); i > 0; i--) {
        cr_assert_eq(kill(pids[i - 1], SIGKILL), 0);
    }
}

Test(batch_raw, number_cut_short_by_a_death_is_continued_where_it_stopped)
{
    /* As in batch_faults: texts that are more than what pipe and buffer hold. */
    setenv("NBANG_FAULT", "hold:1000", 1);
    for (int unordered = 0; unordered < 2; unordered++) {
        trial *self = create(2);
        self->options.unordered = unordered;
        trial_add(self, 60000);
        trial_add(self, 450000);
        trial_add(self, 500);
        trial_add(self, 450000);
        unsigned kills = 3;
        self->user = &kills;
        self->on_text = kill_all_at_every_second_text;
        trial_run(self);
        expect_all_right(self);
        cr_expect_eq(kills, 0);
        cr_expect_geq(self->summary.workers_lost, 3);
        cr_expect_geq(self->summary.retries, 1);
        trial_destroy(self);
    }
}

Test(batch_raw, number_that_never_comes_whole_is_incomplete)
{
    set_fault("die-sending", nbang_estimate_job(100000).num_digits);
    trial *self = around(100000);
    trial_run(self);
    expect_right_but(self, 7);
    const trial_result *result = &self->results[7];
    cr_expect(result->ended && !result->complete);
    size_t len;
    char *bytes = raw_factorial(100000, &len);
    cr_assert_lt(result->len, len);
    cr_expect_eq(memcmp(result->text, bytes, result->len), 0, "what there is of it is right");
    free(bytes);
    trial_destroy(self);
}
