#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/heap.h"
#include "compute/cost.h"
#include "compute/factorial.h"
#include "compute/integer.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

/* ---- size ---- */

Test(cost, counts_digits_as_gmp_does_up_to_5000)
{
    mpz_t factorial;
    mpz_init_set_ui(factorial, 1);
    for (uint64_t n = 0; n <= 5000; n++) {
        if (n > 0) {
            mpz_mul_ui(factorial, factorial, n);
        }
        char *digits = mpz_get_str(NULL, 10, factorial);
        cr_assert_eq(nbang_estimate_job(n).num_digits, strlen(digits), "n = %lu", n);
        free(digits);
    }
    mpz_clear(factorial);
}

Test(cost, counts_digits_as_published)
{
    cr_expect_eq(nbang_estimate_job(80000).num_digits, 357507);
    cr_expect_eq(nbang_estimate_job(1000000).num_digits, 5565709);
    cr_expect_eq(nbang_estimate_job(10000000).num_digits, 65657060);
    cr_expect_eq(nbang_estimate_job(100000000).num_digits, 756570557);
    cr_expect_eq(nbang_estimate_job(1000000000).num_digits, 8565705523);
}

Test(cost, counts_digits_within_one_up_to_10_to_the_15)
{
    /* Stirling's series with 60 digits (Python's decimal module). */
    const uint64_t n = UINT64_C(1000000000000000), digits = UINT64_C(14565705518096757);
    cr_expect(nbang_estimate_job(n).num_digits - digits + 1 <= 2);
    cr_expect(nbang_estimate_job(n / 10).num_digits - UINT64_C(1356570551809683) + 1 <= 2);
}

Test(cost, knows_exponents)
{
    const uint64_t primes[] = {2, 3, 5, 7, 31, 499, 503};
    mpz_t factorial, rest, prime;
    mpz_inits(factorial, rest, prime, NULL);
    for (uint64_t n = 0; n < 1010; n += 1 + n / 20) {
        mpz_fac_ui(factorial, n);
        for (size_t i = 0; i < sizeof primes / sizeof primes[0]; i++) {
            mpz_set_ui(prime, primes[i]);
            cr_expect_eq(nb_cost_legendre(n, primes[i]), mpz_remove(rest, factorial, prime));
        }
    }
    mpz_clears(factorial, rest, prime, NULL);
}

Test(cost, knows_the_length_of_results)
{
    mpz_t factorial;
    mpz_init_set_ui(factorial, 1);
    for (uint64_t n = 0; n <= 5000; n++) {
        if (n > 0) {
            mpz_mul_ui(factorial, factorial, n);
        }
        nbang_estimate raw = nbang_estimate_content(n, NBANG_CONTENT_RAW);
        nbang_estimate digits = nbang_estimate_content(n, NBANG_CONTENT_DIGITS);
        cr_assert_eq(raw.num_bytes, nb_integer_raw_length(factorial), "n = %lu", n);
        cr_assert_eq(raw.num_digits, digits.num_digits);
        cr_assert_eq(raw.trailing_zeros, digits.trailing_zeros);
        cr_assert_eq(digits.num_bytes, digits.num_digits);
    }
    mpz_clear(factorial);
    const uint64_t largest = NB_INTEGER_RAW_MAX_N, header = NB_INTEGER_RAW_HEADER_BYTES;
    cr_expect_leq(nbang_estimate_content(largest, NBANG_CONTENT_RAW).num_bytes,
                  header + NB_INTEGER_RAW_MAX_BYTES);
    cr_expect_gt(nbang_estimate_content(largest + 1, NBANG_CONTENT_RAW).num_bytes,
                 header + NB_INTEGER_RAW_MAX_BYTES);
}

Test(cost, counts_trailing_zeros)
{
    cr_expect_eq(nbang_estimate_job(0).trailing_zeros, 0);
    cr_expect_eq(nbang_estimate_job(4).trailing_zeros, 0);
    cr_expect_eq(nbang_estimate_job(5).trailing_zeros, 1);
    cr_expect_eq(nbang_estimate_job(25).trailing_zeros, 6);
    cr_expect_eq(nbang_estimate_job(1000000).trailing_zeros, 249998);
    cr_expect_eq(nbang_estimate_job(1000000000).trailing_zeros, 249999998);
}

/* ---- cost ---- */

Test(cost, saturates)
{
    const uint64_t huge[] = {UINT64_C(1) << 62, UINT64_MAX - 1, UINT64_MAX};
    for (int i = 0; i < 3; i++) {
        for (nbang_content content = NBANG_CONTENT_DIGITS; content <= NBANG_CONTENT_RAW;
             content++) {
            nbang_estimate estimate = nbang_estimate_content(huge[i], content);
            cr_expect_eq(estimate.num_digits, UINT64_MAX);
            cr_expect_eq(estimate.num_bytes, UINT64_MAX);
            cr_expect_eq(estimate.memory_bytes, UINT64_MAX);
            cr_expect_eq(estimate.time_ns, UINT64_MAX);
        }
    }
}

static void expect_growth(nbang_content content)
{
    nbang_estimate last = {0};
    for (uint64_t n = 0; n < UINT64_MAX / 3; n += 1 + n / 100) {
        nbang_estimate next = nbang_estimate_content(n, content);
        cr_assert(next.num_digits >= last.num_digits, "n = %lu", n);
        cr_assert(next.num_bytes >= last.num_bytes, "n = %lu", n);
        cr_assert(next.time_ns >= last.time_ns && next.time_ns > 0, "n = %lu", n);
        last = next;
    }
}

Test(cost, does_not_fall_as_n_grows)
{
    expect_growth(NBANG_CONTENT_DIGITS);
    expect_growth(NBANG_CONTENT_RAW);
}

/* ---- teams ---- */

Test(cost, a_team_takes_less_time_than_one_thread_but_no_less_than_its_share)
{
    for (uint64_t n = 1000000; n <= nbang_max_n(); n *= 2) {
        const nbang_estimate estimate = nbang_estimate_job(n);
        cr_expect_eq(nb_cost_team_time_ns(&estimate, 1), estimate.time_ns);
        uint64_t last_ns = estimate.time_ns;
        for (unsigned threads = 2; threads <= 64; threads++) {
            const uint64_t time_ns = nb_cost_team_time_ns(&estimate, threads);
            cr_expect_leq(time_ns, last_ns, "%lu!, %u threads", n, threads);
            cr_expect_geq(time_ns, estimate.time_ns / threads, "%lu!, %u threads", n, threads);
            last_ns = time_ns;
        }
    }
}

/* Loops that are begun and ended cost the same for all: more than the least jobs take. */
Test(cost, a_team_is_not_worth_it_for_small_jobs)
{
    const nbang_estimate estimate = nbang_estimate_job(1000);
    cr_expect_gt(nb_cost_team_time_ns(&estimate, 2), estimate.time_ns);
}

Test(cost, text_takes_time_in_proportion)
{
    const nbang_estimate small = nbang_estimate_job(1000000), large = nbang_estimate_job(10000000);
    const uint64_t small_ns = nb_cost_text_time_ns(&small);
    const uint64_t large_ns = nb_cost_text_time_ns(&large);
    cr_expect_gt(small_ns, 0);
    cr_expect_float_eq((double)large_ns / (double)small_ns,
                       (double)large.num_bytes / (double)small.num_bytes, 1e-3);
}

/* ---- memory: what a process grows by ---- */

/* All widths have transforms of the same lengths, but for the least. */
Test(cost, a_billion_takes_less_than_2_6_bytes_a_digit)
{
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        nb_fft_use_kernel(*kernel);
        const nbang_estimate estimate = nbang_estimate_job(1000000000);
        cr_expect_lt((double)estimate.memory_bytes, 2.6 * (double)estimate.num_digits);
    }
    nb_fft_use_kernel(nb_fft_kernels()[0]);
}

/* What the lengths of transforms leave unused comes and goes, but within bounds. */
Test(cost, the_memory_of_a_digit_is_about_the_same_for_all)
{
    for (uint64_t n = 3000000; n <= nbang_max_n(); n += n / 50) {
        const nbang_estimate estimate = nbang_estimate_job(n);
        const double per_digit = (double)estimate.memory_bytes / (double)estimate.num_digits;
        cr_expect(per_digit > 2.2 && per_digit < 3.0, "n = %lu: %.2f", n, per_digit);
    }
}

#ifndef ADDRESS_SANITIZER /* which takes memory of its own */
static uint64_t resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file && fscanf(file, "%*u %lu", &pages) == 1);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The largest resident size of a child that runs the job n, over its size at the start. */
static uint64_t growth_bytes(void (*job)(uint64_t n), uint64_t n)
{
    uint64_t *growth =
        mmap(NULL, sizeof(*growth), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(growth, MAP_FAILED);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct rusage usage;
        uint64_t before = resident_bytes();
        job(n);
        *growth = getrusage(RUSAGE_SELF, &usage) ? 0 : (uint64_t)usage.ru_maxrss * 1024 - before;
        _exit(0);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    uint64_t bytes = *growth;
    munmap(growth, sizeof(*growth));
    return bytes;
}

/* A prediction must not be too low, or workers die; nor much too high, or work waits for memory
 * that is there. */
static void expect_prediction(uint64_t predicted, uint64_t used, uint64_t tolerance)
{
    cr_expect_geq(predicted, used - tolerance, "%lu predicted, %lu used", predicted, used);
    cr_expect_leq(predicted, used + tolerance, "%lu predicted, %lu used", predicted, used);
}

static void compute_digits_once(uint64_t n)
{
    nb_multiplier multiplier;
    nb_decimal_text text;
    nb_heap_configure();
    nb_multiplier_init(&multiplier);
    nb_decimal_text_init(&text);
    if (nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES) != NBANG_OK) {
        _exit(1);
    }
}

/* By arithmetic, to a few per cent: the last squares of 1 and 5 million are folded, those of the
 * others are not; the last product of 3 million is the largest for its size. */
Test(cost, predicts_the_memory_of_jobs)
{
    const uint64_t n[] = {1000000, 1500000, 2000000, 3000000, 5000000, 16000000};
    for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++) {
        const uint64_t used = growth_bytes(compute_digits_once, n[i]);
        expect_prediction(nbang_estimate_job(n[i]).memory_bytes, used, used / 20 + (1 << 20));
    }
}

static const uint64_t large[] = {1000000, 1700000};
enum { NUM_LARGE = sizeof(large) / sizeof(large[0]) };

/* Again and again, as in a worker: what the heap keeps of one job is not always of use to the next.
 */
enum { NUM_RUNS = 3 };

static void compute_digits(uint64_t n)
{
    nb_heap_configure();
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    for (int i = 0; i < NUM_RUNS; i++) {
        nb_decimal_text text;
        nb_decimal_text_init(&text);
        if (nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES) != NBANG_OK) {
            _exit(1);
        }
        nb_decimal_text_clear(&text);
    }
}

static void compute_integer(uint64_t n)
{
    nb_heap_configure();
    for (int i = 0; i < NUM_RUNS; i++) {
        mpz_t value;
        mpz_init(value);
        if (nb_factorial_integer(value, n, NB_FACTORIAL_GMP) != NBANG_OK) {
            _exit(1);
        }
        mpz_clear(value);
    }
}

/* What the heap keeps of one job is not always of use to the next. */
Test(cost, predicts_the_memory_of_jobs_that_follow_one_another)
{
    for (size_t i = 0; i < NUM_LARGE; i++) {
        const uint64_t used = growth_bytes(compute_digits, large[i]);
        expect_prediction(nbang_estimate_job(large[i]).memory_bytes, used, used / 3);
    }
}

Test(cost, predicts_the_memory_of_binary_numbers)
{
    for (size_t i = 0; i < NUM_LARGE; i++) {
        const uint64_t used = growth_bytes(compute_integer, large[i]);
        expect_prediction(nbang_estimate_content(large[i], NBANG_CONTENT_RAW).memory_bytes, used,
                          used * 3 / 5);
    }
}
#endif

/* ---- from one factorial to another ---- */

Test(cost, of_no_step_is_nothing)
{
    for (uint64_t n = 0; n < 100000; n += 1 + n / 2) {
        const nb_cost_steps steps = nb_cost_of_steps(n, n);
        cr_expect(steps.by_words);
        cr_expect_eq(steps.time_ns, 0);
    }
}

Test(cost, of_steps_grows_with_the_gap)
{
    for (uint64_t m = 0; m < 3000000000; m += 1 + m * 2) {
        uint64_t before = 0;
        for (uint64_t gap = 1; gap < 100000000; gap *= 2) {
            const nb_cost_steps steps = nb_cost_of_steps(m, m + gap);
            cr_expect_geq(steps.time_ns, before, "%lu + %lu", m, gap);
            before = steps.time_ns;
        }
    }
}

/* One pass to the next one; the product of many factors, which soon costs more than starting over.
 */
Test(cost, of_steps_tells_near_from_far)
{
    for (uint64_t m = 2000; m < 3000000000; m *= 3) {
        const uint64_t whole_ns = nbang_estimate_job(m).time_ns;
        cr_expect(nb_cost_of_steps(m, m + 1).by_words);
        cr_expect_lt(nb_cost_of_steps(m, m + 1).time_ns, whole_ns / 10, "%lu", m);
        cr_expect(!nb_cost_of_steps(m, m + 200).by_words);
        cr_expect_lt(nb_cost_of_steps(m, m + 200).time_ns, whole_ns, "%lu", m);
        cr_expect_gt(nb_cost_of_steps(m, 3 * m).time_ns, nbang_estimate_job(3 * m).time_ns, "%lu",
                     m);
    }
    cr_expect_gt(nb_cost_of_steps(0, 4400000000).time_ns, nbang_estimate_job(4400000000).time_ns);
}

Test(cost, knows_the_largest_n)
{
    cr_expect_eq(nbang_max_n(), NB_FACTORIAL_MAX_N);
}
