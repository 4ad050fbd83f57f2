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

TestSuite(jobs, .init = make_dir, .fini = remove_dir, .timeout = 20);

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
    if (geteuid() == 0 && seteuid(65534)) {
        cr_skip_test("cannot give up root's privileges");
    }
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
    expect_usage_error(none, terminal, "no job given: try \"nbang 1000\"");

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
