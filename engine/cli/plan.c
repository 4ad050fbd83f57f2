#include "cli/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/exit.h"
#include "cli/report.h"
#include "nbang/nbang.h"

/* Jobs that are listed one by one unless --full asks for all. */
#define LISTED_JOBS 40

typedef struct totals {
    uint64_t jobs;
    uint64_t bad;
    uint64_t refused;
    uint64_t digits;
    uint64_t time_ns;
    uint64_t longest_ns;
    uint64_t largest_bytes;
} totals;

static void print_machine(const nbang_machine *machine)
{
    char memory[NB_NUMBER_TEXT_SIZE];
    char for_jobs[NB_NUMBER_TEXT_SIZE];
    printf("vectors   %s\n", nbang_simd_name());
    printf("workers   %u (%s)\n", nbang_machine_workers(machine), nbang_machine_reason(machine));
    unsigned num_slots = nbang_machine_slots(machine);
    for (unsigned i = 0; i < num_slots; i++) {
        printf("slot %-4u %s\n", i, nbang_machine_slot_string(machine, i));
    }
    printf("memory    %s (%s), %s of it for jobs\n\n",
           nb_number_size(memory, nbang_machine_memory(machine)),
           nbang_machine_memory_reason(machine),
           nb_number_size(for_jobs, nbang_machine_job_memory(machine)));
}

/* `reason`: why it would be refused, or "". */
static void print_job(uint64_t n, const nbang_estimate *estimate, const char *reason)
{
    char digits[NB_NUMBER_TEXT_SIZE];
    char zeros[NB_NUMBER_TEXT_SIZE];
    char memory[NB_NUMBER_TEXT_SIZE];
    char time[NB_NUMBER_TEXT_SIZE];
    printf("%20" PRIu64 "!  %20s  %20s  %10s  %12s%s%s\n", n,
           nb_number_group(digits, estimate->num_digits),
           nb_number_group(zeros, estimate->trailing_zeros),
           nb_number_size(memory, estimate->memory_bytes),
           nb_number_duration(time, estimate->time_ns), *reason != '\0' ? "  refused: " : "",
           reason);
}

/* The next job, waiting for it if it has to come down a pipe. */
static nb_status next_job(nbang_source *source, nbang_job *job)
{
    nb_status status = source->next(source->ctx, job);
    while (status == NBANG_AGAIN) {
        struct pollfd wait = {.fd = source->wait_fd(source->ctx), .events = POLLIN};
        if (poll(&wait, 1, -1) < 0 && errno != EINTR) {
            return NBANG_SYSTEM;
        }
        status = source->next(source->ctx, job);
    }
    return status;
}

static void add_job(totals *sum, const nbang_estimate *estimate)
{
    sum->digits += estimate->num_digits;
    sum->time_ns += estimate->time_ns;
    sum->longest_ns = estimate->time_ns > sum->longest_ns ? estimate->time_ns : sum->longest_ns;
    sum->largest_bytes =
        estimate->memory_bytes > sum->largest_bytes ? estimate->memory_bytes : sum->largest_bytes;
}

static void print_totals(const totals *sum, const nbang_machine *machine)
{
    char number[NB_NUMBER_TEXT_SIZE];
    char time[NB_NUMBER_TEXT_SIZE];
    /* No schedule can beat an even share, nor the longest job. */
    uint64_t share_ns = sum->time_ns / nbang_machine_workers(machine);
    uint64_t least_ns = share_ns > sum->longest_ns ? share_ns : sum->longest_ns;
    printf("\njobs      %s", nb_number_group(number, sum->jobs));
    if (sum->bad > 0) {
        printf(", %s unreadable", nb_number_group(number, sum->bad));
    }
    if (sum->refused > 0) {
        printf(", %s refused", nb_number_group(number, sum->refused));
    }
    printf("\ndigits    %s\n", nb_number_group(number, sum->digits));
    printf("largest   %s\n", nb_number_size(number, sum->largest_bytes));
    printf("time      %s of one worker, at least %s with %u\n",
           nb_number_duration(number, sum->time_ns), nb_number_duration(time, least_ns),
           nbang_machine_workers(machine));
}

int nb_plan_print(const nb_cli_options *options, const nbang_machine *machine, nb_jobs *jobs)
{
    totals sum = {0};
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job = {0};
    nb_status status;
    print_machine(machine);
    printf("%21s  %20s  %20s  %10s  %12s\n", "job", "digits", "trailing zeros", "memory", "time");
    while ((status = next_job(&source, &job)) == NBANG_OK) {
        sum.jobs++;
        if (job.error != NULL) {
            sum.bad++;
            nb_report_line(&(nb_report){.cancel_fd = -1}, "%s:%" PRIu64 ": %s", job.file, job.line,
                           job.error);
            continue;
        }
        nbang_estimate estimate = nbang_estimate_content(job.n, options->batch.content);
        char reason[256] = "";
        if (nbang_refuses(machine, &options->batch, job.n, reason, sizeof(reason))) {
            sum.refused++;
        } else {
            add_job(&sum, &estimate);
        }
        if (options->full || sum.jobs <= LISTED_JOBS) {
            print_job(job.n, &estimate, reason);
        } else if (sum.jobs == LISTED_JOBS + 1) {
            printf("%21s  (--full lists all)\n", "...");
        }
    }
    print_totals(&sum, machine);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "nbang: cannot write to standard output: %s\n", strerror(errno));
        return NB_EXIT_OUTPUT;
    }
    if (status != NBANG_END) {
        fprintf(stderr, "nbang: %s\n", nb_jobs_error(jobs));
        return NB_EXIT_USAGE;
    }
    return sum.bad + sum.refused > 0 ? NB_EXIT_JOB_FAILED : NB_EXIT_OK;
}
