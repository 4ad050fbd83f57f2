/* What the tests of jobs share: files in a directory of their own, and jobs written down as text.
 */
#ifndef NB_TESTS_JOBS_SUPPORT_H
#define NB_TESTS_JOBS_SUPPORT_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/jobs.h"

static char dir[] = "/tmp/nbang-test-jobs-XXXXXX";

static inline void make_dir(void)
{
    cr_assert(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
}

static inline void remove_dir(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

static inline void write_file(const char *name, const char *bytes, size_t len)
{
    FILE *file = fopen(name, "w");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

/* Jobs from `args`, which end in NULL; there must be no error. */
static inline nb_jobs *create(const char *const *args, int stdin_fd)
{
    size_t num_args = 0;
    while (args[num_args]) {
        num_args++;
    }
    nb_jobs *jobs = NULL;
    char error[NB_JOBS_ERROR_SIZE] = "";
    cr_assert_eq(nb_jobs_create(&jobs, args, num_args, stdin_fd, error), NBANG_OK, "%s", error);
    return jobs;
}

static inline void expect_usage_error(const char *const *args, int stdin_fd, const char *expected)
{
    size_t num_args = 0;
    while (args[num_args]) {
        num_args++;
    }
    nb_jobs *jobs = NULL;
    char error[NB_JOBS_ERROR_SIZE] = "";
    cr_expect_eq(nb_jobs_create(&jobs, args, num_args, stdin_fd, error), NBANG_INVALID, "%s",
                 expected);
    cr_expect_str_eq(error, expected);
    cr_expect_null(jobs);
}

/* All that remains, a line a job: "file:line n input" or "file:line error". */
static inline char *describe_all(nb_jobs *jobs, nbang_status expected_end)
{
    static char out[20000];
    out[0] = '\0';
    nbang_source source = nb_jobs_source(jobs);
    nbang_status status;
    nbang_job job;
    while ((status = source.next(source.ctx, &job)) == NBANG_OK || status == NBANG_AGAIN) {
        if (status == NBANG_AGAIN) {
            struct pollfd wait = {.fd = source.wait_fd(source.ctx), .events = POLLIN};
            cr_assert_eq(poll(&wait, 1, 10000), 1);
            continue;
        }
        size_t used = strlen(out);
        cr_assert_lt(used, sizeof out - 1000);
        cr_expect_eq(job.input ? job.input[job.input_len] : (char)job.input_len, '\0');
        char place[300] = "";
        if (job.file) {
            snprintf(place, sizeof place, "%s:%ju ", job.file, (uintmax_t)job.line);
        }
        if (job.error) {
            snprintf(out + used, sizeof out - used, "%s%s\n", place, job.error);
        } else {
            snprintf(out + used, sizeof out - used, "%s%ju%s%s\n", place, (uintmax_t)job.n,
                     job.input ? " " : "", job.input ? job.input : "");
        }
    }
    cr_expect_eq(status, expected_end);
    if (status == NBANG_END) {
        cr_expect_eq(source.next(source.ctx, &job), NBANG_END, "the end is not final");
    }
    return out;
}

static inline void expect_file(const char *content, size_t len, const char *expected)
{
    write_file("f", content, len);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), expected);
    nb_jobs_destroy(jobs);
}

#define EXPECT_FILE(content, expected) expect_file(content, sizeof content - 1, expected)

#endif
