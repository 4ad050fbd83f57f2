#include "run/forecast.h"

#include <stdlib.h>

#include "base/clock.h"
#include "compute/cost.h"
#include "run/lend.h"
#include "run/numbers.h"
#include "run/plan.h"

/* Large jobs that are kept: far more than there are cores. */
enum { MAX_KEPT = 4096 };

/* Until the first worker has its first job, and from its last result to the end; and what the
 * master and a worker spend on a job besides the number. Measured with one and with a million jobs
 * that take no time, in November 2026. */
#define START_NS (NB_NS_PER_MS * 3 / 10)
#define JOB_NS 400

/* A worker's first job makes the pages that it keeps for the next ones, besides those that it has
 * from the start: from 20,000! to 10^6! that took 0.5 to 0.6 ns a byte. */
#define NEW_BYTE_NS 0.6
#define OWN_BYTES 1300000

/* What the master spends on a byte of text, out of the time that it takes from a worker to a file.
 * The texts of all workers go through it, and it takes that time from a core of theirs. */
#define MASTER_BYTE_NS 0.5

/* Checking a number that was made of another one, for each digit: measured with 1..10000. */
#define CHECK_DIGIT_NS 0.1

void nb_forecast_init(nb_forecast *forecast, const nbang_options *options,
                      uint64_t memory_limit_bytes)
{
    *forecast = (nb_forecast){
        .split = options->content == NBANG_CONTENT_RAW ? NBANG_SPLIT_NEVER : options->split,
        .memory_limit_bytes = memory_limit_bytes,
        .reuse = options->reuse && options->content == NBANG_CONTENT_DIGITS,
    };
}

void nb_forecast_clear(nb_forecast *forecast)
{
    free(forecast->jobs);
    forecast->jobs = NULL;
}

/* ---- jobs ---- */

static int by_time(const void *a, const void *b)
{
    const uint64_t a_ns = ((const nb_forecast_job *)a)->estimate.time_ns;
    const uint64_t b_ns = ((const nb_forecast_job *)b)->estimate.time_ns;
    return (a_ns < b_ns) - (a_ns > b_ns);
}

static int by_index(const void *a, const void *b)
{
    const uint64_t a_index = ((const nb_forecast_job *)a)->index;
    const uint64_t b_index = ((const nb_forecast_job *)b)->index;
    return (a_index > b_index) - (a_index < b_index);
}

static uint64_t master_ns(uint64_t num_bytes)
{
    return (uint64_t)(MASTER_BYTE_NS * (double)num_bytes);
}

/* What a worker spends on the text of a job. */
static uint64_t text_ns(const nbang_estimate *estimate)
{
    return nb_cost_text_time_ns(estimate) - master_ns(estimate->num_bytes) + JOB_NS;
}

static uint64_t alone_ns(const nbang_estimate *estimate)
{
    return estimate->time_ns + text_ns(estimate);
}

static uint64_t first_ns(uint64_t memory_bytes)
{
    const uint64_t kept =
        memory_bytes < NB_MULTIPLIER_KEPT_BYTES ? memory_bytes : NB_MULTIPLIER_KEPT_BYTES;
    return kept > OWN_BYTES ? (uint64_t)(NEW_BYTE_NS * (double)(kept - OWN_BYTES)) : 0;
}

/* Keeps the longer half of the jobs. */
static void drop_shorter_half(nb_forecast *forecast)
{
    qsort(forecast->jobs, forecast->num_large, sizeof(*forecast->jobs), by_time);
    while (forecast->num_large > MAX_KEPT) {
        forecast->small_ns += alone_ns(&forecast->jobs[--forecast->num_large].estimate);
    }
    qsort(forecast->jobs, forecast->num_large, sizeof(*forecast->jobs), by_index);
}

static nb_status reserve(nb_forecast *forecast)
{
    if (forecast->num_large < forecast->capacity) {
        return NBANG_OK;
    }
    if (forecast->capacity == 2 * MAX_KEPT) {
        drop_shorter_half(forecast);
        return NBANG_OK;
    }
    const size_t capacity = forecast->capacity > 0 ? 2 * forecast->capacity : MAX_KEPT / 64;
    nb_forecast_job *jobs = realloc(forecast->jobs, capacity * sizeof(*jobs));
    if (jobs == NULL) {
        return NBANG_NO_MEMORY;
    }
    forecast->jobs = jobs;
    forecast->capacity = capacity;
    return NBANG_OK;
}

/* What the number takes if it is made of the one before, where that is less. */
static uint64_t reuse_ns(const nb_forecast *forecast, uint64_t n, const nbang_estimate *estimate)
{
    if (!forecast->reuse || n > NB_NUMBERS_NEAR_MAX || forecast->last_n == 0 ||
        forecast->last_n > n) {
        return estimate->time_ns;
    }
    const uint64_t steps_ns = nb_cost_of_steps(forecast->last_n, n).time_ns +
                              (uint64_t)(CHECK_DIGIT_NS * (double)estimate->num_digits);
    return steps_ns < estimate->time_ns ? steps_ns : estimate->time_ns;
}

nb_status nb_forecast_add(nb_forecast *forecast, uint64_t n, nbang_estimate *estimate)
{
    estimate->time_ns = reuse_ns(forecast, n, estimate);
    forecast->last_n = n;
    const uint64_t index = forecast->num_jobs++;
    forecast->num_bytes += estimate->num_bytes;
    if (forecast->split != NBANG_SPLIT_ALWAYS && nb_plan_is_small(estimate)) {
        forecast->small_ns += alone_ns(estimate);
        if (estimate->memory_bytes > forecast->small_bytes) {
            forecast->small_bytes = estimate->memory_bytes;
        }
        return NBANG_OK;
    }
    nb_status status = reserve(forecast);
    if (status == NBANG_OK) {
        forecast->jobs[forecast->num_large++] =
            (nb_forecast_job){.index = index, .estimate = *estimate};
    }
    return status;
}

nb_forecast_job nb_forecast_job_at(const nb_forecast *forecast, uint64_t index,
                                   const nbang_estimate *estimate)
{
    const nb_forecast_job small = {.index = index,
                                   .estimate = *estimate,
                                   .threads = 1,
                                   .wall_ns = alone_ns(estimate) + master_ns(estimate->num_bytes)};
    const nb_forecast_job *kept =
        forecast->num_large > 0
            ? bsearch(&small, forecast->jobs, forecast->num_large, sizeof(small), by_index)
            : NULL;
    return kept != NULL ? *kept : small;
}

/* ---- the imagined batch ---- */

/* A job that has a worker. */
typedef struct running {
    nb_forecast_job *job;
    double left;    /* of its number: 1 at first, 0 when only the text is left */
    double new_ns;  /* for the pages that a worker makes for its first job */
    double rest_ns; /* for its text */
    double start_ns;
} running;

typedef struct imagined {
    nb_forecast *forecast;
    unsigned num_slots;
    unsigned num_workers; /* as many as the jobs keep busy */
    bool *started;        /* by job: whether it waits no more */
    size_t num_waiting;
    double waiting_ns; /* predicted time of those that do */
    double small_ns;   /* of the small ones, what is left of it */
    running *running;
    nb_plan_team *teams; /* of those that run, one for one */
    size_t num_running;
    unsigned num_lent;
    uint64_t memory_bytes;
    double now_ns;
    nb_forecast_result result;
} imagined;

/* The job that would be next; NULL if there is none, or no memory for it now. */
static nb_forecast_job *next_job(imagined *i)
{
    nb_forecast_job *first = NULL, *longest = NULL;
    for (size_t j = 0; j < i->forecast->num_large; j++) {
        nb_forecast_job *job = &i->forecast->jobs[j];
        if (!i->started[j]) {
            first = first != NULL ? first : job;
            longest = longest == NULL || job->estimate.time_ns > longest->estimate.time_ns
                          ? job
                          : longest;
        }
    }
    if (longest == NULL) {
        return NULL; /* none waits */
    }
    const uint64_t waiting_ns = (uint64_t)(i->waiting_ns + i->small_ns);
    const bool critical =
        nb_plan_is_critical(longest->estimate.time_ns, waiting_ns, i->num_workers);
    nb_forecast_job *job = critical ? longest : first;
    const bool fits =
        job->estimate.memory_bytes <= i->forecast->memory_limit_bytes - i->memory_bytes;
    return fits || i->num_running == 0 ? job : NULL;
}

static void start_jobs(imagined *i)
{
    while (i->num_waiting > 0 && i->num_running < i->num_workers) {
        nb_forecast_job *job = next_job(i);
        if (job == NULL) {
            return;
        }
        i->started[job - i->forecast->jobs] = true;
        i->num_waiting--;
        i->waiting_ns -= (double)job->estimate.time_ns;
        i->memory_bytes += job->estimate.memory_bytes;
        const bool is_first = i->forecast->num_large - i->num_waiting <= i->num_workers;
        const uint64_t new_ns = is_first ? first_ns(job->estimate.memory_bytes) : 0;
        i->running[i->num_running] = (running){
            .job = job,
            .left = 1,
            .new_ns = (double)new_ns,
            .rest_ns = (double)text_ns(&job->estimate),
            .start_ns = i->now_ns,
        };
        i->teams[i->num_running++] = (nb_plan_team){
            .time_ns = job->estimate.time_ns, .left_ns = job->estimate.time_ns, .size = 1};
        job->threads = 1;
    }
}

/* Slots that have nothing to do go to the jobs that they are worth it for. */
static void lend_slots(imagined *i)
{
    while (i->num_waiting == 0 && i->small_ns <= 0 && i->num_running + i->num_lent < i->num_slots) {
        const size_t t = nb_plan_borrower(i->forecast->split, i->teams, i->num_running);
        nb_forecast_job *job = t < i->num_running ? i->running[t].job : NULL;
        if (job == NULL || i->running[t].left <= 0) {
            return; /* nobody wants it, or only whose number is there already */
        }
        i->num_lent++;
        i->teams[t].size++;
        job->threads = i->teams[t].size > job->threads ? i->teams[t].size : job->threads;
    }
}

static double number_ns(const imagined *i, size_t r)
{
    const running *run = &i->running[r];
    const unsigned size = i->teams[r].size;
    return (double)nb_cost_team_time_ns(&run->job->estimate, size) + run->new_ns / size;
}

/* Workers on the small jobs. */
static double num_idle(const imagined *i)
{
    return i->num_workers > i->num_running ? (double)(i->num_workers - i->num_running) : 0;
}

/* How long it takes until something happens. */
static double next_event_ns(const imagined *i)
{
    double least_ns = -1;
    if (i->small_ns > 0 && num_idle(i) > 0) {
        least_ns = i->small_ns / num_idle(i);
    }
    for (size_t r = 0; r < i->num_running; r++) {
        const running *run = &i->running[r];
        const double ns = run->left > 0 ? run->left * number_ns(i, r) : run->rest_ns;
        least_ns = least_ns < 0 || ns < least_ns ? ns : least_ns;
    }
    return least_ns;
}

static void finish(imagined *i, size_t r)
{
    nb_forecast_job *job = i->running[r].job;
    job->wall_ns =
        (uint64_t)(i->now_ns - i->running[r].start_ns) + master_ns(job->estimate.num_bytes);
    i->memory_bytes -= job->estimate.memory_bytes;
    i->running[r] = i->running[--i->num_running];
    i->teams[r] = i->teams[i->num_running];
}

/* What is left by less than this of it is done: sums of fractions are not exact. */
static const double nothing = 1e-9;

static void advance(imagined *i, double ns)
{
    i->now_ns += ns;
    i->small_ns -= ns * num_idle(i);
    i->small_ns = i->small_ns > 1 ? i->small_ns : 0;
    for (size_t r = i->num_running; r-- > 0;) {
        running *run = &i->running[r];
        if (run->left <= 0) {
            run->rest_ns -= ns;
            if (run->rest_ns <= 1) {
                finish(i, r);
            }
            continue;
        }
        run->left -= ns / number_ns(i, r);
        if (run->left <= nothing) {
            run->left = 0;
            i->num_lent -= i->teams[r].size - 1; /* they come back before the text */
            i->teams[r].size = 1;
        }
        i->teams[r].left_ns = (uint64_t)(run->left * (double)i->teams[r].time_ns);
    }
}

static void note_peaks(imagined *i)
{
    const uint64_t memory_bytes = i->memory_bytes + i->num_lent * NB_LEND_MEMBER_BYTES;
    const unsigned small = i->small_ns > 0 ? (unsigned)num_idle(i) : 0;
    const unsigned cores = (unsigned)i->num_running + i->num_lent + small;
    nb_forecast_result *result = &i->result;
    result->cores = cores > result->cores ? cores : result->cores;
    result->memory_bytes =
        memory_bytes > result->memory_bytes ? memory_bytes : result->memory_bytes;
}

static void imagine(imagined *i)
{
    for (;;) {
        start_jobs(i);
        lend_slots(i);
        note_peaks(i);
        const double ns = next_event_ns(i);
        if (ns < 0) {
            break;
        }
        advance(i, ns);
    }
    i->result.time_ns = START_NS + first_ns(i->forecast->small_bytes) + (uint64_t)i->now_ns +
                        master_ns(i->forecast->num_bytes);
}

nb_status nb_forecast_run(nb_forecast *forecast, unsigned num_workers, nb_forecast_result *result)
{
    imagined i = {
        .forecast = forecast,
        .num_slots = num_workers,
        .num_workers = nb_plan_workers(forecast->num_large, forecast->small_ns, num_workers),
        .num_waiting = forecast->num_large,
        .small_ns = (double)forecast->small_ns,
        .started = calloc(forecast->num_large + 1, sizeof(*i.started)),
        .running = calloc(num_workers, sizeof(*i.running)),
        .teams = calloc(num_workers, sizeof(*i.teams)),
    };
    nb_status status = NBANG_NO_MEMORY;
    if (i.started != NULL && i.running != NULL && i.teams != NULL) {
        for (size_t j = 0; j < forecast->num_large; j++) {
            i.waiting_ns += (double)forecast->jobs[j].estimate.time_ns;
        }
        imagine(&i);
        *result = i.result;
        status = NBANG_OK;
    }
    free(i.teams);
    free(i.running);
    free(i.started);
    return status;
}
