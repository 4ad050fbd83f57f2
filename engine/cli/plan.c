#include "cli/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/exit.h"
#include "cli/report.h"
#include "nbang/nbang.h"
#include "run/forecast.h"

/* Jobs that are listed one by one unless --full asks for all. */
#define LISTED_JOBS 40

/* A job that is listed. */
typedef struct plan_row {
    uint64_t n;
    uint64_t index;   /* in the forecast; NOT_COMPUTED if it is refused */
    uint64_t time_ns; /* predicted for one worker, after the job before */
} plan_row;

#define NOT_COMPUTED UINT64_MAX

typedef struct plan {
    const nbang_machine *machine;
    const nbang_options *options;
    nb_forecast forecast;
    plan_row *rows; /* owned */
    size_t num_rows, capacity, max_rows;
    uint64_t jobs;
    uint64_t bad;
    uint64_t refused;
    uint64_t digits;
    uint64_t largest_bytes;
} plan;

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

static void print_row(const plan *self, const plan_row *row)
{
    nbang_estimate estimate = nbang_estimate_content(row->n, self->options->content);
    char digits[NB_NUMBER_TEXT_SIZE];
    char zeros[NB_NUMBER_TEXT_SIZE];
    printf("%20" PRIu64 "!  %20s  %20s", row->n, nb_number_group(digits, estimate.num_digits),
           nb_number_group(zeros, estimate.trailing_zeros));
    if (row->index == NOT_COMPUTED) {
        char reason[256] = "";
        (void)nbang_refuses(self->machine, self->options, row->n, reason, sizeof(reason));
        printf("  refused: %s\n", reason);
        return;
    }
    char memory[NB_NUMBER_TEXT_SIZE];
    char time[NB_NUMBER_TEXT_SIZE];
    estimate.time_ns = row->time_ns;
    const nb_forecast_job job = nb_forecast_job_at(&self->forecast, row->index, &estimate);
    printf("  %10s  %5u  %12s\n", nb_number_size(memory, estimate.memory_bytes), job.threads,
           nb_number_duration(time, job.wall_ns));
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

/* Keeps the row, if it is to be listed. */
static nb_status add_row(plan *self, plan_row row)
{
    if (self->num_rows == self->max_rows) {
        return NBANG_OK;
    }
    if (self->num_rows == self->capacity) {
        const size_t capacity = self->capacity > 0 ? 2 * self->capacity : LISTED_JOBS;
        plan_row *rows = realloc(self->rows, capacity * sizeof(*rows));
        if (rows == NULL) {
            return NBANG_NO_MEMORY;
        }
        self->rows = rows;
        self->capacity = capacity;
    }
    self->rows[self->num_rows++] = row;
    return NBANG_OK;
}

static nb_status add_job(plan *self, const nbang_job *job)
{
    self->jobs++;
    if (job->error != NULL) {
        self->bad++;
        nb_report_line(&(nb_report){.cancel_fd = -1}, "%s:%" PRIu64 ": %s", job->file, job->line,
                       job->error);
        return NBANG_OK;
    }
    char reason[256];
    if (nbang_refuses(self->machine, self->options, job->n, reason, sizeof(reason))) {
        self->refused++;
        return add_row(self, (plan_row){.n = job->n, .index = NOT_COMPUTED});
    }
    nbang_estimate estimate = nbang_estimate_content(job->n, self->options->content);
    self->digits += estimate.num_digits;
    if (estimate.memory_bytes > self->largest_bytes) {
        self->largest_bytes = estimate.memory_bytes;
    }
    const uint64_t index = self->forecast.num_jobs;
    nb_status status = nb_forecast_add(&self->forecast, job->n, &estimate);
    const plan_row row = {.n = job->n, .index = index, .time_ns = estimate.time_ns};
    return status == NBANG_OK ? add_row(self, row) : status;
}

static void print_rows(const plan *self)
{
    printf("%21s  %20s  %20s  %10s  %5s  %12s\n", "job", "digits", "trailing zeros", "memory",
           "cores", "time");
    for (size_t i = 0; i < self->num_rows; i++) {
        print_row(self, &self->rows[i]);
    }
    if (self->num_rows == self->max_rows && self->jobs - self->bad > self->max_rows) {
        printf("%21s  (--full lists all)\n", "...");
    }
}

/* Workers that have a slot of their own: more of them share slots in turn, and gain nothing. */
static unsigned num_cores(const nbang_machine *machine)
{
    const unsigned workers = nbang_machine_workers(machine), slots = nbang_machine_slots(machine);
    return workers < slots ? workers : slots;
}

/* What the batch takes with 1, 2, 4, ... workers, up to all that there are. */
static nb_status print_scaling(plan *self)
{
    const unsigned all = num_cores(self->machine);
    double alone_ns = 0;
    printf("\n%9s  %12s  %8s  %10s\n", "workers", "time", "speed-up", "efficiency");
    for (unsigned workers = 1, next; workers > 0; workers = next) {
        nb_forecast_result result;
        nb_status status = nb_forecast_run(&self->forecast, workers, &result);
        if (status != NBANG_OK) {
            return status;
        }
        const double time_ns = (double)result.time_ns;
        alone_ns = workers == 1 ? time_ns : alone_ns;
        char time[NB_NUMBER_TEXT_SIZE];
        printf("%9u  %12s  %8.2f  %8.0f %%\n", workers, nb_number_duration(time, result.time_ns),
               alone_ns / time_ns, 100 * alone_ns / time_ns / workers);
        next = workers == all ? 0 : workers < all / 2 ? 2 * workers : all;
    }
    return NBANG_OK;
}

static void print_totals(const plan *self, const nb_forecast_result *result)
{
    char number[NB_NUMBER_TEXT_SIZE];
    char largest[NB_NUMBER_TEXT_SIZE];
    printf("\njobs      %s", nb_number_group(number, self->jobs));
    if (self->bad > 0) {
        printf(", %s unreadable", nb_number_group(number, self->bad));
    }
    if (self->refused > 0) {
        printf(", %s refused", nb_number_group(number, self->refused));
    }
    printf("\ndigits    %s\n", nb_number_group(number, self->digits));
    printf("memory    %s for the jobs that run at the same time, %s for the largest\n",
           nb_number_size(number, result->memory_bytes),
           nb_number_size(largest, self->largest_bytes));
    printf("time      %s on %u of %u cores\n", nb_number_duration(number, result->time_ns),
           result->cores, num_cores(self->machine));
}

/* Everything, once all jobs are known: how many cores one gets depends on the others. */
static nb_status print_plan(plan *self)
{
    nb_forecast_result result;
    nb_status status = nb_forecast_run(&self->forecast, num_cores(self->machine), &result);
    if (status == NBANG_OK) {
        print_rows(self);
        print_totals(self, &result);
        status = self->jobs > self->bad + self->refused ? print_scaling(self) : NBANG_OK;
    }
    return status;
}

int nb_plan_print(const nb_cli_options *options, const nbang_machine *machine, nb_jobs *jobs)
{
    plan self = {
        .machine = machine,
        .options = &options->batch,
        .max_rows = options->full ? SIZE_MAX : LISTED_JOBS,
    };
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job = {0};
    nb_status status = NBANG_OK, source_status;
    nb_forecast_init(&self.forecast, self.options, nbang_machine_job_memory(machine));
    print_machine(machine);
    while (status == NBANG_OK && (source_status = next_job(&source, &job)) == NBANG_OK) {
        status = add_job(&self, &job);
    }
    status = status == NBANG_OK ? print_plan(&self) : status;
    nb_forecast_clear(&self.forecast);
    free(self.rows);
    if (status != NBANG_OK) {
        fprintf(stderr, "nbang: %s\n", nbang_status_string(status));
        return NB_EXIT_JOB_FAILED;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "nbang: cannot write to standard output: %s\n", strerror(errno));
        return NB_EXIT_OUTPUT;
    }
    if (source_status != NBANG_END) {
        fprintf(stderr, "nbang: %s\n", nb_jobs_error(jobs));
        return NB_EXIT_USAGE;
    }
    return self.bad + self.refused > 0 ? NB_EXIT_JOB_FAILED : NB_EXIT_OK;
}
