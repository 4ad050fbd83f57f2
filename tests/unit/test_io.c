#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "text_file.h"

static void open_pipe(int pair[2])
{
    cr_assert_eq(pipe2(pair, O_CLOEXEC), 0);
}

static unsigned char pattern(size_t i)
{
    return (unsigned char)(i * 131 + (i >> 8));
}

/* ---- interruptions ---- */

static volatile sig_atomic_t num_alarms;

static void end_interruptions(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
}

/* A hundred are enough: under valgrind nothing else would ever be done. */
static void count_alarm(int sig)
{
    (void)sig;
    num_alarms = num_alarms + 1;
    if (num_alarms == 100) {
        end_interruptions();
    }
}

/* From now on every system call that sleeps is interrupted after a millisecond. */
static void interrupt_all_the_time(void)
{
    const struct sigaction action = {.sa_handler = count_alarm}; /* without SA_RESTART */
    const struct itimerval every_ms = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every_ms, NULL);
}

static void expect_good_end(pid_t child)
{
    int wait_status;
    cr_assert_eq(waitpid(child, &wait_status, 0), child);
    cr_assert(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0);
}

Test(io, reads_whole_buffers_from_dribs_and_drabs_between_signals, .timeout = 60)
{
    enum { LEN = 30 };
    int pair[2];
    open_pipe(pair);
    pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < LEN; i++) {
            unsigned char byte = pattern(i);
            usleep(5000);
            if (write(pair[1], &byte, 1) != 1) {
                _exit(1);
            }
        }
        _exit(0);
    }
    close(pair[1]);
    interrupt_all_the_time();
    unsigned char got[LEN];
    nb_status status = nb_io_read_full(pair[0], got, LEN);
    end_interruptions();
    cr_assert_eq(status, NBANG_OK);
    for (size_t i = 0; i < LEN; i++) {
        cr_assert_eq(got[i], pattern(i));
    }
    cr_expect_gt(num_alarms, 0);
    cr_expect_eq(nb_io_read_full(pair[0], got, 1), NBANG_END);
    expect_good_end(child);
}

/* Reads `len` bytes of the pattern, slowly at first, then end of file. */
static _Noreturn void check_pattern_and_exit(int fd, size_t len)
{
    static unsigned char buffer[5000];
    size_t at = 0;
    for (;;) {
        usleep(at < 100000 ? 3000 : 0);
        ssize_t got = read(fd, buffer, sizeof(buffer));
        if (got <= 0) {
            _exit(got == 0 && at == len ? 0 : 1);
        }
        for (ssize_t i = 0; i < got; i++) {
            if (buffer[i] != pattern(at++)) {
                _exit(2);
            }
        }
    }
}

Test(io, writes_all_parts_through_a_slow_pipe_between_signals, .timeout = 60)
{
    enum { LEN = 1 << 20 };
    static unsigned char bytes[LEN];
    for (size_t i = 0; i < LEN; i++) {
        bytes[i] = pattern(i);
    }
    int pair[2];
    open_pipe(pair);
    cr_assert_gt(fcntl(pair[1], F_SETPIPE_SZ, 4096), 0);
    pid_t child = fork();
    if (child == 0) {
        close(pair[1]);
        check_pattern_and_exit(pair[0], LEN);
    }
    close(pair[0]);
    interrupt_all_the_time();
    struct iovec parts[] = {
        {bytes, 0},           {bytes, 1},     {bytes + 1, 4095}, {bytes + 4096, 0},
        {bytes + 4096, 8192}, {bytes, 0},     {bytes, 0},        {bytes + 12288, LEN - 12288 - 1},
        {bytes + LEN - 1, 1}, {bytes + 5, 0},
    };
    nb_status status = nb_io_write_full(pair[1], parts, sizeof(parts) / sizeof(parts[0]));
    end_interruptions();
    close(pair[1]);
    cr_expect_eq(status, NBANG_OK);
    cr_expect_gt(num_alarms, 0);
    expect_good_end(child);
}

/* ---- ends and errors ---- */

Test(io, tells_an_end_before_the_first_byte_from_one_after_it)
{
    char got[4];
    int pair[2];
    open_pipe(pair);
    cr_assert_eq(write(pair[1], "abcde", 5), 5);
    close(pair[1]);
    cr_expect_eq(nb_io_read_full(pair[0], got, 0), NBANG_OK);
    cr_expect_eq(nb_io_read_full(pair[0], got, 4), NBANG_OK);
    cr_expect_arr_eq(got, "abcd", 4);
    cr_expect_eq(nb_io_read_full(pair[0], got, 4), NBANG_CORRUPT);
    cr_expect_eq(nb_io_read_full(pair[0], got, 4), NBANG_END);
    cr_expect_eq(nb_io_read_full(pair[0], got, 0), NBANG_OK);
}

Test(io, reports_errors_with_errno)
{
    char byte = 'x';
    errno = 0;
    cr_expect_eq(nb_io_read_full(-1, &byte, 1), NBANG_SYSTEM);
    cr_expect_eq(errno, EBADF);

    signal(SIGPIPE, SIG_IGN);
    int pair[2];
    open_pipe(pair);
    close(pair[0]);
    errno = 0;
    cr_expect_eq(nb_io_write_full(pair[1], &(struct iovec){&byte, 1}, 1), NBANG_SYSTEM);
    cr_expect_eq(errno, EPIPE);
}

Test(io, writes_nothing_for_no_parts_or_empty_ones)
{
    cr_expect_eq(nb_io_write_full(-1, NULL, 0), NBANG_OK);
    struct iovec empty[2] = {{NULL, 0}, {NULL, 0}};
    cr_expect_eq(nb_io_write_full(-1, empty, 2), NBANG_OK);
}

/* ---- small text files ---- */

Test(io, reads_a_text_that_just_fits_and_refuses_the_next_longer_one)
{
    char path[TEXT_FILE_PATH_SIZE];
    char out[8];
    text_file(path, "1234567");
    cr_expect_eq(nb_io_read_text(path, out, 8), NBANG_OK);
    cr_expect_str_eq(out, "1234567");
    text_file(path, "12345678");
    cr_expect_eq(nb_io_read_text(path, out, 8), NBANG_OUT_OF_RANGE);
    text_file(path, "");
    cr_expect_eq(nb_io_read_text(path, out, 8), NBANG_OK);
    cr_expect_str_eq(out, "");
    cr_expect_eq(nb_io_read_text(path, out, 0), NBANG_OUT_OF_RANGE);
}

Test(io, reports_texts_that_cannot_be_read)
{
    char out[8];
    errno = 0;
    cr_expect_eq(nb_io_read_text("/nonexistent/file", out, 8), NBANG_SYSTEM);
    cr_expect_eq(errno, ENOENT);
    cr_expect_eq(nb_io_read_text("/", out, 8), NBANG_SYSTEM);
    cr_expect_eq(errno, EISDIR);
}

Test(io, leaves_no_descriptor_open_after_reading_a_text)
{
    char out[8];
    int before = dup(0);
    close(before);
    for (int i = 0; i < 100; i++) {
        (void)!nb_io_read_text("/proc/self/status", out, 8);
        (void)!nb_io_read_text("/", out, 8);
        (void)!nb_io_read_text("/dev/null", out, 8);
    }
    int after = dup(0);
    cr_expect_eq(after, before);
    close(after);
}
