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

/* ---- helpers ---- */

static char dir[] = "/tmp/nbang-test-jobs-XXXXXX";

static void make_dir(void)
{
    cr_assert(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
}

static void remove_dir(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(jobs, .init = make_dir, .fini = remove_dir, .timeout = 20);

static void write_file(const char *name, const char *bytes, size_t len)
{
    FILE *file = fopen(name, "w");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

/* Jobs from `args`, which end in NULL; there must be no error. */
static nb_jobs *create(const char *const *args, int stdin_fd)
{
    size_t num_args = 0;
    while (args[num_args])
        num_args++;
    nb_jobs *jobs = NULL;
    char error[NB_JOBS_ERROR_SIZE] = "";
    cr_assert_eq(nb_jobs_create(&jobs, args, num_args, stdin_fd, error), NBANG_OK, "%s", error);
    return jobs;
}

static void expect_usage_error(const char *const *args, int stdin_fd, const char *expected)
{
    size_t num_args = 0;
    while (args[num_args])
        num_args++;
    nb_jobs *jobs = NULL;
    char error[NB_JOBS_ERROR_SIZE] = "";
    cr_expect_eq(nb_jobs_create(&jobs, args, num_args, stdin_fd, error), NBANG_INVALID, "%s",
                 expected);
    cr_expect_str_eq(error, expected);
    cr_expect_null(jobs);
}

/* All that remains, a line a job: "file:line n input" or "file:line error". */
static char *describe_all(nb_jobs *jobs, nbang_status expected_end)
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
        if (job.file)
            snprintf(place, sizeof place, "%s:%ju ", job.file, (uintmax_t)job.line);
        if (job.error)
            snprintf(out + used, sizeof out - used, "%s%s\n", place, job.error);
        else
            snprintf(out + used, sizeof out - used, "%s%ju%s%s\n", place, (uintmax_t)job.n,
                     job.input ? " " : "", job.input ? job.input : "");
    }
    cr_expect_eq(status, expected_end);
    if (status == NBANG_END)
        cr_expect_eq(source.next(source.ctx, &job), NBANG_END, "the end is not final");
    return out;
}

static void expect_file(const char *content, size_t len, const char *expected)
{
    write_file("f", content, len);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), expected);
    nb_jobs_destroy(jobs);
}

#define EXPECT_FILE(content, expected) expect_file(content, sizeof content - 1, expected)

/* ---- arguments ---- */

Test(jobs, come_in_the_order_of_the_arguments)
{
    write_file("list", "7\n8..9\n", 7);
    write_file("in", "100\n", 4);
    int fd = open("in", O_RDONLY);
    nb_jobs *jobs = create(
        (const char *const[]){"5", "1e3", "1..3", "@list", "-", "2..9:3", "007", "5!", NULL}, fd);
    cr_expect_str_eq(describe_all(jobs, NBANG_END),
                     "5\n1000 1e3\n1\n2\n3\nlist:1 7\nlist:2 8\nlist:2 9\n<stdin>:1 100\n"
                     "2\n5\n8\n7 007\n5 5!\n");
    nb_jobs_destroy(jobs);
    cr_expect_eq(close(fd), 0, "standard input was closed");
}

Test(jobs, range_of_one_keeps_its_text)
{
    nb_jobs *jobs = create((const char *const[]){"5..5", "1..9:100", NULL}, -1);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "5 5..5\n1 1..9:100\n");
    nb_jobs_destroy(jobs);
}

Test(jobs, range_ends_at_the_largest_number)
{
    nb_jobs *jobs =
        create((const char *const[]){"18446744073709551613..18446744073709551615",
                                     "3..18446744073709551615:9223372036854775806", NULL},
               -1);
    cr_expect_str_eq(describe_all(jobs, NBANG_END),
                     "18446744073709551613\n18446744073709551614\n18446744073709551615\n"
                     "3\n9223372036854775809\n18446744073709551615\n");
    nb_jobs_destroy(jobs);
}

Test(jobs, huge_range_is_counted_through_lazily)
{
    nb_jobs *jobs = create((const char *const[]){"1..10^18", NULL}, -1);
    nbang_source source = nb_jobs_source(jobs);
    for (uint64_t n = 1; n <= 100000; n++) {
        nbang_job job;
        cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
        cr_assert_eq(job.n, n);
    }
    nb_jobs_destroy(jobs);
}

Test(jobs, any_bad_argument_is_refused_at_once)
{
    write_file("good", "1\n", 2);
    mkdir("sub", 0700);
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})
    expect_usage_error(ARGS("5", "12x", "6"), -1, "\"12x\" is not a number");
    expect_usage_error(ARGS("5", "-5"), -1, "\"-5\" is negative");
    expect_usage_error(ARGS(""), -1, "\"\" is not a number");
    expect_usage_error(ARGS("9..5"), -1, "empty range: 9 is above 5");
    expect_usage_error(ARGS("@good", "@"), -1, "\"@\" names no file");
    expect_usage_error(ARGS("@good", "@none"), -1,
                       "cannot read \"none\": No such file or directory");
    expect_usage_error(ARGS("@sub"), -1, "cannot read \"sub\": Is a directory");
    expect_usage_error(ARGS("@good/x"), -1, "cannot read \"good/x\": Not a directory");
    expect_usage_error(ARGS("@a\nb"), -1, "cannot read \"a\\x0ab\": No such file or directory");
    int fd = open("/dev/null", O_RDONLY);
    expect_usage_error(ARGS("-", "5", "-"), fd, "standard input (\"-\") is given twice");
    close(fd);
}

Test(jobs, unreadable_file_is_refused)
{
    write_file("secret", "1\n", 2);
    mkfifo("fifo", 0);
    cr_assert_eq(chmod("secret", 0), 0);
    cr_assert_eq(chmod(".", 0755), 0);
    if (geteuid() == 0 && seteuid(65534))
        cr_skip_test("cannot give up root's privileges");
    expect_usage_error(ARGS("@secret"), -1, "cannot read \"secret\": Permission denied");
    expect_usage_error(ARGS("@fifo"), -1, "cannot read \"fifo\": Permission denied");
    cr_expect_eq(seteuid(getuid()), 0);
}

Test(jobs, a_name_as_long_as_names_get_is_quoted_on_one_line)
{
    static char arg[5000];
    memset(arg, 1, sizeof arg - 1);
    arg[0] = '@';
    nb_jobs *jobs;
    char error[NB_JOBS_ERROR_SIZE];
    cr_expect_eq(nb_jobs_create(&jobs, (const char *const[]){arg}, 1, -1, error), NBANG_INVALID);
    cr_expect(strstr(error, "(4998 bytes): File name too long"), "%s", error);
}

Test(jobs, standard_input_is_read_without_arguments)
{
    write_file("in", "1\n2\n", 4);
    int fd = open("in", O_RDONLY);
    nb_jobs *jobs = create((const char *const[]){NULL}, fd);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "<stdin>:1 1\n<stdin>:2 2\n");
    nb_jobs_destroy(jobs);
    close(fd);
}

Test(jobs, terminal_is_read_only_if_asked_for)
{
    int leader, terminal;
    cr_assert_eq(openpty(&leader, &terminal, NULL, NULL, NULL), 0);
    const char *const none[] = {NULL};
    expect_usage_error(none, terminal, "no JOB given, as in \"nbang 1000\"");

    nb_jobs *jobs = create((const char *const[]){"-", NULL}, terminal);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_expect_eq(source.next(source.ctx, &job), NBANG_AGAIN);
    cr_assert_eq(write(leader, "12\n\004", 4), 4); /* a line and Ctrl-D */
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "<stdin>:1 12\n");
    nb_jobs_destroy(jobs);
}

Test(jobs, unusable_standard_input_is_refused)
{
    const char *const none[] = {NULL};
    expect_usage_error(none, 999, "cannot read standard input: Bad file descriptor");
    int fd = open(".", O_RDONLY);
    expect_usage_error(none, fd, "cannot read standard input: Is a directory");
    close(fd);
    fd = open("/dev/null", O_WRONLY);
    expect_usage_error(ARGS("-"), fd, "cannot read standard input: Bad file descriptor");
    close(fd);
}

/* ---- the text of files ---- */

Test(jobs, blanks_comments_and_empty_lines_are_skipped_but_counted)
{
    EXPECT_FILE("# head\n\n  5  \n\t6\t# six\n   # only\n7 #8\n#\n \t \n9\n",
                "f:3 5\nf:4 6\nf:6 7\nf:9 9\n");
}

Test(jobs, hash_inside_a_word_is_no_comment)
{
    EXPECT_FILE("5#6\n5 6#7\n", "f:1 \"5#6\" is not a number\nf:2 \"5 6#7\" has blanks in it\n");
}

Test(jobs, carriage_returns_around_jobs_are_blanks)
{
    EXPECT_FILE("5\r\n\r\n6 \r\n7\r", "f:1 5\nf:3 6\nf:4 7\n");
    EXPECT_FILE("5\r6\r7", "f:1 \"5\\x0d6\\x0d7\" has blanks in it\n");
    EXPECT_FILE("\r", "");
}

Test(jobs, last_line_needs_no_line_feed)
{
    EXPECT_FILE("5\n6", "f:1 5\nf:2 6\n");
    EXPECT_FILE("5", "f:1 5\n");
}

Test(jobs, files_may_be_empty)
{
    EXPECT_FILE("", "");
    EXPECT_FILE("\n", "");
    EXPECT_FILE("# nothing", "");
    EXPECT_FILE("   ", "");
}

Test(jobs, byte_order_mark_is_skipped_at_the_start_only)
{
    EXPECT_FILE("\xEF\xBB\xBF"
                "5\n",
                "f:1 5\n");
    EXPECT_FILE("\xEF\xBB\xBF", "");
    EXPECT_FILE("\xEF\xBB\xBF# x\n 6\n", "f:2 6\n");
#define NOT_ASCII " is not a number: it has characters other than ASCII digits\n"
    EXPECT_FILE("5\n\xEF\xBB\xBF"
                "6\n",
                "f:1 5\nf:2 \"\\xef\\xbb\\xbf6\"" NOT_ASCII);
    EXPECT_FILE("\n\xEF\xBB\xBF"
                "6\n",
                "f:2 \"\\xef\\xbb\\xbf6\"" NOT_ASCII);
    EXPECT_FILE(" \xEF\xBB\xBF\n", "f:1 \"\\xef\\xbb\\xbf\"" NOT_ASCII);
    EXPECT_FILE("\xEF\xBB\n", "f:1 \"\\xef\\xbb\"" NOT_ASCII);
    EXPECT_FILE("\xFF\xFE"
                "5\n",
                "f:1 \"\\xff\\xfe5\"" NOT_ASCII); /* UTF-16 */
}

Test(jobs, bad_lines_are_errors_of_their_own)
{
    EXPECT_FILE("5\n12x\n-3\n1e400\n1 2 3\n1..\n9..5\n@f\n-\n\xD9\xA1\n6\n",
                "f:1 5\n"
                "f:2 \"12x\" is not a number\n"
                "f:3 \"-3\" is negative\n"
                "f:4 \"1e400\" is too large (at most 18446744073709551615)\n"
                "f:5 \"1 2 3\" has blanks in it\n"
                "f:6 \"1..\" has no upper end\n"
                "f:7 empty range: 9 is above 5\n"
                "f:8 \"@f\" stands in a file; \"@\" works on the command line only\n"
                "f:9 \"-\" is not a number\n"
                "f:10 \"\xD9\xA1\"" NOT_ASCII "f:11 6\n");
}

Test(jobs, ranges_in_files_keep_their_line)
{
    EXPECT_FILE("\n1..3\n5!\n", "f:2 1\nf:2 2\nf:2 3\nf:3 5 5!\n");
}

Test(jobs, nul_bytes_survive_in_the_input)
{
    write_file("f", "1\0002\n6\n", 6);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    cr_assert_not_null(job.error);
    cr_expect_str_eq(job.error, "\"1\\x002\" has a NUL byte in it");
    cr_assert_eq(job.input_len, 3);
    cr_expect_eq(memcmp(job.input, "1\0002", 4), 0);
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    cr_expect(job.n == 6 && job.line == 2 && !job.error && !job.input);
    nb_jobs_destroy(jobs);
}

/* A file with a line of `len` zeros (or other bytes) and a 5, then a line with 6. */
static nb_jobs *long_line(char byte, size_t len)
{
    char *content = malloc(len + 4);
    memset(content, byte, len);
    memcpy(content + len, "5\n6\n", 4);
    write_file("f", content, len + 4);
    free(content);
    static const char *const args[] = {"@f", NULL};
    return create(args, -1);
}

Test(jobs, lines_are_good_up_to_the_limit)
{
    nb_jobs *jobs = long_line('0', NB_LINES_TEXT_MAX - 1);
    nbang_source source = nb_jobs_source(jobs);
    nbang_job job;
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    cr_expect(job.n == 5 && !job.error && job.input_len == NB_LINES_TEXT_MAX);
    nb_jobs_destroy(jobs);

    jobs = long_line('0', NB_LINES_TEXT_MAX);
    source = nb_jobs_source(jobs);
    cr_assert_eq(source.next(source.ctx, &job), NBANG_OK);
    cr_assert_not_null(job.error);
    cr_expect(strstr(job.error, "…\" (4097 bytes) is too long for a job"), "%s", job.error);
    cr_expect_eq(job.input_len, NB_LINES_TEXT_MAX);
    cr_expect_eq(strlen(job.input), NB_LINES_TEXT_MAX);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "f:2 6\n");
    nb_jobs_destroy(jobs);
}

Test(jobs, line_of_many_megabytes_takes_no_memory)
{
    int fd = open("f", O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(ftruncate(fd, 32 << 20), 0); /* a hole: NUL bytes */
    cr_assert_eq(pwrite(fd, "\n7\n", 3, 32 << 20), 3);
    close(fd);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    nb_jobs *jobs = create((const char *const[]){"@f", NULL}, -1);
    const char *all = describe_all(jobs, NBANG_END);
    getrusage(RUSAGE_SELF, &after);
    cr_expect(strstr(all, "(33554432 bytes) is too long for a job\nf:2 7\n"), "%s", all);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 8 << 10, "in KiB");
    nb_jobs_destroy(jobs);
}

Test(jobs, long_blanks_and_comments_are_no_long_lines)
{
    nb_jobs *jobs = long_line(' ', 200000);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "f:1 5\nf:2 6\n");
    nb_jobs_destroy(jobs);

    char *content = malloc(300000);
    memset(content, ' ', 300000);
    memcpy(content, "7", 1);
    memset(content + 150000, '#', 100000);
    memcpy(content + 299998, "\n8", 2);
    write_file("f", content, 300000);
    free(content);
    jobs = create((const char *const[]){"@f", NULL}, -1);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "f:1 7\nf:2 8\n");
    nb_jobs_destroy(jobs);
}

/* ---- streaming ---- */

Test(jobs, a_line_is_delivered_as_soon_as_it_has_arrived)
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
        while ((status = source.next(source.ctx, &job)) == NBANG_OK)
            seen[num_seen++] = job.error ? 'e' : (char)('0' + job.n);
        cr_assert_eq(status, NBANG_AGAIN);
        cr_assert_eq(source.wait_fd(source.ctx), fds[0]);
        if (num_seen == 0 || stream[i] != '\n' || seen[num_seen - 1] == '.')
            seen[num_seen++] = '.';
    }
    seen[num_seen] = '\0';
    cr_expect_str_eq(seen, expected);
    close(fds[1]);
    cr_expect_str_eq(describe_all(jobs, NBANG_END), "<stdin>:6 7\n");
    nb_jobs_destroy(jobs);
}

Test(jobs, shared_standard_input_stays_blocking)
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

Test(jobs, sockets_are_read_too)
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

Test(jobs, fifo_waits_for_its_writer)
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

Test(jobs, endless_input_without_jobs_gives_the_caller_its_turn)
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

Test(jobs, read_error_ends_the_jobs_and_is_named)
{
    /* Reading the page at address 0 of our own memory: EIO, though the file can be opened. */
    nb_jobs *jobs = create((const char *const[]){"5", "@/proc/self/mem", "6", NULL}, -1);
    cr_expect_str_eq(nb_jobs_error(jobs), "");
    cr_expect_str_eq(describe_all(jobs, NBANG_SYSTEM), "5\n");
    cr_expect_str_eq(nb_jobs_error(jobs), "cannot read \"/proc/self/mem\": Input/output error");
    nb_jobs_destroy(jobs);
}

Test(jobs, file_that_vanishes_is_named)
{
    write_file("f", "5\n", 2);
    write_file("g", "6\n", 2);
    nb_jobs *jobs = create((const char *const[]){"@f", "@g", NULL}, -1);
    unlink("g");
    cr_expect_str_eq(describe_all(jobs, NBANG_SYSTEM), "f:1 5\n");
    cr_expect_str_eq(nb_jobs_error(jobs), "cannot read \"g\": No such file or directory");
    nb_jobs_destroy(jobs);
}

Test(jobs, one_file_is_open_at_a_time)
{
    static const char *args[101];
    for (size_t i = 0; i < 100; i++)
        args[i] = "@f";
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

Test(jobs, stopping_early_closes_the_file)
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

Test(jobs, every_byte_boundary_of_the_buffer_is_harmless)
{
    /* Lines of varied length across several buffers, against the numbers that went in. */
    FILE *file = fopen("f", "w");
    for (unsigned i = 0; i < 60000; i++)
        fprintf(file, "%s%u%s\n", i % 7 == 0 ? "  " : "", i * 71, i % 5 == 0 ? " # c" : "");
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
