#include "cli/target.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "scratch.h"

#define CHUNK NB_TARGET_CHUNK_BYTES
#define BOUND (NB_TARGET_GATHER_BYTES + NB_TARGET_CHUNK_BYTES)

static scratch dir;
static nb_target *target;

static void set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    dir = scratch_create();
    cr_assert_eq(nb_target_create(&target), NBANG_OK);
}

static void tear_down(void)
{
    nb_target_destroy(target);
    scratch_remove(&dir);
}

TestSuite(target, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- a byte stream that is known at every place ---- */

static char byte_at(size_t i)
{
    return (char)('0' + (i * UINT64_C(2654435761) >> 20) % 64);
}

static void write_stream(size_t from, size_t len)
{
    char *bytes = malloc(len + 1);
    cr_assert_not_null(bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = byte_at(from + i);
    }
    cr_assert_eq(nb_target_write(target, bytes, len), NBANG_OK);
    free(bytes);
}

static void check_stream(const char *bytes, size_t from, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        cr_assert_eq(bytes[i], byte_at(from + i), "byte %zu differs", from + i);
    }
}

/* Writes chunks until the target is blocked; returns how many bytes it took. */
static size_t fill(void)
{
    size_t sent = 0;
    while (nb_target_blocked_fd(target) < 0) {
        cr_assert_lt(sent, (size_t)64 << 20, "never blocked");
        write_stream(sent, CHUNK);
        sent += CHUNK;
        cr_assert_leq(nb_target_buffered(target), BOUND);
    }
    return sent;
}

/* Reads `fd` and flushes by turns until the target's first `sent` bytes have come. */
static void drain_and_check(int fd, size_t sent)
{
    char *bytes = malloc(CHUNK);
    cr_assert_not_null(bytes);
    for (size_t seen = 0; seen < sent;) {
        ssize_t len = read(fd, bytes, CHUNK);
        cr_assert_gt(len, 0);
        check_stream(bytes, seen, (size_t)len);
        seen += (size_t)len;
        cr_assert_eq(nb_target_flush(target), NBANG_OK);
    }
    free(bytes);
    cr_assert_eq(nb_target_buffered(target), 0);
    cr_assert_eq(nb_target_blocked_fd(target), -1);
}

/* Fills a channel whose reader is stopped, and resumes. */
static void check_slow_reader(int writer, int reader)
{
    int flags = fcntl(writer, F_GETFL);
    cr_assert_eq(nb_target_open_fd(target, writer, "a pipe"), NBANG_OK);
    size_t sent = fill();
    struct pollfd blocked = {.fd = nb_target_blocked_fd(target), .events = POLLOUT};
    cr_assert_eq(poll(&blocked, 1, 0), 0, "blocked, but the descriptor is ready");
    cr_assert_eq(nb_target_flush(target), NBANG_OK);
    cr_assert_geq(nb_target_blocked_fd(target), 0);
    cr_assert_eq(fcntl(writer, F_GETFL), flags, "the shared description was changed");
    drain_and_check(reader, sent);
    write_stream(sent, 3);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    char rest[4];
    cr_assert_eq(read(reader, rest, sizeof rest), 3);
    check_stream(rest, sent, 3);
    cr_assert_eq(fcntl(writer, F_GETFL), flags, "the caller's descriptor was closed or changed");
}

/* ---- readers ---- */

Test(target, pipe_with_stopped_reader_blocks_within_bounds_and_loses_nothing)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    check_slow_reader(ends[1], ends[0]);
}

Test(target, socket_with_stopped_reader_blocks_within_bounds_and_loses_nothing)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_slow_reader(ends[1], ends[0]);
}

Test(target, pipe_that_cannot_be_opened_anew_is_polled)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    cr_assert_eq(fchmod(ends[1], 0), 0);
    pid_t child = fork();
    if (child == 0) { /* root may open everything: be somebody else */
        if (geteuid() == 0 && seteuid(65534) != 0) {
            _exit(1);
        }
        int flags = fcntl(ends[1], F_GETFL);
        bool opened = nb_target_open_fd(target, ends[1], "a pipe") == NBANG_OK;
        char bytes[3 * PIPE_BUF] = "";
        size_t sent = 0;
        while (opened && nb_target_blocked_fd(target) < 0 && sent < (8 << 20)) {
            opened = nb_target_write(target, bytes, sizeof bytes) == NBANG_OK;
            sent += sizeof bytes;
        }
        bool shared = nb_target_blocked_fd(target) == ends[1];
        bool unchanged = fcntl(ends[1], F_GETFL) == flags;
        size_t seen = 0;
        while (opened && seen < sent) {
            ssize_t len = read(ends[0], bytes, sizeof bytes);
            seen += (size_t)len;
            opened = len > 0 && nb_target_flush(target) == NBANG_OK;
        }
        _exit(shared && unchanged && opened && nb_target_buffered(target) == 0 ? 0 : 1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
}

/* Opening a pseudo-terminal's master anew would make another terminal. */
Test(target, master_of_a_terminal_is_written_to_as_it_is)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert_geq(slave, 0);
    cr_assert_eq(nb_target_open_fd(target, master, "a terminal"), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "24\n", 3), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    char line[8];
    cr_assert_eq(read(slave, line, sizeof line), 3);
}

Test(target, terminal_is_known_and_its_flags_stay)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert_geq(slave, 0);
    int flags = fcntl(slave, F_GETFL);
    cr_assert_eq(nb_target_open_fd(target, slave, "a terminal"), NBANG_OK);
    cr_assert(nb_target_is_terminal(target));
    size_t sent = 0;
    while (nb_target_blocked_fd(target) < 0) {
        write_stream(sent, CHUNK);
        sent += CHUNK;
    }
    cr_assert_eq(fcntl(slave, F_GETFL), flags);
    drain_and_check(master, sent);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    cr_assert_not(nb_target_is_terminal(target));
}

Test(target, reader_that_leaves_is_reported_apart)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[1], "a pipe"), NBANG_OK);
    close(ends[0]);
    cr_assert_eq(nb_target_write(target, "4\n", 2), NBANG_OK); /* gathered */
    cr_assert_not(nb_target_reader_gone(target));
    cr_assert_eq(nb_target_flush(target), NBANG_SINK_FAILED);
    cr_assert(nb_target_reader_gone(target));
    cr_assert_eq(nb_target_write(target, "4\n", 2), NBANG_SINK_FAILED);
    cr_assert_eq(nb_target_blocked_fd(target), -1);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
}

Test(target, socket_reader_that_leaves_is_reported_apart)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[1], "a socket"), NBANG_OK);
    close(ends[0]);
    cr_assert_eq(nb_target_write(target, "4\n", 2), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
    cr_assert(nb_target_reader_gone(target));
}

Test(target, blocked_reader_that_leaves_wakes_the_poll)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[1], "a pipe"), NBANG_OK);
    fill();
    close(ends[0]);
    struct pollfd blocked = {.fd = nb_target_blocked_fd(target), .events = POLLOUT};
    cr_assert_eq(poll(&blocked, 1, 1000), 1);
    cr_assert_eq(nb_target_flush(target), NBANG_SINK_FAILED);
    cr_assert(nb_target_reader_gone(target));
}

Test(target, finish_waits_for_the_reader_until_cancelled)
{
    int ends[2];
    int cancel[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pipe(cancel), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[1], "a pipe"), NBANG_OK);
    fill();
    cr_assert_eq(write(cancel[1], "x", 1), 1);
    cr_assert_eq(nb_target_finish(target, cancel[0]), NBANG_INTERRUPTED);
    cr_assert_null(nb_target_error(target));
}

/* ---- chunk sizes ---- */

Test(target, chunks_of_all_sizes_come_out_in_order)
{
    static const size_t sizes[] = {1,     7, 65535,  65536, 65537,  2,     262144, 0,
                                   65530, 6, 262143, 3,     100000, 65536, 1,      300000};
    char path[128];
    scratch_path(&dir, path, "out");
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_OK);
    size_t sent = 0;
    for (size_t i = 0; i < 5 * sizeof sizes / sizeof *sizes; i++) {
        size_t len = sizes[i * 7 % (sizeof sizes / sizeof *sizes)];
        write_stream(sent, len);
        sent += len;
        cr_assert_leq(nb_target_buffered(target), BOUND);
    }
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    size_t len;
    char *bytes = scratch_read(path, &len);
    cr_assert_eq(len, sent);
    check_stream(bytes, 0, len);
    free(bytes);
}

Test(target, a_piece_larger_than_the_buffer_is_taken_even_when_blocked)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[1], "a pipe"), NBANG_OK);
    size_t sent = fill();
    write_stream(sent, 3 * BOUND);
    drain_and_check(ends[0], sent + 3 * BOUND);
}

/* ---- descriptors that take nothing ---- */

Test(target, descriptor_without_the_right_to_write_is_an_error)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(nb_target_open_fd(target, ends[0], "standard output"), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "1\n", 2), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
    cr_assert_str_eq(nb_target_error(target),
                     "cannot write to standard output: Bad file descriptor");
}

Test(target, closed_standard_output_is_named)
{
    int saved = dup(STDOUT_FILENO);
    close(STDOUT_FILENO);
    cr_assert_eq(nb_target_open_stdout(target), NBANG_SYSTEM);
    dup2(saved, STDOUT_FILENO);
    cr_assert_str_eq(nb_target_error(target), "standard output is closed");
}
