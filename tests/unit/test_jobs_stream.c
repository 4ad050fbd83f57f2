#include "cli/jobs.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lines.h"
#include "jobs_support.h"

TestSuite(jobs_stream, .init = make_dir, .fini = remove_dir, .timeout = 20);

/* ---- streaming ---- */

Test(jobs_stream, a_line_is_delivered_as_soon_as_it_has_arrived)
{
    static const char stream[] = "\xEF\xBB\xBF"
                                 "5\r\n# six\n 6 # x\n12x\n1..2\n7";
    /* What `next` says after each byte; '.' is NBANG_AGAIN. */
    static const char expected[] = "....."
                                   "5"
                                   "......"
                                   "......"
                                   "6"
                                   "..."
                                   "e"
                                   "...."
                                   "12"
                                   ".";
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    nb_jobs *jobs = create((const char *const[]){NULL}, fds[0]);
    nbang_source source = nb_jobs_source(jobs);
    char seen[100];
    size_t num_seen = 0;
    nbang_job job;
    for (size_t i = 0; i < sizeof stream - 1; i++) {
        cr_assert_eq(write(fds[1], stream + i, 1), 1);
        nbang_status status;
        while ((status = source.next(source.ctx, &job)) == NBANG_OK) {
            seen[num_seen++] = job.error ? 'e' : (char)('0' + job.n);
        }
        cr_assert_eq(status, NBANG_AGAIN);
        cr_assert_eq(source.wait_fd(source.ctx), fds[0]);
        if (num_seen == 0 || stream[i] != '\n' || seen[num_seen - 1] == '.') {
            seen[num_seen++] = '.';
        }
    }
    seen[num_seen] = '\0';
    cr_expect_str_eq(seen, expected);
    close(fds[1]);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "<stdin>:6 7\n");
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, shared_standard_input_stays_blocking)
{
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    nb_jobs *jobs = create((const char *const[]){NULL}, fds[0]);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_expect_eq(source.next(source.ctx, &job), NBANG_AGAIN);
    cr_expect_eq(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
    nb_jobs_destroy(jobs);
    cr_expect_eq(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
}

Test(jobs_stream, sockets_are_read_too)
{
    int fds[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    nb_jobs *jobs = create((const char *const[]){"-", NULL}, fds[0]);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_expect_eq(source.next(source.ctx, &job), NBANG_AGAIN);
    cr_assert_eq(write(fds[1], "5\n6", 3), 3);
    cr_expect_eq(shutdown(fds[1], SHUT_WR), 0);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "<stdin>:1 5\n<stdin>:2 6\n");
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, fifo_waits_for_its_writer)
{
    cr_assert_eq(mkfifo("fifo", 0600), 0);
    nb_jobs *jobs = create((const char *const[]){"1", "@fifo", "2", NULL}, -1);
    cr_expect_eq(open("fifo", O_WRONLY | O_NONBLOCK), -1, "opened before its turn");
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    cr_assert_eq(source.next(source.ctx, &job), NBANG_AGAIN);
    struct pollfd wait = {.fd = source.wait_fd(source.ctx), .events = POLLIN};
    cr_expect_eq(poll(&wait, 1, 0), 0, "no data, yet readable");
    int fd = open("fifo", O_WRONLY | O_NONBLOCK);
    cr_assert_geq(fd, 0);
    cr_assert_eq(source.next(source.ctx, &job), NBANG_AGAIN);
    cr_assert_eq(write(fd, "7\n", 2), 2);
    close(fd);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "fifo:1 7\n2\n");
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, endless_input_without_jobs_gives_the_caller_its_turn)
{
    nb_jobs *jobs = create((const char *const[]){"@/dev/zero", NULL}, -1);
    nbang_source source = nb_jobs_source(jobs);
    for (int i = 0; i < 3; i++) {
        nbang_job job;
        cr_assert_eq(source.next(source.ctx, &job), NBANG_AGAIN);
        struct pollfd wait = {.fd = source.wait_fd(source.ctx), .events = POLLIN};
        cr_expect_eq(poll(&wait, 1, 0), 1, "would wait for ever");
    }
    nb_jobs_destroy(jobs);
}

/* ---- files that fail, and many files ---- */

Test(jobs_stream, read_error_ends_the_jobs_and_is_named)
{
    /* Reading the page at address 0 of our own memory: EIO, though the file can be opened. */
    nb_jobs *jobs = create((const char *const[]){"5", "@/proc/self/mem", "6", NULL}, -1);
    cr_expect_str_eq(nb_jobs_error(jobs), "");
    cr_expect_str_eq(describe_all(jobs, NBANG_SYSTEM), "5\n");
    cr_expect_str_eq(nb_jobs_error(jobs), "cannot read \"/proc/self/mem\": Input/output error");
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, file_that_vanishes_is_named)
{
    write_file("f", "5\n", 2);
    write_file("g", "6\n", 2);
    nb_jobs *jobs = create((const char *const[]){"@f", "@g", NULL}, -1);
    unlink("g");
    cr_expect_str_eq(describe_all(jobs, NBANG_SYSTEM), "f:1 5\n");
    cr_expect_str_eq(nb_jobs_error(jobs), "cannot read \"g\": No such file or directory");
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, one_file_is_open_at_a_time)
{
    static const char *args[101];
    for (size_t i = 0; i < 100; i++) {
        args[i] = "@f";
    }
    write_file("f", "5\n", 2);
    int lowest = open("/dev/null", O_RDONLY);
    close(lowest);
    struct rlimit old, only_one_more;
    getrlimit(RLIMIT_NOFILE, &old);
    only_one_more = old;
    only_one_more.rlim_cur = (rlim_t)lowest + 1;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &only_one_more), 0);
    nb_jobs *jobs = create(args, -1);
    const char *all = describe_all(jobs, NBANG_END);
    setrlimit(RLIMIT_NOFILE, &old);
    cr_expect_eq(strlen(all), 100 * strlen("f:1 5\n"));
    nb_jobs_destroy(jobs);
}

Test(jobs_stream, stopping_early_closes_the_file)
{
    write_file("f", "5\n6\n", 4);
    int lowest = open("/dev/null", O_RDONLY);
    close(lowest);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    nb_jobs_destroy(jobs);
    nb_jobs_destroy(NULL);
    int fd = open("/dev/null", O_RDONLY);
    cr_expect_eq(fd, lowest);
    close(fd);
}

Test(jobs_stream, every_byte_boundary_of_the_buffer_is_harmless)
{
    /* Lines of varied length across several buffers, against the numbers that went in. */
    FILE *file = fopen("f", "w");
    for (unsigned i = 0; i < 60000; i++) {
        fprintf(file, "%s%u%s\n", i % 7 == 0 ? "  " : "", i * 71, i % 5 == 0 ? " # c" : "");
    }
    fclose(file);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    for (unsigned i = 0; i < 60000; i++) {
        cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
        cr_assert(job.n == i * 71 && job.line == i + 1 && !job.error && !job.input, "line %u",
                  i + 1);
    }
    cr_expect_eq(source.next(source.ctx, &job), NBANG_END);
    nb_jobs_destroy(jobs);
}
