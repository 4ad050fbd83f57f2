/* What is foretold of a batch, from estimates alone. */
#include "run/forecast.h"

#include <criterion/criterion.h>

#include "compute/cost.h"

TestSuite(forecast, .timeout = 30);

#define NO_LIMIT UINT64_MAX

static nb_forecast new_forecast(nbang_split split, nbang_content content, uint64_t memory_bytes)
{
    nbang_options options;
    nbang_options_init(&options);
    options.split = split;
    options.content = content;
    nb_forecast forecast;
    nb_forecast_init(&forecast, &options, memory_bytes);
    return forecast;
}

static nb_forecast new_default(void)
{
    return new_forecast(NBANG_SPLIT_AUTO, NBANG_CONTENT_DIGITS, NO_LIMIT);
}

static void add(nb_forecast *forecast, uint64_t n)
{
    nbang_estimate estimate = nbang_estimate_job(n);
    cr_assert_eq(nb_forecast_add(forecast, n, &estimate), NBANG_OK);
}

static nb_forecast_result run(nb_forecast *forecast, unsigned num_workers)
{
    nb_forecast_result result = {0};
    cr_assert_eq(nb_forecast_run(forecast, num_workers, &result), NBANG_OK);
    return result;
}

static nb_forecast_job job_at(const nb_forecast *forecast, uint64_t index, uint64_t n)
{
    const nbang_estimate estimate = nbang_estimate_job(n);
    return nb_forecast_job_at(forecast, index, &estimate);
}

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

/* ---- one job ---- */

Test(forecast, one_worker_takes_the_time_of_the_number_and_of_its_text)
{
    nb_forecast forecast = new_default();
    add(&forecast, 10000000);
    const nbang_estimate estimate = nbang_estimate_job(10000000);
    const nb_forecast_result result = run(&forecast, 1);
    cr_expect_float_eq(seconds(result.time_ns),
                       seconds(estimate.time_ns + nb_cost_text_time_ns(&estimate)), 0.01);
    cr_expect_eq(result.cores, 1);
    cr_expect_eq(result.memory_bytes, estimate.memory_bytes);
    cr_expect_eq(job_at(&forecast, 0, 10000000).threads, 1);
    nb_forecast_clear(&forecast);
}

Test(forecast, a_large_job_has_all_cores)
{
    nb_forecast forecast = new_default();
    add(&forecast, 10000000);
    const nb_forecast_result result = run(&forecast, 8);
    cr_expect_eq(result.cores, 8);
    cr_expect_eq(job_at(&forecast, 0, 10000000).threads, 8);
    nb_forecast_clear(&forecast);
}

/* No more than there are, never less for more of them, and on as many as the largest machines have:
 * there is no cost that grows with them. */
Test(forecast, large_jobs_gain_by_every_core)
{
    const uint64_t n[] = {10000000, 100000000, 1000000000};
    for (int i = 0; i < 3; i++) {
        nb_forecast forecast = new_default();
        add(&forecast, n[i]);
        const double alone_s = seconds(run(&forecast, 1).time_ns);
        double last_speedup = 1;
        for (unsigned workers = 2; workers <= 256; workers += 1 + workers / 8) {
            const double speedup = alone_s / seconds(run(&forecast, workers).time_ns);
            cr_expect(speedup >= last_speedup, "%lu!, %u: %.3f after %.3f", n[i], workers, speedup,
                      last_speedup);
            cr_expect(speedup <= workers, "%lu!, %u: %.3f", n[i], workers, speedup);
            last_speedup = speedup;
        }
        cr_expect_gt(last_speedup, 3);
        nb_forecast_clear(&forecast);
    }
}

Test(forecast, without_splitting_a_job_has_one_core)
{
    nb_forecast never = new_forecast(NBANG_SPLIT_NEVER, NBANG_CONTENT_DIGITS, NO_LIMIT);
    nb_forecast raw = new_forecast(NBANG_SPLIT_AUTO, NBANG_CONTENT_RAW, NO_LIMIT);
    nb_forecast *forecasts[] = {&never, &raw};
    for (int i = 0; i < 2; i++) {
        add(forecasts[i], 10000000);
        const nb_forecast_result one = run(forecasts[i], 1), eight = run(forecasts[i], 8);
        cr_expect_eq(one.time_ns, eight.time_ns);
        cr_expect_eq(eight.cores, 1);
        nb_forecast_clear(forecasts[i]);
    }
}

Test(forecast, with_splitting_always_even_a_small_job_is_shared)
{
    nb_forecast forecast = new_forecast(NBANG_SPLIT_ALWAYS, NBANG_CONTENT_DIGITS, NO_LIMIT);
    add(&forecast, 100);
    cr_expect_eq(run(&forecast, 4).cores, 4);
    nb_forecast_clear(&forecast);
}

/* ---- several ---- */

Test(forecast, as_many_jobs_as_cores_have_one_each)
{
    nb_forecast forecast = new_default();
    for (int i = 0; i < 4; i++) {
        add(&forecast, 10000000);
    }
    const double alone_s = seconds(run(&forecast, 1).time_ns);
    const nb_forecast_result result = run(&forecast, 4);
    cr_expect_float_eq(seconds(result.time_ns), alone_s / 4, 0.06 * alone_s);
    cr_expect_eq(result.memory_bytes, 4 * nbang_estimate_job(10000000).memory_bytes);
    for (uint64_t i = 0; i < 4; i++) {
        cr_expect_eq(job_at(&forecast, i, 10000000).threads, 1);
    }
    nb_forecast_clear(&forecast);
}

Test(forecast, a_few_jobs_share_the_cores)
{
    nb_forecast forecast = new_default();
    add(&forecast, 10000000);
    add(&forecast, 10000000);
    add(&forecast, 1000);
    (void)run(&forecast, 64);
    cr_expect_eq(job_at(&forecast, 0, 10000000).threads, 32);
    cr_expect_eq(job_at(&forecast, 1, 10000000).threads, 32);
    cr_expect_eq(job_at(&forecast, 2, 1000).threads, 1);
    nb_forecast_clear(&forecast);
}

Test(forecast, the_last_jobs_get_the_cores_of_those_that_are_done)
{
    nb_forecast forecast = new_default();
    add(&forecast, 2000000);
    add(&forecast, 20000000);
    const nb_forecast_result result = run(&forecast, 2);
    cr_expect_eq(job_at(&forecast, 0, 2000000).threads, 1);
    cr_expect_eq(job_at(&forecast, 1, 20000000).threads, 2);
    const uint64_t alone_ns = nbang_estimate_job(20000000).time_ns;
    cr_expect_lt(result.time_ns, alone_ns);
    nb_forecast_clear(&forecast);
}

Test(forecast, a_long_job_does_not_keep_small_ones_from_running)
{
    nb_forecast forecast = new_default();
    for (int i = 0; i < 10000; i++) {
        add(&forecast, 1000 - (uint64_t)i % 400); /* none is made of the one before */
    }
    const uint64_t small_ns = run(&forecast, 1).time_ns;
    add(&forecast, 3000000);
    const uint64_t large_ns = nbang_estimate_job(3000000).time_ns;
    const nb_forecast_result result = run(&forecast, 2);
    cr_expect_geq(result.time_ns, (small_ns + large_ns) / 2);
    cr_expect_leq(result.time_ns, (small_ns + large_ns) * 2 / 3);
    nb_forecast_clear(&forecast);
}

Test(forecast, small_jobs_keep_as_many_workers_busy_as_there_is_work_for)
{
    nb_forecast forecast = new_default();
    add(&forecast, 5);
    cr_expect_eq(run(&forecast, 64).cores, 1);
    for (int i = 0; i < 1000000; i++) {
        add(&forecast, 300);
    }
    cr_expect_eq(run(&forecast, 64).cores, 64);
    nb_forecast_clear(&forecast);
}

Test(forecast, jobs_wait_for_memory)
{
    const nbang_estimate estimate = nbang_estimate_job(10000000);
    nb_forecast forecast = new_forecast(NBANG_SPLIT_NEVER, NBANG_CONTENT_DIGITS,
                                        estimate.memory_bytes + estimate.memory_bytes / 2);
    add(&forecast, 10000000);
    add(&forecast, 10000000);
    const nb_forecast_result one = run(&forecast, 1), two = run(&forecast, 2);
    cr_expect_eq(two.memory_bytes, estimate.memory_bytes);
    cr_expect_float_eq(seconds(one.time_ns), seconds(two.time_ns), 0.03 * seconds(one.time_ns));
    nb_forecast_clear(&forecast);
}

Test(forecast, neighbours_are_made_of_one_another)
{
    nb_forecast reuse = new_default(), each = new_default();
    each.reuse = false;
    for (uint64_t n = 9000; n < 10000; n++) {
        add(&reuse, n);
        add(&each, n);
    }
    cr_expect_lt(run(&reuse, 2).time_ns, run(&each, 2).time_ns / 2);
    nb_forecast_clear(&reuse);
    nb_forecast_clear(&each);
}

/* More than are kept: the longest come last. */
Test(forecast, a_great_many_large_jobs_are_all_counted)
{
    nb_forecast forecast = new_default();
    double sum_s = 0;
    for (uint64_t n = 100000; n < 120000; n++) {
        const nbang_estimate estimate = nbang_estimate_job(n);
        sum_s += seconds(estimate.time_ns + nb_cost_text_time_ns(&estimate));
        add(&forecast, n);
    }
    cr_expect_float_eq(seconds(run(&forecast, 1).time_ns), sum_s, 0.02 * sum_s);
    cr_expect_float_eq(seconds(run(&forecast, 4).time_ns), sum_s / 4, 0.1 * sum_s);
    nb_forecast_clear(&forecast);
}

Test(forecast, no_jobs_take_no_time_to_speak_of)
{
    nb_forecast forecast = new_default();
    const nb_forecast_result result = run(&forecast, 4);
    cr_expect_lt(result.time_ns, 1000000);
    cr_expect_eq(result.cores, 0);
    nb_forecast_clear(&forecast);
}
