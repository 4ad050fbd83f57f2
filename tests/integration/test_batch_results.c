/* The digits of whole batches, whichever way they are computed. */
#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/plan.h"
#include "trial.h"

TestSuite(batch_results, .timeout = 120);

/* From below the first threshold of every path to the largest that tests can afford: small jobs in
 * groups, large ones alone, texts of one frame and of many. */
static const uint64_t mixed[] = {
    0,     1,     2,     3,     4,     5,     20,   21,    25,     100,  399,  400,  401,
    511,   512,   513,   1000,  2047,  2048,  2049, 5000,  6000,   7000, 8191, 8192, 9000,
    20000, 28000, 30000, 31000, 50000, 12345, 7,    40000, 100000, 3,    0,    40000};
enum { NUM_MIXED = sizeof(mixed) / sizeof(mixed[0]) };

static trial *mixed_trial(unsigned num_workers)
{
    trial *self = trial_create(num_workers);
    for (size_t i = 0; i < NUM_MIXED; i++) {
        trial_add(self, mixed[i]);
    }
    return self;
}

static void run_and_expect_all_right(trial *self)
{
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->summary.ok, self->num_jobs);
    cr_expect_eq(self->summary.retries, 0);
    cr_expect_eq(self->num_fewer, 0);
    trial_destroy(self);
}

Test(batch_results, every_n_up_to_3000_agrees_with_gmp)
{
    trial *self = trial_create(2);
    for (uint64_t n = 0; n <= 3000; n++) {
        trial_add(self, n);
    }
    run_and_expect_all_right(self);
}

Test(batch_results, many_random_tiny_jobs_agree_with_gmp)
{
    /* Results of all sizes in all orders: their frames end at every distance from full. */
    trial *self = trial_create(2);
    uint64_t state = 1;
    for (size_t i = 0; i < 50000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        trial_add(self, (state >> 33) % 101);
    }
    run_and_expect_all_right(self);
}

Test(batch_results, one_worker)
{
    run_and_expect_all_right(mixed_trial(1));
}

Test(batch_results, two_workers)
{
    run_and_expect_all_right(mixed_trial(2));
}

Test(batch_results, seven_workers)
{
    run_and_expect_all_right(mixed_trial(7));
}

Test(batch_results, forty_workers_on_few_jobs)
{
    run_and_expect_all_right(mixed_trial(40));
}

Test(batch_results, work_for_one_worker_starts_one)
{
    /* 20 times 17 us: several groups, but less than what a second process costs. */
    trial *self = trial_create(8);
    uint64_t total_ns = 0;
    for (uint64_t n = 1000; n < 1020; n++) {
        trial_add(self, n);
        total_ns += nbang_estimate_job(n).time_ns;
    }
    cr_assert_eq(nb_plan_workers(0, total_ns, 8), 1);
    trial_run(self);
    trial_expect_all_right(self);
    cr_expect_eq(self->summary.workers, 1);
    trial_destroy(self);
}

Test(batch_results, bound_workers)
{
    static const nbang_bind binds[] = {NBANG_BIND_CORE, NBANG_BIND_PU, NBANG_BIND_NUMA};
    for (size_t i = 0; i < sizeof(binds) / sizeof(binds[0]); i++) {
        trial *self = trial_create(2);
        self->placement.bind = binds[i];
        trial_add(self, 5000);
        trial_add(self, 60000);
        trial_add(self, 10);
        run_and_expect_all_right(self);
    }
}

Test(batch_results, every_job_by_a_team)
{
    for (unsigned num_workers = 1; num_workers <= 7; num_workers += 3) {
        trial *self = mixed_trial(num_workers);
        self->options.split = NBANG_SPLIT_ALWAYS;
        run_and_expect_all_right(self);
    }
}

Test(batch_results, small_jobs_by_teams)
{
    trial *self = trial_create(3);
    self->options.split = NBANG_SPLIT_ALWAYS;
    for (uint64_t n = 0; n <= 120; n++) {
        trial_add(self, n);
    }
    run_and_expect_all_right(self);
}

Test(batch_results, no_job_by_a_team)
{
    trial *self = mixed_trial(2);
    self->options.split = NBANG_SPLIT_NEVER;
    run_and_expect_all_right(self);
}

Test(batch_results, unverified_if_so_wished)
{
    trial *self = mixed_trial(2);
    self->options.verify = false;
    run_and_expect_all_right(self); /* includes: no record says that it was verified */
}

Test(batch_results, out_of_order_every_job_still_comes_once)
{
    for (unsigned num_workers = 1; num_workers <= 7; num_workers += 3) {
        trial *self = mixed_trial(num_workers);
        self->options.unordered = true;
        run_and_expect_all_right(self);
    }
}

Test(batch_results, out_of_order_and_by_teams)
{
    trial *self = mixed_trial(3);
    self->options.unordered = true;
    self->options.split = NBANG_SPLIT_ALWAYS;
    run_and_expect_all_right(self);
}

/* SHA-256 by the library itself, in hex. */
static void expected_digest(char hex[65], const char *text, size_t len)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size;
    cr_assert_eq(EVP_Digest(text, len, bytes, &size, EVP_sha256(), NULL), 1);
    cr_assert_eq(size, 32);
    for (size_t i = 0; i < size; i++) {
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }
}

Test(batch_results, digests_are_those_of_the_digits)
{
    trial *self = mixed_trial(2);
    self->options.digest = true;
    trial_run(self);
    trial_expect_all_right(self);
    for (size_t i = 0; i < self->num_jobs; i++) {
        size_t len;
        char *digits = trial_factorial(mixed[i], &len);
        char hex[65];
        expected_digest(hex, digits, len);
        free(digits);
        cr_expect_str_eq(self->results[i].record.sha256, hex, "of %zu!", (size_t)mixed[i]);
        cr_expect_eq(self->results[i].len, 0);
    }
    trial_destroy(self);
}

Test(batch_results, without_digests_there_are_none)
{
    trial *self = mixed_trial(2);
    trial_run(self);
    for (size_t i = 0; i < self->num_jobs; i++) {
        cr_expect_null(self->results[i].record.sha256);
    }
    trial_destroy(self);
}

Test(batch_results, cpu_times_are_measured_if_so_wished)
{
    for (int wished = 0; wished < 2; wished++) {
        trial *self = trial_create(1);
        self->options.cpu_times = wished;
        trial_add(self, 50000);
        trial_run(self);
        trial_expect_all_right(self);
        cr_expect_gt(self->results[0].record.wall_ns, 0);
        cr_expect_eq(self->results[0].record.cpu_ns > 0, wished);
        trial_destroy(self);
    }
}

Test(batch_results, one_machine_serves_several_batches)
{
    nbang_machine *machine;
    const nbang_placement placement = {.workers = 2, .bind = NBANG_BIND_NONE};
    cr_assert_eq(nbang_machine_create(&machine, &placement, 0, NULL, 0), NBANG_OK);
    for (uint64_t i = 0; i < 20; i++) {
        trial *self = trial_create(2);
        self->machine = machine;
        trial_add(self, 100 * i);
        trial_add(self, 20000 + i);
        run_and_expect_all_right(self);
    }
    nbang_machine_destroy(machine);
}

/* ---- records ---- */

Test(batch_results, records_say_where_jobs_come_from)
{
    trial *self = trial_create(2);
    trial_add_job(self, &(nbang_job){.n = 10, .input = "1e1", .input_len = 3});
    trial_add_job(self, &(nbang_job){.n = 11, .file = "a.txt", .line = 7});
    trial_add_job(self, &(nbang_job){.n = 12,
                                     .input = "1\0002",
                                     .input_len = 3,
                                     .file = "a.txt",
                                     .line = UINT64_C(5000000000)});
    trial_add_job(self, &(nbang_job){.error = "\"12x\" is not a number",
                                     .input = "12x",
                                     .input_len = 3,
                                     .file = "b.txt",
                                     .line = 1});
    trial_add_job(self, &(nbang_job){.n = 13, .file = "a.txt", .line = 9});
    trial_run(self);
    cr_assert_eq(self->status, NBANG_OK);

    const nbang_record *record = &self->results[0].record;
    cr_expect_str_eq(record->input, "1e1");
    cr_expect_eq(record->input_len, 3);
    cr_expect_null(record->file);
    cr_expect_eq(record->line, 0);
    cr_expect_eq(record->attempts, 1);

    record = &self->results[1].record;
    cr_expect_str_eq(record->input, "11");
    cr_expect_eq(record->input_len, 2);
    cr_expect_str_eq(record->file, "a.txt");
    cr_expect_eq(record->line, 7);

    record = &self->results[2].record;
    cr_expect_eq(record->input_len, 3);
    cr_expect_eq(memcmp(record->input, "1\0002", 3), 0);
    cr_expect_eq(record->line, UINT64_C(5000000000));

    record = &self->results[3].record;
    cr_expect_eq(record->status, NBANG_JOB_ERROR);
    cr_expect_str_eq(record->error, "\"12x\" is not a number");
    cr_expect_str_eq(record->input, "12x");
    cr_expect_str_eq(record->file, "b.txt");
    cr_expect_not(record->has_n);
    cr_expect_eq(record->attempts, 0);
    cr_expect(self->results[3].complete);
    cr_expect_eq(self->results[3].len, 0);

    cr_expect_str_eq(self->results[4].record.file, "a.txt");
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(self->results[i].record.index, i);
        if (i != 3) {
            trial_expect_right(self, i);
        }
    }
    cr_expect_eq(self->summary.errors, 1);
    trial_destroy(self);
}
