#include "trial.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"

/* ---- jobs in ---- */

static nbang_status source_next(void *ctx, nbang_job *job)
{
    trial *self = ctx;
    if (self->stop) {
        self->num_jobs = self->num_taken;
    }
    if (self->num_taken == self->num_jobs) {
        return self->source_end;
    }
    if (self->num_taken >= self->available) {
        char byte;
        while (read(self->wait_pipe[0], &byte, 1) == 1) {
        }
        return NBANG_AGAIN;
    }
    *job = self->jobs[self->num_taken++];
    return NBANG_OK;
}

static int source_wait_fd(void *ctx)
{
    trial *self = ctx;
    return self->wait_pipe[0];
}

/* ---- results out ---- */

/* The answer to the sink's present call. */
static nbang_status answer(trial *self)
{
    cr_assert(!self->failed, "nothing is called after a failure");
    if (++self->num_calls == self->fail_call) {
        self->failed = true;
        return self->fail_with;
    }
    return NBANG_OK;
}

static void call(trial *self, trial_callback *callback)
{
    if (callback != NULL) {
        callback(self);
    }
}

static char *copy(const char *text, size_t len)
{
    char *made = NULL;
    if (text != NULL) {
        made = malloc(len + 1);
        cr_assert_not_null(made);
        memcpy(made, text, len);
        made[len] = '\0';
    }
    return made;
}

static void free_record(nbang_record *record)
{
    free((void *)record->input);
    free((void *)record->file);
    free((void *)record->error);
    free((void *)record->sha256);
    *record = (nbang_record){0};
}

static void keep_record(trial_result *result, const nbang_record *record)
{
    free_record(&result->record);
    result->record = *record;
    cr_assert_not_null(record->input);
    result->record.input = copy(record->input, record->input_len);
    result->record.file = record->file ? copy(record->file, strlen(record->file)) : NULL;
    result->record.error = record->error ? copy(record->error, strlen(record->error)) : NULL;
    result->record.sha256 = record->sha256 ? copy(record->sha256, strlen(record->sha256)) : NULL;
}

static nbang_status sink_begin(void *ctx, const nbang_record *record)
{
    trial *self = ctx;
    cr_assert(!self->blocked, "a blocked sink is left alone");
    cr_assert(!self->delivering, "jobs do not interleave");
    cr_assert_lt(record->index, self->num_taken);
    trial_result *result = &self->results[record->index];
    cr_assert(!result->begun, "job %zu is delivered once", (size_t)record->index);
    result->begun = true;
    keep_record(result, record);
    self->delivering = true;
    self->current = record->index;
    call(self, self->on_begin);
    return answer(self);
}

static void spend(trial *self, size_t bytes)
{
    self->credit -= bytes < self->credit ? bytes : self->credit;
    if (self->credit == 0) {
        char zeros[4096] = {0};
        while (write(self->block_pipe[1], zeros, sizeof(zeros)) > 0) {
        }
        self->blocked = true;
    }
}

static nbang_status sink_text(void *ctx, const char *digits, size_t len)
{
    trial *self = ctx;
    cr_assert(!self->blocked, "a blocked sink is left alone");
    cr_assert(self->delivering);
    cr_assert(!self->options.digest, "no digits with a digest");
    cr_assert(len > 0 && len <= (size_t)256 * 1024);
    trial_result *result = &self->results[self->current];
    if (result->size - result->len < len) {
        result->size = 2 * result->size + len;
        result->text = realloc(result->text, result->size);
        cr_assert_not_null(result->text);
    }
    memcpy(result->text + result->len, digits, len);
    result->len += len;
    spend(self, len);
    call(self, self->on_text);
    return answer(self);
}

static nbang_status sink_end(void *ctx, const nbang_record *record, bool complete)
{
    trial *self = ctx;
    trial_result *result = &self->results[record->index];
    cr_assert(!self->blocked, "a blocked sink is left alone");
    cr_assert(self->delivering && record->index == self->current);
    result->ended = true;
    result->complete = complete;
    keep_record(result, record);
    self->order[self->num_ended++] = record->index;
    self->delivering = false;
    call(self, self->on_end);
    return answer(self);
}

static nbang_status sink_flush(void *ctx)
{
    trial *self = ctx;
    cr_assert(!self->failed, "nothing is called after a failure");
    struct pollfd writable = {.fd = self->block_pipe[1], .events = POLLOUT};
    if (self->blocked && poll(&writable, 1, 0) == 1) {
        self->blocked = false;
    }
    return NBANG_OK;
}

static int sink_blocked_fd(void *ctx)
{
    trial *self = ctx;
    return self->blocked ? self->block_pipe[1] : -1;
}

/* ---- news ---- */

static void on_event(void *ctx, const nbang_event *event)
{
    trial *self = ctx;
    self->num_lost += event->kind == NBANG_EVENT_WORKER_LOST;
    self->num_fewer += event->kind == NBANG_EVENT_FEWER_WORKERS;
    snprintf(self->last_event, sizeof(self->last_event), "%s", event->message);
    cr_assert_null(strchr(event->message, '\n'));
    call(self, self->on_event);
}

static void on_span(void *ctx, const nbang_span *span)
{
    trial *self = ctx;
    self->on_span(self, span);
}

static void on_progress(void *ctx, const nbang_progress *progress)
{
    trial *self = ctx;
    cr_assert_geq(progress->jobs_done, self->progress.jobs_done);
    cr_assert_geq(progress->jobs_known, progress->jobs_done);
    cr_assert_geq(progress->work_known_ns, progress->work_done_ns);
    cr_assert_geq(progress->work_done_ns, self->progress.work_done_ns);
    self->progress = *progress;
    call(self, self->on_progress);
}

/* ---- life ---- */

static void open_pipe(int pipe_fds[2])
{
    cr_assert_eq(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
}

trial *trial_create(unsigned num_workers)
{
    trial *self = calloc(1, sizeof(*self));
    cr_assert_not_null(self);
    self->placement = (nbang_placement){.workers = num_workers, .bind = NBANG_BIND_NONE};
    nbang_options_init(&self->options);
    self->source_end = NBANG_END;
    self->available = SIZE_MAX;
    self->credit = SIZE_MAX;
    open_pipe(self->wait_pipe);
    open_pipe(self->block_pipe);
    open_pipe(self->cancel_pipe);
    self->options.cancel_fd = self->cancel_pipe[0];
    return self;
}

void trial_destroy(trial *self)
{
    for (size_t i = 0; self->results != NULL && i < self->num_jobs; i++) {
        free_record(&self->results[i].record);
        free(self->results[i].text);
    }
    for (size_t i = 0; i < 2; i++) {
        close(self->wait_pipe[i]);
        close(self->block_pipe[i]);
        close(self->cancel_pipe[i]);
    }
    free(self->expected);
    free(self->results);
    free(self->order);
    free(self->jobs);
    free(self);
}

void trial_add_job(trial *self, const nbang_job *job)
{
    if ((self->num_jobs & (self->num_jobs - 1)) == 0) {
        size_t size = self->num_jobs > 0 ? 2 * self->num_jobs : 1;
        self->jobs = realloc(self->jobs, size * sizeof(*self->jobs));
        cr_assert_not_null(self->jobs);
    }
    self->jobs[self->num_jobs++] = *job;
}

void trial_add(trial *self, uint64_t n)
{
    trial_add_job(self, &(nbang_job){.n = n});
}

/* The summary is what was delivered, and what was taken and could not be. */
static void check_summary(const trial *self)
{
    const nbang_summary *summary = &self->summary;
    nbang_summary seen = {0};
    for (size_t i = 0; i < self->num_taken; i++) {
        const trial_result *result = &self->results[i];
        const nbang_record *record = &result->record;
        bool good = result->ended && record->status == NBANG_JOB_OK && result->complete;
        seen.ok += good;
        seen.digits += good ? record->num_digits : 0;
        seen.refused += result->ended && record->status == NBANG_JOB_REFUSED;
        seen.timeouts += result->ended && record->status == NBANG_JOB_TIMEOUT;
        seen.unverified += result->ended && record->failed_verification;
    }
    cr_expect_eq(summary->jobs, self->num_taken, "every job is counted once");
    cr_expect_eq(summary->jobs, summary->ok + summary->errors + summary->refused +
                                    summary->timeouts + summary->interrupted);
    cr_expect_eq(summary->ok, seen.ok);
    cr_expect_eq(summary->digits, seen.digits);
    cr_expect_eq(summary->refused, seen.refused);
    cr_expect_eq(summary->timeouts, seen.timeouts);
    cr_expect_eq(summary->unverified, seen.unverified);
    cr_expect_eq(summary->workers_lost, self->num_lost);
}

static void check_order(const trial *self)
{
    for (size_t i = 0; !self->options.unordered && i < self->num_ended; i++) {
        cr_assert_eq(self->order[i], i, "results leave in input order");
    }
}

/* nbang_run with the trial's source and sink. */
static void run_on(trial *self, const nbang_machine *machine)
{
    nbang_source source = {.ctx = self, .next = source_next, .wait_fd = source_wait_fd};
    nbang_sink sink = {.ctx = self,
                       .begin = sink_begin,
                       .text = sink_text,
                       .end = sink_end,
                       .flush = sink_flush,
                       .blocked_fd = sink_blocked_fd};
    self->options.hooks = (nbang_hooks){.ctx = self, .event = on_event};
    if (self->on_progress != NULL) {
        self->options.hooks.progress = on_progress;
    }
    if (self->on_span != NULL) {
        self->options.hooks.span = on_span;
    }
    int num_descriptors = scratch_count("/proc/self/fd");
    self->status = nbang_run(machine, &self->options, &source, &sink, &self->summary);
    cr_expect_eq(scratch_count("/proc/self/fd"), num_descriptors, "no descriptor is left");
    errno = 0;
    cr_expect(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "no process is left");
}

void trial_run(trial *self)
{
    self->results = calloc(self->num_jobs + 1, sizeof(*self->results));
    self->order = calloc(self->num_jobs + 1, sizeof(*self->order));
    cr_assert(self->results != NULL && self->order != NULL);
    if (self->machine != NULL) {
        run_on(self, self->machine);
    } else {
        nbang_machine *machine;
        char error[256] = "";
        cr_assert_eq(nbang_machine_create(&machine, &self->placement, self->max_memory_bytes, error,
                                          sizeof(error)),
                     NBANG_OK, "%s", error);
        run_on(self, machine);
        nbang_machine_destroy(machine);
    }
    check_summary(self);
    check_order(self);
}

/* ---- from within callbacks ---- */

void trial_provide(trial *self, size_t num_jobs)
{
    self->available += num_jobs;
    cr_assert_eq(write(self->wait_pipe[1], "", 1), 1);
}

void trial_unblock(trial *self, size_t bytes)
{
    char drained[4096];
    self->credit = bytes;
    while (read(self->block_pipe[0], drained, sizeof(drained)) > 0) {
    }
}

void trial_cancel(trial *self)
{
    cr_assert_eq(write(self->cancel_pipe[1], "", 1), 1);
}

/* ---- expectations ---- */

char *trial_factorial(uint64_t n, size_t *len)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, n);
    char *digits = mpz_get_str(NULL, 10, value);
    mpz_clear(value);
    *len = strlen(digits);
    return digits;
}

/* Has the digits of n! ready in `expected`. */
static void expect_factorial(trial *self, uint64_t n)
{
    if (self->expected == NULL || self->expected_n != n) {
        free(self->expected);
        self->expected = trial_factorial(n, &self->expected_len);
        self->expected_n = n;
    }
}

void trial_expect_right(trial *self, size_t index)
{
    const trial_result *result = &self->results[index];
    const nbang_record *record = &result->record;
    expect_factorial(self, self->jobs[index].n);
    size_t zeros = 0;
    while (self->expected[self->expected_len - 1 - zeros] == '0') {
        zeros++;
    }
    cr_assert(result->ended && result->complete, "job %zu is delivered whole", index);
    cr_assert_eq(record->status, NBANG_JOB_OK, "job %zu: %s", index, record->error);
    cr_assert_null(record->error);
    cr_assert(record->has_n && record->n == self->jobs[index].n);
    cr_assert_eq(record->num_digits, self->expected_len);
    cr_assert_eq(record->trailing_zeros, zeros);
    cr_assert_eq(record->verified, self->options.verify);
    cr_assert_geq(record->attempts, 1);
    if (!self->options.digest) {
        cr_assert_eq(result->len, self->expected_len);
        cr_assert_eq(memcmp(result->text, self->expected, result->len), 0,
                     "job %zu has wrong digits", index);
    }
}

void trial_expect_all_right(trial *self)
{
    cr_assert_eq(self->status, NBANG_OK, "%s", nbang_status_string(self->status));
    cr_assert_eq(self->num_taken, self->num_jobs);
    cr_assert_eq(self->num_ended, self->num_jobs);
    for (size_t i = 0; i < self->num_jobs; i++) {
        trial_expect_right(self, i);
    }
}

void trial_expect_error(const trial *self, size_t index, nbang_job_status status, const char *part)
{
    const trial_result *result = &self->results[index];
    cr_assert(result->ended);
    cr_expect_eq(result->record.status, status);
    cr_assert_not_null(result->record.error);
    cr_expect_not_null(strstr(result->record.error, part), "%s", result->record.error);
    cr_expect_eq(result->len, 0, "no digits of a job that failed");
    cr_expect_not(result->record.verified);
}

void trial_expect_others_right(trial *self, size_t index)
{
    cr_assert_eq(self->status, NBANG_OK);
    cr_assert_eq(self->num_ended, self->num_jobs);
    for (size_t i = 0; i < self->num_jobs; i++) {
        if (i != index) {
            trial_expect_right(self, i);
        }
    }
}

trial *trial_around(uint64_t n, unsigned num_workers)
{
    trial *self = trial_create(num_workers);
    for (size_t i = 0; i < 20; i++) {
        trial_add(self, i == 7 ? n : i % 3 == 0 ? 9000 + i : 100 * i);
    }
    return self;
}

/* ---- the processes ---- */

/* Whether /proc/PID/stat is that of a living child of ours. */
static bool is_worker(const char *pid)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    char *behind_name = strrchr(text, ')');
    char state;
    int parent;
    return behind_name != NULL && sscanf(behind_name + 1, " %c %d", &state, &parent) == 2 &&
           parent == getpid() && state != 'Z' && state != 'X';
}

size_t trial_workers(pid_t *pids, size_t max)
{
    size_t count = 0;
    DIR *proc = opendir("/proc");
    cr_assert_not_null(proc);
    for (struct dirent *entry = readdir(proc); entry != NULL; entry = readdir(proc)) {
        if (isdigit((unsigned char)entry->d_name[0]) && is_worker(entry->d_name)) {
            if (count < max) {
                pids[count] = (pid_t)strtol(entry->d_name, NULL, 10);
            }
            count++;
        }
    }
    closedir(proc);
    return count;
}

size_t trial_resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert_not_null(file);
    size_t total_pages = 0;
    size_t resident_pages = 0;
    cr_assert_eq(fscanf(file, "%zu %zu", &total_pages, &resident_pages), 2);
    fclose(file);
    return resident_pages * (size_t)sysconf(_SC_PAGESIZE);
}
