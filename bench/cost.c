/* Measures what the predictions in engine/compute/cost.c rest on: time and memory of one job in one
 * process. Prints one line for each n.
 *
 *     bench_cost [N...]          N = 2^0, 2^1, ... 2^25 by default: 1 minute, 1 GiB
 *     bench_cost --raw [N...]    the same of jobs for the binary number: 1 minute, 0.4 GiB
 *     bench_cost --threads T [N...]      jobs that a team of T threads computes
 *
 * A job is what a worker does before the first byte leaves: n! to text (for the binary number, n!
 * alone), the residue of that, and the residue of n! along its own path. Every measurement has a
 * process of its own, forked from one that has run a tiny job; memory is the growth of its peak
 * resident size over its size at the start. Time is CPU time, that of a team by the clock on the
 * wall: the least of as many runs as fit in about half a second, short ones being timed together.
 */
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

static const uint64_t min_time_ns = NB_NS_PER_S / 2;
static const uint64_t min_run_ns = NB_NS_PER_MS;

struct measurement {
    uint64_t time_ns;
    uint64_t memory_bytes;
};

/* What is to be measured. */
static nbang_content content = NBANG_CONTENT_DIGITS;
static unsigned num_threads = 1;

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

static void run_job(uint64_t n)
{
    if (content == NBANG_CONTENT_RAW) {
        run_raw_job(n);
        return;
    }
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    if (nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES) != NBANG_OK ||
        nb_decimal_text_residue(&text, multiplier.team) !=
            nb_factorial_residue(n, multiplier.team)) {
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

static uint64_t now_ns(void)
{
    return num_threads == 1 ? nb_clock_cpu_ns() : nb_clock_wall_ns();
}

/* The least time of the job n, from enough runs to tell. */
static uint64_t time_job(uint64_t n)
{
    uint64_t least_ns = UINT64_MAX, elapsed_ns = 0, together = 1;
    while (elapsed_ns < min_time_ns) {
        const uint64_t start_ns = now_ns();
        for (uint64_t i = 0; i < together; i++) {
            run_job(n);
        }
        const uint64_t run_ns = now_ns() - start_ns;
        elapsed_ns += run_ns;
        if (run_ns < min_run_ns) {
            together *= 2;
        } else if (run_ns / together < least_ns) {
            least_ns = run_ns / together;
        }
    }
    return least_ns;
}

static void start_team(void)
{
    const nb_team_hooks none = {0};
    if (nb_team_create(&multiplier.team, &none) != NBANG_OK) {
        fail("out of memory");
    }
    while (nb_team_size(multiplier.team) < num_threads) {
        if (nb_team_add(multiplier.team, 0) != NBANG_OK) {
            fail("cannot start a thread");
        }
    }
}

/* Runs the job n in a child process. */
static struct measurement measure(uint64_t n)
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
        if (num_threads > 1) {
            start_team();
        }
        shared->time_ns = time_job(n);
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

static void print_row(uint64_t n)
{
    const nbang_estimate estimate = nbang_estimate_content(n, content);
    const struct measurement job = measure(n);
    printf("%10" PRIu64 " %13" PRIu64 " %12" PRIu64 " %6.2f     %5.2f %5.2f\n", n, job.time_ns,
           job.memory_bytes, (double)job.memory_bytes / (double)estimate.num_bytes,
           (double)nb_cost_team_time_ns(&estimate, num_threads) / (double)job.time_ns,
           (double)estimate.memory_bytes / (double)job.memory_bytes);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "--raw") == 0) {
        content = NBANG_CONTENT_RAW;
        first = 2;
    } else if (argc > 2 && strcmp(argv[1], "--threads") == 0) {
        num_threads = (unsigned)strtoul(argv[2], NULL, 10);
        first = 3;
    }
    nb_heap_configure();
    nb_multiplier_init(&multiplier);
    run_job(10);
    printf("         n       time_ns memory_bytes %s     predicted/measured: time, memory\n",
           content == NBANG_CONTENT_RAW ? " /byte" : "/digit");
    for (int i = first; i < argc; i++) {
        print_row((uint64_t)strtod(argv[i], NULL));
    }
    for (int i = 0; argc == first && i <= DEFAULT_LAST_POWER; i++) {
        print_row(UINT64_C(1) << i);
    }
    return 0;
}
