#include "run/execute.h"

#include <assert.h>
#include <gmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/heap.h"
#include "base/team.h"
#include "base/trace.h"
#include "compute/factorial.h"
#include "compute/integer.h"
#include "compute/residue.h"
#include "run/codec.h"
#include "run/content.h"
#include "run/digest.h"
#include "run/numbers.h"
#include "run/reply.h"

struct nb_executor {
    nb_executor_options options;
    nb_reply reply;
    nb_numbers numbers;
    nb_team *team; /* that computes large numbers: this thread, and one on each lent slot */
    const nb_worker *worker; /* this one; not owned */
    uint64_t num_ended;      /* tasks below this number are over */

    /* If the batch is traced: */
    nb_trace *trace;     /* of this thread; NULL otherwise */
    nbang_span *members; /* those of the team, since they joined: room for one on each slot */
    size_t num_members;
};

/* ---- running out ---- */

/* GMP cannot report that memory is short, and must not be left by longjmp: the process is the
 * wall. */
static void *allocate_or_end(size_t size)
{
    void *block = malloc(size);
    if (block == NULL) {
        _exit(NB_WORKER_EXIT_NO_MEMORY);
    }
    return block;
}

static void *reallocate_or_end(void *old, size_t old_size, size_t size)
{
    (void)old_size;
    void *block = realloc(old, size);
    if (block == NULL) {
        _exit(NB_WORKER_EXIT_NO_MEMORY);
    }
    return block;
}

static void release(void *block, size_t size)
{
    (void)size;
    free(block);
}

/* GMP aborts on an overflow, past the functions above. */
static void end_on_abort(int sig)
{
    (void)sig;
    _exit(NB_WORKER_EXIT_ABORTED);
}

/* ---- faults on demand, for tests ---- */

/* Ends this process, or stalls it, if that is to happen to the job. It takes slots all the same. */
static void suffer_faults(const nb_executor *self, uint64_t n)
{
    if (nb_fault("crash", n)) {
        raise(SIGKILL);
    }
    if (nb_fault("segv", n)) {
        signal(SIGSEGV, SIG_DFL); /* for this one is no finding of a sanitizer's */
        raise(SIGSEGV);
    }
    if (nb_fault("exit", n)) {
        _exit(3);
    }
    if (nb_fault("memory", n)) {
        _exit(NB_WORKER_EXIT_NO_MEMORY);
    }
    while (nb_fault("stall", n)) {
        nb_team_recruit(self->team);
        usleep(1000);
    }
}

/* ---- the team ---- */

/* A thread or process that cannot be pinned works all the same, only less predictably. */
static void bind_to(const nb_executor *self, unsigned slot)
{
    nb_status bound = nb_slots_bind(self->options.slots, slot);
    (void)bound;
}

static void on_enter(void *ctx, unsigned slot)
{
    bind_to(ctx, slot);
}

/* If there is no thread to be had the team is smaller, and no worse. */
static void add_to_team(nb_executor *self, unsigned slot)
{
    const uint64_t start_ns = self->trace != NULL ? nb_clock_wall_ns() : 0;
    nb_status added = nb_team_add(self->team, slot);
    if (added == NBANG_OK && self->num_members < nb_slots_count(self->options.slots) &&
        self->trace != NULL) {
        self->members[self->num_members++] = (nbang_span){.worker = self->worker->index,
                                                          .place = slot,
                                                          .phase = NBANG_PHASE_TEAM,
                                                          .start_ns = start_ns};
    }
}

/* The number n! is there: the team ends, and the master takes the slots back when it hears of the
 * result. */
static nb_status end_team(nb_executor *self, uint64_t n)
{
    nb_team_dismiss(self->team);
    const size_t count = self->num_members;
    self->num_members = 0;
    const uint64_t now_ns = count > 0 ? nb_clock_wall_ns() : 0;
    for (size_t i = 0; i < count; i++) {
        self->members[i].end_ns = now_ns;
        self->members[i].n = n;
    }
    return nb_reply_spans(&self->reply, self->members, count);
}

/* ---- numbers ---- */

/* The binary number and, if verification is on, the proof that it is right, as for digits (see
 * run/numbers.h): mpz_fac_ui first, then the product of prime powers. */
static nb_status compute_verified_integer(const nb_executor *self, mpz_t value, uint64_t n)
{
    nb_trace_enter(self->trace, NBANG_PHASE_PRODUCTS);
    nb_status status = nb_factorial_integer(value, n, NB_FACTORIAL_GMP);
    if (status == NBANG_OK && (nb_fault("flip", n) || nb_fault("flip-both", n))) {
        mpz_combit(value, mpz_sizeinbase(value, 2) / 2);
    }
    if (status != NBANG_OK || !self->options.verify) {
        return status;
    }
    nb_trace_enter(self->trace, NBANG_PHASE_VERIFICATION);
    const uint64_t residue = nb_factorial_residue(n, self->team);
    if (nb_integer_residue(value) == residue) {
        return NBANG_OK;
    }
    nb_trace_enter(self->trace, NBANG_PHASE_PRODUCTS);
    status = nb_factorial_integer(value, n, NB_FACTORIAL_PRIMES);
    if (status == NBANG_OK && nb_fault("flip-both", n)) {
        mpz_combit(value, mpz_sizeinbase(value, 2) / 2);
    }
    nb_trace_enter(self->trace, NBANG_PHASE_VERIFICATION);
    if (status == NBANG_OK && nb_integer_residue(value) != residue) {
        status = NBANG_UNVERIFIED;
    }
    return status;
}

/* ---- one result ---- */

/* When work on a job began. */
typedef struct start {
    uint64_t wall_ns;
    uint64_t cpu_ns;
} start;

static start start_now(const nb_executor *self)
{
    return (start){
        .wall_ns = nb_clock_wall_ns(),
        .cpu_ns = self->options.cpu_times ? nb_clock_cpu_ns() : 0,
    };
}

/* Adds a result with this content, or its digest, to the reply. */
static nb_status send_content(nb_executor *self, nb_result *result, nb_content *content,
                              const start *started)
{
    result->verified = self->options.verify;
    if (self->options.digest) {
        nb_status status = nb_digest_content(result->sha256, content);
        if (status != NBANG_OK) {
            return status;
        }
        result->has_sha256 = 1;
    } else {
        result->text_len = content->len;
    }
    result->wall_ns = nb_clock_wall_ns() - started->wall_ns;
    result->cpu_ns = self->options.cpu_times ? nb_clock_cpu_ns() - started->cpu_ns : 0;
    return nb_reply_result(&self->reply, result, content);
}

/* What follows from a number that could not be had: news for the master if it fails its check on
 * every path, else the end of this worker. */
static nb_status send_failure(nb_executor *self, nb_result *result, nb_status failure)
{
    if (failure != NBANG_UNVERIFIED) {
        return failure;
    }
    result->failed_verification = 1;
    return nb_reply_result(&self->reply, result, NULL);
}

/* Gets the digits of n! and adds them to the reply. */
static nb_status run_digits(nb_executor *self, nb_result *result, nb_job job, const start *started)
{
    const nb_decimal_text *text;
    nb_status status = nb_numbers_get(&self->numbers, &text, job.n, job.reuse);
    nb_trace_enter(self->trace, NBANG_PHASE_TEXT);
    nb_status ended = end_team(self, job.n);
    if (status == NBANG_OK) {
        status = ended;
    }
    if (status == NBANG_OK) {
        nb_content content = nb_content_digits(text);
        result->num_digits = content.len;
        status = send_content(self, result, &content, started);
    } else {
        status = send_failure(self, result, status);
    }
    nb_trace_enter(self->trace, NBANG_PHASE_TEXT);
    nb_numbers_release(&self->numbers);
    return status;
}

/* The same for the binary number. */
static nb_status run_raw(nb_executor *self, nb_result *result, uint64_t n, const start *started)
{
    mpz_t value;
    mpz_init(value);
    nb_status status = compute_verified_integer(self, value, n);
    nb_trace_enter(self->trace, NBANG_PHASE_TEXT);
    if (status == NBANG_OK) {
        nb_content content = nb_content_raw(value);
        result->num_digits = nbang_estimate_content(n, NBANG_CONTENT_RAW).num_digits;
        status = send_content(self, result, &content, started);
    } else {
        status = send_failure(self, result, status);
    }
    mpz_clear(value);
    return status;
}

/* Computes n! and adds it to the reply, or that it failed its check. */
static nb_status run_job(nb_executor *self, uint32_t position, nb_job job)
{
    const start started = start_now(self);
    nb_result result = {.position = position};
    nb_trace_job(self->trace, job.n);
    suffer_faults(self, job.n);
    return self->options.content == NBANG_CONTENT_RAW ? run_raw(self, &result, job.n, &started)
                                                      : run_digits(self, &result, job, &started);
}

/* ---- commands ---- */

static nb_status run_jobs(nb_executor *self, const nb_frame *frame)
{
    size_t num_jobs;
    nb_status status = nb_codec_num_jobs(&num_jobs, frame);
    bool raw = self->options.content == NBANG_CONTENT_RAW;
    const uint64_t max_n = raw ? NB_INTEGER_RAW_MAX_N : NB_FACTORIAL_MAX_N;
    for (size_t i = 0; status == NBANG_OK && i < num_jobs; i++) {
        const nb_job job = nb_codec_job(frame, i);
        status = job.n <= max_n ? run_job(self, (uint32_t)i, job) : NBANG_CORRUPT;
    }
    self->num_ended = frame->task + 1;
    nb_trace_job(self->trace, NBANG_SPAN_NO_JOB);
    status = status == NBANG_OK ? nb_reply_flush(&self->reply) : status;
    nb_trace_enter(self->trace, NBANG_PHASE_IDLE);
    return status;
}

/* A slot for the job that comes next or is being computed. One that comes too late has been taken
 * back already. */
static nb_status take_slot(nb_executor *self, const nb_frame *frame)
{
    nb_lend lend;
    nb_status status = nb_codec_struct(&lend, sizeof(lend), frame);
    if (status != NBANG_OK || lend.slot >= nb_slots_count(self->options.slots)) {
        return NBANG_CORRUPT;
    }
    if (frame->task >= self->num_ended) {
        add_to_team(self, lend.slot);
    }
    return NBANG_OK;
}

static nb_status on_command(void *ctx, const nb_worker *worker, const nb_frame *frame)
{
    (void)worker; /* as it was on the start */
    nb_executor *self = ctx;
    switch (frame->type) {
    case NB_MESSAGE_JOBS:
        nb_reply_begin(&self->reply, frame);
        return run_jobs(self, frame);
    case NB_MESSAGE_LEND:
        return take_slot(self, frame);
    case NB_MESSAGE_FORGET:
        nb_numbers_forget(&self->numbers);
        return NBANG_OK;
    default:
        return NBANG_CORRUPT;
    }
}

/* ---- the worker ---- */

/* Between two products: takes the slots that have been lent meanwhile. */
static void on_recruit(void *ctx)
{
    nb_executor *self = ctx;
    nb_frame frame;
    nb_lend payload;
    nb_status status;
    while ((status = nb_worker_poll(self->worker, &frame, &payload, sizeof(payload))) == NBANG_OK) {
        if (frame.type == NB_MESSAGE_FORGET) {
            nb_numbers_forget(&self->numbers); /* the present job does not use it */
        } else if (frame.type != NB_MESSAGE_LEND || take_slot(self, &frame) != NBANG_OK) {
            status = NBANG_CORRUPT;
            break;
        }
    }
    if (status != NBANG_AGAIN) {
        _exit(nb_worker_exit_status(status)); /* as it would between two commands */
    }
}

/* Spans between two frames of them: as much as fits into a pipe. */
#define TRACE_SPANS 1024

static nb_status start_trace(nb_executor *self, unsigned index, unsigned slot)
{
    self->members = calloc(nb_slots_count(self->options.slots), sizeof(*self->members));
    return self->members != NULL ? nb_trace_create(&self->trace, TRACE_SPANS, index, slot)
                                 : NBANG_NO_MEMORY;
}

static nb_status on_start(void *ctx, const nb_worker *worker)
{
    nb_executor *self = ctx;
    const nb_team_hooks hooks = {.ctx = self, .enter = on_enter, .recruit = on_recruit};
    self->worker = worker;
    nb_heap_configure();
    mp_set_memory_functions(allocate_or_end, reallocate_or_end, release);
    signal(SIGABRT, end_on_abort);
    const unsigned num_slots = nb_slots_count(self->options.slots);
    const unsigned slot = (self->options.first_slot + worker->index) % num_slots;
    bind_to(self, slot);
    nb_status status = nb_team_create(&self->team, &hooks);
    if (status == NBANG_OK && self->options.trace) {
        status = start_trace(self, worker->index, slot);
    }
    self->numbers.multiplier.team = self->team;
    self->numbers.multiplier.trace = self->trace;
    return status == NBANG_OK ? nb_reply_init(&self->reply, worker, self->trace) : status;
}

nb_status nb_executor_create(nb_executor **executor, const nb_executor_options *options)
{
    nb_executor *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    self->options = *options;
    nb_numbers_init(&self->numbers, options->verify, options->reuse);
    self->numbers.multiplier.kept_bytes = options->kept_bytes;
    *executor = self;
    return NBANG_OK;
}

void nb_executor_destroy(nb_executor *executor)
{
    if (executor == NULL) {
        return;
    }
    nb_numbers_clear(&executor->numbers);
    nb_team_destroy(executor->team);
    nb_reply_clear(&executor->reply);
    nb_trace_destroy(executor->trace);
    free(executor->members);
    free(executor);
}

nb_worker_program nb_executor_program(nb_executor *executor)
{
    return (nb_worker_program){.ctx = executor, .start = on_start, .command = on_command};
}
