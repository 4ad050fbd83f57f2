/* The target's dealings with files: new ones, special ones, and descriptors that lead to one. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "cli/target.h"
#include "scratch.h"

#define CHUNK NB_TARGET_CHUNK_BYTES

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

TestSuite(target_file, .init = set_up, .fini = tear_down, .timeout = 60);

/* Writes `len` digits. */
static void write_digits(size_t len)
{
    char *digits = malloc(len + 1);
    cr_assert_not_null(digits);
    memset(digits, '7', len);
    cr_assert_eq(nb_target_write(target, digits, len), NBANG_OK);
    free(digits);
}

/* ---- files ---- */

Test(target_file, new_file_appears_when_finished_with_the_umask)
{
    char path[128];
    scratch_path(&dir, path, "out");
    umask(027);
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "24\n", 3), NBANG_OK);
    cr_assert_eq(access(path, F_OK), -1);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 07777, 0640);
    cr_assert(scratch_holds(path, "24\n"));
    cr_assert_eq(scratch_count(dir.dir), 1);
}

Test(target_file, old_file_stays_until_the_new_one_is_whole_and_gives_it_its_mode)
{
    char path[128];
    scratch_path(&dir, path, "out");
    scratch_write(path, "old\n");
    cr_assert_eq(chmod(path, 0604), 0);
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_OK);
    write_digits(CHUNK);
    cr_assert_eq(nb_target_flush(target), NBANG_OK);
    cr_assert(scratch_holds(path, "old\n"));
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    size_t len;
    char *bytes = scratch_read(path, &len);
    cr_assert_eq(len, CHUNK);
    free(bytes);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 07777, 0604);
    cr_assert_eq(scratch_count(dir.dir), 1);
}

Test(target_file, aborted_file_leaves_the_old_one_and_no_trace)
{
    char path[128];
    scratch_path(&dir, path, "out");
    scratch_write(path, "old\n");
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_OK);
    write_digits(CHUNK);
    nb_target_mark(target);
    cr_assert_eq(scratch_count(dir.dir), 2);
    nb_target_abort(target);
    cr_assert(scratch_holds(path, "old\n"));
    cr_assert_eq(scratch_count(dir.dir), 1);
    nb_target_abort(target); /* a second time is nothing */
}

Test(target_file, symbolic_links_stay_and_lead_to_the_new_file)
{
    char link[128], chain[128], real[128], sub[128], buffer[128];
    cr_assert_eq(mkdir(scratch_path(&dir, sub, "sub"), 0777), 0);
    scratch_write(scratch_path(&dir, real, "sub/real"), "old\n");
    cr_assert_eq(symlink("real", scratch_path(&dir, chain, "sub/chain")), 0);
    cr_assert_eq(symlink("sub/chain", scratch_path(&dir, link, "link")), 0);
    cr_assert_eq(nb_target_open_file(target, link, -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "new\n", 4), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    cr_assert_eq(readlink(link, buffer, sizeof buffer), 9);
    cr_assert_eq(readlink(chain, buffer, sizeof buffer), 4);
    cr_assert(scratch_holds(real, "new\n"));
}

Test(target_file, dangling_link_gets_its_file)
{
    char link[128], real[128], buffer[128];
    cr_assert_eq(symlink("real", scratch_path(&dir, link, "link")), 0);
    cr_assert_eq(nb_target_open_file(target, link, -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "new\n", 4), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    cr_assert_eq(readlink(link, buffer, sizeof buffer), 4);
    cr_assert(scratch_holds(scratch_path(&dir, real, "real"), "new\n"));
}

static void check_open_fails(const char *path, const char *reason)
{
    char message[512];
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_SYSTEM, "%s", path);
    snprintf(message, sizeof message, "cannot write to %s: %s", path, reason);
    cr_assert_str_eq(nb_target_error(target), message);
}

Test(target_file, hopeless_paths_are_named_with_the_reason)
{
    char path[128], link[128], deep[128];
    cr_assert_eq(symlink("link", scratch_path(&dir, link, "link")), 0);
    check_open_fails(dir.dir, "Is a directory");
    check_open_fails(link, "Too many levels of symbolic links");
    check_open_fails(scratch_path(&dir, path, "none/out"), "No such file or directory");
    scratch_write(scratch_path(&dir, path, "file"), "");
    check_open_fails(scratch_path(&dir, deep, "file/out"), "Not a directory");
    check_open_fails("", "No such file or directory");
    check_open_fails("/dev/fd/987", "Bad file descriptor");
}

Test(target_file, file_that_may_not_be_written_is_not_replaced)
{
    char path[128];
    scratch_write(scratch_path(&dir, path, "out"), "old\n");
    cr_assert_eq(chmod(path, 0444), 0);
    cr_assert_eq(chmod(dir.dir, 0777), 0);
    pid_t child = fork();
    if (child == 0) { /* root may write everything: be somebody else */
        bool other = geteuid() != 0 || seteuid(65534) == 0;
        bool refused = nb_target_open_file(target, path, -1) == NBANG_SYSTEM;
        _exit(other && refused ? 0 : 1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    cr_assert(scratch_holds(path, "old\n"));
}

Test(target_file, file_that_grows_too_large_fails_and_leaves_no_trace)
{
    char path[128];
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {.rlim_cur = 100000, .rlim_max = old.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    cr_assert_eq(nb_target_open_file(target, scratch_path(&dir, path, "out"), -1), NBANG_OK);
    char *bytes = calloc(1, CHUNK);
    cr_assert_eq(nb_target_write(target, bytes, CHUNK), NBANG_SINK_FAILED);
    free(bytes);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    char message[256];
    snprintf(message, sizeof message, "cannot write to %s: File too large", path);
    cr_assert_str_eq(nb_target_error(target), message);
    cr_assert_eq(scratch_count(dir.dir), 0);
}

Test(target_file, full_device_is_an_error_with_its_name)
{
    cr_assert_eq(nb_target_open_file(target, "/dev/full", -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "24\n", 3), NBANG_OK); /* gathered */
    cr_assert_null(nb_target_error(target));
    cr_assert_eq(nb_target_finish(target, -1), NBANG_SINK_FAILED);
    cr_assert_str_eq(nb_target_error(target), "cannot write to /dev/full: No space left on device");
    cr_assert_not(nb_target_reader_gone(target));
    /* The target can be used again, and has forgotten the error. */
    cr_assert_eq(nb_target_open_file(target, "/dev/null", -1), NBANG_OK);
    cr_assert_null(nb_target_error(target));
    write_digits(CHUNK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    struct stat info;
    cr_assert_eq(stat("/dev/null", &info), 0);
    cr_assert(S_ISCHR(info.st_mode));
}

Test(target_file, fifo_is_written_in_place_once_its_reader_comes)
{
    char path[128];
    cr_assert_eq(mkfifo(scratch_path(&dir, path, "fifo"), 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        char bytes[16];
        int fd = open(path, O_RDONLY);
        ssize_t len = read(fd, bytes, sizeof bytes);
        _exit(len == 3 && memcmp(bytes, "24\n", 3) == 0 ? 0 : 1);
    }
    cr_assert_eq(nb_target_open_file(target, path, -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "24\n", 3), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert(S_ISFIFO(info.st_mode));
}

Test(target_file, wait_for_the_reader_of_a_fifo_can_be_cancelled)
{
    char path[128];
    int cancel[2];
    cr_assert_eq(pipe(cancel), 0);
    cr_assert_eq(mkfifo(scratch_path(&dir, path, "fifo"), 0600), 0);
    cr_assert_eq(write(cancel[1], "x", 1), 1);
    cr_assert_eq(nb_target_open_file(target, path, cancel[0]), NBANG_SYSTEM);
}

/* ---- descriptors that lead to regular files ---- */

static int open_with(const char *path, int flags, const char *old)
{
    scratch_write(path, old);
    int fd = open(path, O_WRONLY | flags);
    cr_assert_geq(fd, 0);
    return fd;
}

/* Writes two records and a part of a third, larger than the buffer, and aborts. */
static void write_two_and_a_half(int fd)
{
    cr_assert_eq(nb_target_open_fd(target, fd, "a file"), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "1\n", 2), NBANG_OK);
    nb_target_mark(target);
    cr_assert_eq(nb_target_write(target, "2\n", 2), NBANG_OK);
    nb_target_mark(target);
    write_digits(CHUNK);
    write_digits(10);
}

Test(target_file, abort_cuts_a_file_back_to_the_last_mark)
{
    char path[128];
    int fd = open_with(scratch_path(&dir, path, "out"), O_TRUNC, "old\n");
    write_two_and_a_half(fd);
    nb_target_abort(target);
    cr_assert(scratch_holds(path, "1\n2\n"));
    /* As in (nbang …; echo x) >out: the offset is shared, so there must be no hole. */
    cr_assert_eq(write(fd, "x\n", 2), 2);
    cr_assert(scratch_holds(path, "1\n2\nx\n"));
}

Test(target_file, abort_cuts_an_appended_file_back_and_keeps_what_was_there)
{
    char path[128];
    int fd = open_with(scratch_path(&dir, path, "out"), O_APPEND, "old\n");
    write_two_and_a_half(fd);
    nb_target_abort(target);
    cr_assert(scratch_holds(path, "old\n1\n2\n"));
    cr_assert_eq(write(fd, "x\n", 2), 2);
    cr_assert(scratch_holds(path, "old\n1\n2\nx\n"));
}

Test(target_file, abort_writes_the_whole_records_that_were_only_gathered)
{
    char path[128];
    int fd = open_with(scratch_path(&dir, path, "out"), O_TRUNC, "");
    cr_assert_eq(nb_target_open_fd(target, fd, "a file"), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "1\n", 2), NBANG_OK);
    nb_target_mark(target);
    cr_assert_eq(nb_target_write(target, "22222", 5), NBANG_OK);
    nb_target_abort(target);
    cr_assert(scratch_holds(path, "1\n"));
}

/* Whatever others wrote stays, and what they wrote in the middle of ours keeps it whole. */
static void check_others(int flags, bool after_the_last_write)
{
    char path[128];
    int fd = open_with(scratch_path(&dir, path, "out"), flags, "");
    int other = flags & O_APPEND ? open(path, O_WRONLY | O_APPEND) : fd;
    write_two_and_a_half(fd);
    cr_assert_eq(write(other, "theirs", 6), 6);
    if (!after_the_last_write) {
        write_digits(CHUNK);
    }
    nb_target_abort(target);
    char *bytes = scratch_read(path, NULL);
    cr_assert_not_null(strstr(bytes, "theirs"));
    cr_assert_gt(strlen(bytes), CHUNK);
    free(bytes);
}

Test(target_file, abort_does_not_cut_a_file_that_others_write_too)
{
    check_others(O_TRUNC, true);
    check_others(O_TRUNC, false);
    check_others(O_APPEND, true);
    check_others(O_APPEND, false);
}

Test(target_file, names_of_descriptors_keep_their_offset_and_mode)
{
    char path[128], name[32];
    int fd = open_with(scratch_path(&dir, path, "out"), O_APPEND, "old\n");
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    cr_assert_eq(nb_target_open_file(target, name, -1), NBANG_OK);
    cr_assert_eq(nb_target_write(target, "1\n", 2), NBANG_OK);
    cr_assert_eq(nb_target_finish(target, -1), NBANG_OK);
    cr_assert(scratch_holds(path, "old\n1\n"));
    cr_assert_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY, "it was closed");
}
