/* Measures what the predictions in engine/compute/cost.c rest on: time and memory of one job in one
 * process. Prints one line for each n.
 *
 *     bench_cost [N...]          N = 2^0, 2^1, ... 2^25 by default: 1 minute, 1 GiB
 *     bench_cost --raw [N...]    the same of jobs for the binary number: 1 minute, 0.4 GiB
 *
 * A job is what a worker does before the first byte leaves: n! to text (for the binary number, n!
 * alone), the residue of that, and the residue of n! along its own path. Every measurement has a
 * process of its own, forked from one that has run a tiny job; memory is the growth of its peak
 * resident size over its size at the start. Time is CPU time, the mean of as many runs as fit in
 * about 0.2 s. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "compute/cost.h"
#include "compute/factorial.h"
#include "compute/integer.h"
#include "compute/residue.h"

enum { DEFAULT_LAST_POWER = 25 };

static const uint64_t min_time_ns = NB_NS_PER_S / 5;

struct measurement {
    uint64_t time_ns;
    uint64_t memory_bytes;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_cost: %s\n", what);
    exit(1);
}

/* As a worker has it: one for all jobs of the process. */
static nb_multiplier multiplier;

static void run_raw_job(uint64_t n)
{
    mpz_t value;
    mpz_init(value);
    if (nb_factorial_integer(value, n, NB_FACTORIAL_GMP) != NBANG_OK ||
        nb_integer_residue(value) != nb_factorial_residue(n, NULL)) {
        fail("wrong result");
    }
    mpz_clear(value);
}

static void run_job(uint64_t n, nbang_content content)
{
    if (content == NBANG_CONTENT_RAW) {
        run_raw_job(n);
        return;
    }
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    if (nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES) != NBANG_OK ||
        nb_decimal_text_residue(&text, NULL) != nb_factorial_residue(n, NULL)) {
        fail("wrong result");
    }
    nb_decimal_text_clear(&text);
}

static uint64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (!file || fscanf(file, "%*u %lu", &pages) != 1) {
        fail("cannot read /proc/self/statm");
    }
    fclose(file);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage)) {
        fail("cannot read the peak size");
    }
    return (uint64_t)usage.ru_maxrss * 1024;
}

/* CPU time of the job n, from enough runs to tell. */
static uint64_t time_job(uint64_t n, nbang_content content)
{
    uint64_t runs = 0, start_ns = nb_clock_cpu_ns(), elapsed_ns;
    do {
        for (uint64_t more = runs + 1; more > 0; more--, runs++) {
            run_job(n, content);
        }
        elapsed_ns = nb_clock_cpu_ns() - start_ns;
    } while (elapsed_ns < min_time_ns);
    return elapsed_ns / runs;
}

/* Runs the job n in a child process. */
static struct measurement measure(uint64_t n, nbang_content content)
{
    struct measurement *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fail("cannot map memory");
    }
    pid_t child = fork();
    if (child < 0) {
        fail("cannot fork");
    }
    if (child == 0) {
        uint64_t before = resident_bytes();
        shared->time_ns = time_job(n, content);
        shared->memory_bytes = peak_bytes() - before;
        _exit(0);
    }
    int status;
    if (waitpid(child, &status, 0) != child || status != 0) {
        fail("a measurement failed");
    }
    struct measurement result = *shared;
    munmap(shared, sizeof(*shared));
    return result;
}

static void print_row(uint64_t n, nbang_content content)
{
    const nbang_estimate estimate = nbang_estimate_content(n, content);
    const struct measurement job = measure(n, content);
    printf("%10" PRIu64 " %13" PRIu64 " %12" PRIu64 " %6.2f     %5.2f %5.2f\n", n, job.time_ns,
           job.memory_bytes, (double)job.memory_bytes / (double)estimate.num_bytes,
           (double)estimate.time_ns / (double)job.time_ns,
           (double)estimate.memory_bytes / (double)job.memory_bytes);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const bool raw = argc > 1 && strcmp(argv[1], "--raw") == 0;
    const nbang_content content = raw ? NBANG_CONTENT_RAW : NBANG_CONTENT_DIGITS;
    const int first = raw ? 2 : 1;
    nb_heap_configure();
    nb_multiplier_init(&multiplier);
    run_job(10, content);
    printf("         n       time_ns memory_bytes %s     predicted/measured: time, memory\n",
           raw ? " /byte" : "/digit");
    for (int i = first; i < argc; i++) {
        print_row(strtoull(argv[i], NULL, 10), content);
    }
    for (int i = 0; argc == first && i <= DEFAULT_LAST_POWER; i++) {
        print_row(UINT64_C(1) << i, content);
    }
    return 0;
}
