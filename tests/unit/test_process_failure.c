/* Processes that cannot be started, and processes whose parent dies. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "descriptors.h"
#include "pool/process.h"

TestSuite(process_failure, .timeout = 60);

static nb_status ignore_command(void *ctx, const nb_worker *worker, const nb_frame *frame)
{
    (void)ctx, (void)worker, (void)frame;
    return NBANG_OK;
}

static const nb_worker_program idler = {.command = ignore_command};

/* ---- no process to be had ---- */

/* A start that must fail with `error` and leave everything as it was. */
static void expect_clean_failure(int error)
{
    nb_process process = {.pid = 12345, .command_fd = 6789, .result_fd = 4321};
    size_t before = count_descriptors();
    sigset_t mask_before;
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask_before);
    errno = 0;
    nb_status status = nb_process_start(&process, 0, &idler);
    int got_error = errno;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    cr_expect_eq(status, NBANG_SYSTEM);
    cr_expect_eq(got_error, error, "%s", strerror(got_error));
    cr_expect(process.pid == 12345 && process.command_fd == 6789 && process.result_fd == 4321);
    cr_expect_eq(count_descriptors(), before);
    for (int sig = 1; sig < NSIG; sig++) {
        cr_expect_eq(sigismember(&mask, sig), sigismember(&mask_before, sig));
    }
}

static void expect_start(void)
{
    nb_process process;
    int detail;
    cr_assert_eq(nb_process_start(&process, 0, &idler), NBANG_OK, "%s", strerror(errno));
    (void)nb_process_end(&process, &detail);
}

Test(process_failure, reports_a_fork_that_fails)
{
    setenv("NBANG_FAULT", "fork:2", 1);
    expect_start();
    expect_clean_failure(EAGAIN);
    expect_start();
    setenv("NBANG_FAULT", "fork:0", 1);
    expect_clean_failure(EAGAIN);
    expect_clean_failure(EAGAIN);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD);
}

/* Leaves exactly `num` descriptors to be had. */
static void leave_descriptors(int num)
{
    if (!limit_descriptors(200)) {
        cr_skip_test("descriptors cannot be limited here");
    }
    int taken[200];
    int num_taken = 0;
    while ((taken[num_taken] = dup(STDERR_FILENO)) >= 0) {
        num_taken++;
    }
    cr_assert_geq(num_taken, num);
    while (num > 0) {
        close(taken[num_taken - num]);
        num--;
    }
}

/* Four for the pipes, and two to spare. */
Test(process_failure, reports_descriptors_that_run_out)
{
    for (int num = 0; num < 6; num++) {
        leave_descriptors(num);
        expect_clean_failure(EMFILE);
        close_range(100, ~0U, 0);
    }
}

Test(process_failure, starts_as_long_as_two_descriptors_are_left_for_files)
{
    leave_descriptors(6);
    nb_process process;
    int detail;
    cr_assert_eq(nb_process_start(&process, 0, &idler), NBANG_OK, "%s", strerror(errno));
    cr_expect_geq(dup(STDERR_FILENO), 0);
    cr_expect_geq(dup(STDERR_FILENO), 0);
    (void)nb_process_end(&process, &detail);
}

/* ---- the parent dies ---- */

static nb_status spin(void *ctx, const nb_worker *worker)
{
    (void)ctx;
    if (nb_worker_send(worker, &(nb_frame){.type = 1}) != NBANG_OK) {
        return NBANG_SYSTEM;
    }
    for (volatile unsigned long turns = 0;; turns++) {
    }
}

/* Blocks in a write that nobody will ever read. */
static nb_status flood(void *ctx, const nb_worker *worker)
{
    (void)ctx;
    static const char bytes[4096];
    while (nb_worker_send(worker, &(nb_frame){.payload = bytes, .len = sizeof(bytes)}) ==
           NBANG_OK) {
    }
    return NBANG_SYSTEM;
}

static nb_status stop(void *ctx, const nb_worker *worker)
{
    (void)ctx;
    nb_status status = nb_worker_send(worker, &(nb_frame){.type = 1});
    raise(SIGSTOP);
    return status;
}

static nb_status greet(void *ctx, const nb_worker *worker)
{
    (void)ctx;
    return nb_worker_send(worker, &(nb_frame){.type = 1});
}

/* The master of a worker with the given start: writes the worker's pid to `fd` when the worker has
 * sent something, and waits to be killed. */
static _Noreturn void run_master(nb_status (*start)(void *, const nb_worker *), int fd)
{
    const nb_worker_program program = {.start = start, .command = ignore_command};
    nb_process process;
    if (nb_process_start(&process, 0, &program) != NBANG_OK) {
        _exit(1);
    }
    struct pollfd result = {.fd = process.result_fd, .events = POLLIN};
    siginfo_t info;
    if (poll(&result, 1, -1) != 1 ||
        (start == stop && waitid(P_PID, (id_t)process.pid, &info, WSTOPPED | WNOWAIT) != 0) ||
        write(fd, &process.pid, sizeof(process.pid)) != sizeof(process.pid)) {
        _exit(2);
    }
    for (;;) {
        pause();
    }
}

/* How a worker with that start ends when its master is killed. */
static int wait_status_of_orphan(nb_status (*start)(void *, const nb_worker *))
{
    cr_assert_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* orphans become our children */
    int pair[2];
    cr_assert_eq(pipe(pair), 0);
    pid_t master = fork();
    if (master == 0) {
        close(pair[0]);
        run_master(start, pair[1]);
    }
    close(pair[1]);
    pid_t worker;
    cr_assert_eq(nb_io_read_full(pair[0], &worker, sizeof(worker)), NBANG_OK);
    kill(master, SIGKILL);
    cr_assert_eq(waitpid(master, NULL, 0), master);
    int wait_status = 0;
    for (int ms = 0; ms < 20000; ms += 5) {
        if (waitpid(worker, &wait_status, WNOHANG) == worker) {
            return wait_status;
        }
        usleep(5000);
    }
    kill(worker, SIGKILL); /* else it would outlive the test */
    cr_assert_fail("the worker has survived its master");
    return wait_status;
}

static void expect_killed(int wait_status)
{
    cr_expect(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL, "wait status %x",
              (unsigned)wait_status);
}

Test(process_failure, busy_worker_dies_with_its_master)
{
    expect_killed(wait_status_of_orphan(spin));
}

Test(process_failure, stopped_worker_dies_with_its_master)
{
    expect_killed(wait_status_of_orphan(stop));
}

/* These two may also see first that their pipes are closed. */
Test(process_failure, writing_worker_dies_with_its_master)
{
    int wait_status = wait_status_of_orphan(flood);
    cr_expect(WIFSIGNALED(wait_status) &&
              (WTERMSIG(wait_status) == SIGKILL || WTERMSIG(wait_status) == SIGPIPE));
}

Test(process_failure, idle_worker_dies_with_its_master)
{
    int wait_status = wait_status_of_orphan(greet);
    cr_expect((WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL) ||
              (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == NB_WORKER_EXIT_DONE));
}
