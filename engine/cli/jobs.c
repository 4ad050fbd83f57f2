#include "cli/jobs.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/notation.h"
#include "cli/quote.h"
#include "cli/reader.h"

static_assert(NB_JOBS_ERROR_SIZE >= NB_NOTATION_ERROR_SIZE, "passes on the notation's errors");

struct nb_jobs {
    const char *const *args;
    size_t num_args;
    size_t next_arg;
    int stdin_fd;

    nb_progression range; /* what is left of the current range … */
    bool in_range;        /* … if there is one */

    nb_reader reader; /* the file being read, or nothing */
    const char *file; /* its name; NULL: jobs come from the command line */

    char error[NB_JOBS_ERROR_SIZE]; /* see nb_jobs_error */
    char line_error[NB_NOTATION_ERROR_SIZE];
};

static bool is_stdin(const char *arg)
{
    return strcmp(arg, "-") == 0;
}

/* ---- checking the arguments ---- */

/* Writes why `path` cannot be read, from errno. NULL: standard input. */
static void describe_unreadable(char error[NB_JOBS_ERROR_SIZE], const char *path)
{
    int reason = errno;
    char quoted[NB_QUOTE_FILE_SIZE] = "standard input";
    if (path) {
        nb_quote(quoted, sizeof(quoted), path, strlen(path), strlen(path));
    }
    snprintf(error, NB_JOBS_ERROR_SIZE, "cannot read %s: %s", quoted, strerror(reason));
}

static nb_status check_stdin(int stdin_fd, char error[NB_JOBS_ERROR_SIZE])
{
    if (nb_reader_check_fd(stdin_fd) == NBANG_OK) {
        return NBANG_OK;
    }
    describe_unreadable(error, NULL);
    return NBANG_INVALID;
}

static nb_status check_file(const char *path, char error[NB_JOBS_ERROR_SIZE])
{
    if (*path == '\0') {
        snprintf(error, NB_JOBS_ERROR_SIZE, "\"@\" names no file");
        return NBANG_INVALID;
    }
    if (nb_reader_check_path(path) == NBANG_OK) {
        return NBANG_OK;
    }
    describe_unreadable(error, path);
    return NBANG_INVALID;
}

/* A file's name in the place of a number was most likely meant to be read. */
static void suggest_file(const char *arg, char error[NB_JOBS_ERROR_SIZE])
{
    size_t len = strlen(error);
    if (nb_reader_check_path(arg) == NBANG_OK) {
        snprintf(error + len, NB_JOBS_ERROR_SIZE - len,
                 "; to read a file, write @ before its name");
    }
}

static nb_status check_args(const char *const *args, size_t num_args, int stdin_fd,
                            char error[NB_JOBS_ERROR_SIZE])
{
    bool stdin_taken = false;
    nb_status status = NBANG_OK;
    for (size_t i = 0; i < num_args && status == NBANG_OK; i++) {
        nb_progression unused;
        if (is_stdin(args[i]) && stdin_taken) {
            snprintf(error, NB_JOBS_ERROR_SIZE, "standard input (\"-\") is given twice");
            status = NBANG_INVALID;
        } else if (is_stdin(args[i])) {
            stdin_taken = true;
            status = check_stdin(stdin_fd, error);
        } else if (args[i][0] == '@') {
            status = check_file(args[i] + 1, error);
        } else if (nb_notation_parse(&unused, args[i], strlen(args[i]), error) != NBANG_OK) {
            status = NBANG_INVALID;
            suggest_file(args[i], error);
        }
    }
    return status;
}

nb_status nb_jobs_create(nb_jobs **jobs, const char *const *args, size_t num_args, int stdin_fd,
                         char error[NB_JOBS_ERROR_SIZE])
{
    static const char *const only_stdin[] = {"-"};
    if (num_args == 0) {
        if (isatty(stdin_fd)) {
            snprintf(error, NB_JOBS_ERROR_SIZE, "no job given: try \"nbang 1000\"");
            return NBANG_INVALID;
        }
        args = only_stdin;
        num_args = 1;
    }
    nb_status status = check_args(args, num_args, stdin_fd, error);
    if (status) {
        return status;
    }

    nb_jobs *created = malloc(sizeof(*created));
    if (!created) {
        snprintf(error, NB_JOBS_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    }
    created->args = args;
    created->num_args = num_args;
    created->next_arg = 0;
    created->stdin_fd = stdin_fd;
    created->in_range = false;
    created->file = NULL;
    created->error[0] = '\0';
    nb_reader_init(&created->reader);
    *jobs = created;
    return NBANG_OK;
}

void nb_jobs_destroy(nb_jobs *jobs)
{
    if (!jobs) {
        return;
    }
    nb_reader_close(&jobs->reader);
    free(jobs);
}

const char *nb_jobs_error(const nb_jobs *jobs)
{
    return jobs->error;
}

/* ---- the source ---- */

/* A job from where the jobs come from at the moment. */
static nbang_job job_here(const nb_jobs *jobs)
{
    return (nbang_job){.file = jobs->file, .line = jobs->file ? jobs->reader.lines.number : 0};
}

/* Whether `text` is how n is written in plain decimal, without leading zeros. */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return len == 1 || text[0] != '0';
}

static nb_status next_in_range(nb_jobs *jobs, nbang_job *job)
{
    *job = job_here(jobs);
    job->n = jobs->range.first;
    jobs->in_range = jobs->range.first < jobs->range.last;
    if (jobs->in_range) { /* cannot wrap around: `last` is a member */
        jobs->range.first += jobs->range.step;
    }
    return NBANG_OK;
}

/* The job that `text` describes, or the first of its range. */
static nb_status start_text(nb_jobs *jobs, nbang_job *job, const char *text, size_t len)
{
    nb_status status = nb_notation_parse(&jobs->range, text, len, jobs->line_error);
    if (status == NBANG_OK && jobs->range.first < jobs->range.last) {
        return next_in_range(jobs, job);
    }

    *job = job_here(jobs);
    if (status) {
        job->error = jobs->line_error;
    } else {
        job->n = jobs->range.first;
    }
    if (status || !is_plain(text, len)) {
        job->input = text;
        job->input_len = len;
    }
    return NBANG_OK;
}

/* A line that is no job whatever it says. */
static nb_status refuse_line(nb_jobs *jobs, nbang_job *job, const char *reason)
{
    const nb_lines *lines = &jobs->reader.lines;
    char quoted[NB_QUOTE_SIZE];
    nb_quote(quoted, sizeof(quoted), lines->text, lines->len, lines->total_len);
    snprintf(jobs->line_error, sizeof(jobs->line_error), "%s %s", quoted, reason);
    *job = job_here(jobs);
    job->error = jobs->line_error;
    job->input = lines->text;
    job->input_len = lines->len;
    return NBANG_OK;
}

/* A file, or standard input (NULL), cannot be read any more, which ends the jobs. */
static nb_status fail(nb_jobs *jobs, const char *path)
{
    describe_unreadable(jobs->error, path);
    nb_reader_close(&jobs->reader);
    jobs->file = NULL;
    jobs->next_arg = jobs->num_args;
    return NBANG_SYSTEM;
}

/* NBANG_END at the end of the file, which is then closed. */
static nb_status next_in_file(nb_jobs *jobs, nbang_job *job)
{
    nb_status status = nb_reader_next(&jobs->reader);
    if (status == NBANG_SYSTEM) {
        return fail(jobs, jobs->reader.owns_fd ? jobs->file : NULL);
    }
    if (status == NBANG_END) {
        nb_reader_close(&jobs->reader);
        jobs->file = NULL;
    }
    if (status) {
        return status;
    }

    const nb_lines *lines = &jobs->reader.lines;
    if (lines->total_len > lines->len) {
        return refuse_line(jobs, job, "is too long for a job");
    }
    if (lines->text[0] == '@') {
        return refuse_line(jobs, job, "stands in a file; \"@\" works on the command line only");
    }
    return start_text(jobs, job, lines->text, lines->len);
}

static nb_status start_file(nb_jobs *jobs, const char *arg)
{
    if (is_stdin(arg)) {
        nb_reader_attach(&jobs->reader, jobs->stdin_fd);
        jobs->file = NB_JOBS_STDIN_NAME;
        return NBANG_OK;
    }
    if (nb_reader_open(&jobs->reader, arg + 1)) {
        return fail(jobs, arg + 1);
    }
    jobs->file = arg + 1;
    return NBANG_OK;
}

static nbang_status next_job(void *ctx, nbang_job *job)
{
    nb_jobs *jobs = ctx;
    for (;;) {
        if (jobs->in_range) {
            return next_in_range(jobs, job);
        }
        if (jobs->file) {
            nb_status status = next_in_file(jobs, job);
            if (status != NBANG_END) {
                return status;
            }
        }
        if (jobs->next_arg == jobs->num_args) {
            return NBANG_END;
        }
        const char *arg = jobs->args[jobs->next_arg++];
        if (!is_stdin(arg) && arg[0] != '@') {
            return start_text(jobs, job, arg, strlen(arg));
        }
        nb_status status = start_file(jobs, arg);
        if (status) {
            return status;
        }
    }
}

static int current_fd(void *ctx)
{
    const nb_jobs *jobs = ctx;
    return jobs->reader.fd;
}

nbang_source nb_jobs_source(nb_jobs *jobs)
{
    return (nbang_source){.ctx = jobs, .next = next_job, .wait_fd = current_fd};
}
