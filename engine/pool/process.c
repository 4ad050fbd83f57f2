#include "pool/process.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"

/* What a pipe should hold: a whole frame, so that a worker seldom waits for the master. The
 * system may refuse, and the pipe then keeps its default size. */
#define PIPE_BYTES NB_WIRE_MAX_FRAME

/* By how much more readily the system's out-of-memory killer takes a worker than its master, and
 * the most that can be said: a lost worker costs a retry, a lost master everything. */
#define OOM_PATH "/proc/self/oom_score_adj"
#define OOM_EXTRA 500
#define OOM_MAX 1000

/* ---- in the child ---- */

/* The child's copy of the caller's signal handlers must never run; handlers for faults of its
 * own code stay, since sanitizers report through them. */
static void reset_signals(void)
{
    for (int sig = 1; sig < NSIG; sig++) {
        switch (sig) {
        case SIGSEGV:
        case SIGBUS:
        case SIGFPE:
        case SIGILL:
            break;
        case SIGINT:
        case SIGHUP:
        case SIGTERM:
            signal(sig, SIG_IGN);
            break;
        default:
            signal(sig, SIG_DFL); /* fails for KILL and STOP, rightly */
        }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* close_range() for systems that lack it: closes [first, last] as listed in /proc. */
static void close_listed(unsigned first, unsigned last)
{
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL) {
        return;
    }
    int own = dirfd(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char *end;
        unsigned long fd = strtoul(entry->d_name, &end, 10);
        if (end != entry->d_name && fd >= first && fd <= last && fd != (unsigned long)own) {
            close((int)fd);
        }
    }
    closedir(dir);
}

static void close_between(unsigned first, unsigned last)
{
    if (first <= last && close_range(first, last, 0) != 0) {
        close_listed(first, last);
    }
}

/* Leaves the child with its own two pipe ends and standard error. Were it to hold the other ends
 * of any worker's pipes, nobody would ever see their end of file; were it to hold standard
 * output, the reader of the master's output would wait for the child as well. */
static void keep_only(int fd_a, int fd_b)
{
    unsigned low = (unsigned)(fd_a < fd_b ? fd_a : fd_b);
    unsigned high = (unsigned)(fd_a < fd_b ? fd_b : fd_a);
    close_between(STDERR_FILENO + 1, low - 1);
    close_between(low + 1, high - 1);
    close_between(high + 1, ~0U);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd >= 0) {
        dup2(null_fd, STDIN_FILENO);
        dup2(null_fd, STDOUT_FILENO);
        if (null_fd > STDERR_FILENO) {
            close(null_fd);
        }
    }
}

/* A wish: without it the worker does its work all the same. */
static void volunteer_for_oom(void)
{
    int fd = open(OOM_PATH, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    char text[16];
    ssize_t len = read(fd, text, sizeof(text) - 1);
    if (len > 0) {
        text[len] = '\0';
        long score = strtol(text, NULL, 10) + OOM_EXTRA;
        len = snprintf(text, sizeof(text), "%ld", score < OOM_MAX ? score : OOM_MAX);
        ssize_t put = write(fd, text, (size_t)len);
        (void)put;
    }
    close(fd);
}

_Noreturn static void run_child(pid_t parent, const nb_worker *worker,
                                const nb_worker_program *program)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(NB_WORKER_EXIT_DONE); /* the master died before the line above took hold */
    }
    keep_only(worker->command_fd, worker->result_fd);
    volunteer_for_oom();
    reset_signals();
    _exit(nb_worker_serve(worker, program));
}

/* ---- in the master ---- */

/* Leaves errno alone: what made the pair useless is to be reported. */
static void close_pair(const int pair[2])
{
    int error = errno;
    close(pair[0]);
    close(pair[1]);
    errno = error;
}

/* Whether the caller still has two free descriptors, for its files. The child's pipe ends are
 * given back after the fork, but do not count: the next worker needs them. */
static int has_spare_descriptors(void)
{
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) {
        return 0;
    }
    close_pair(pair);
    return 1;
}

/* A pipe whose ends do not stand in for standard streams that the caller has closed: the master's
 * messages would go down the one, and the child would put /dev/null in place of the other. */
static nb_status open_pipe(int pair[2])
{
    if (pipe2(pair, O_CLOEXEC) != 0) {
        return NBANG_SYSTEM;
    }
    for (int i = 0; i < 2; i++) {
        if (pair[i] <= STDERR_FILENO) {
            int moved = fcntl(pair[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
            if (moved < 0) {
                close_pair(pair);
                return NBANG_SYSTEM;
            }
            close(pair[i]);
            pair[i] = moved;
        }
    }
    return NBANG_OK;
}

/* The pipes to and from a worker; the master's ends do not block. */
static nb_status open_pipes(int command[2], int result[2])
{
    if (open_pipe(command) != NBANG_OK) {
        return NBANG_SYSTEM;
    }
    if (open_pipe(result) != NBANG_OK) {
        close_pair(command);
        return NBANG_SYSTEM;
    }
    if (!has_spare_descriptors() || fcntl(command[1], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(result[0], F_SETFL, O_NONBLOCK) != 0) {
        close_pair(command);
        close_pair(result);
        return NBANG_SYSTEM;
    }
    fcntl(command[1], F_SETPIPE_SZ, (int)PIPE_BYTES);
    fcntl(result[0], F_SETPIPE_SZ, (int)PIPE_BYTES);
    return NBANG_OK;
}

static pid_t fork_unless_faulty(void)
{
#ifdef NBANG_TEST_HOOKS
    static unsigned calls;
    if (nb_fault("fork", ++calls) || nb_fault("fork", 0)) {
        errno = EAGAIN;
        return -1;
    }
#endif
    return fork();
}

nb_status nb_process_start(nb_process *process, unsigned index, const nb_worker_program *program)
{
    int command[2];
    int result[2];
    nb_status status = open_pipes(command, result);
    if (status != NBANG_OK) {
        return status;
    }

    nb_ring *ring = NULL;
    nb_status shared = nb_ring_create(&ring);
    (void)shared; /* without a ring, payloads take the pipe */

    /* What stdio holds would be written twice; a handler of the master must not run in the child
     * before reset_signals(). */
    (void)fflush(NULL);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = fork_unless_faulty();
    if (pid == 0) {
        const nb_worker worker = {
            .index = index, .command_fd = command[0], .result_fd = result[1], .ring = ring};
        run_child(parent, &worker, program);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);

    close(command[0]);
    close(result[1]);
    if (pid < 0) {
        close(command[1]);
        close(result[0]);
        nb_ring_destroy(ring);
        errno = error;
        return NBANG_SYSTEM;
    }
    if (ring != NULL) {
        nb_ring_hide(ring);
    }
    *process =
        (nb_process){.pid = pid, .command_fd = command[1], .result_fd = result[0], .ring = ring};
    return NBANG_OK;
}

nb_ending nb_process_end(nb_process *process, int *detail)
{
    assert(process->pid > 0); /* 0 would mean the whole process group */
    /* Killing comes before waiting: a stopped process would keep us waiting for ever. If it has
     * ended already this has no effect, for its pid stays taken until waitpid(). */
    kill(process->pid, SIGKILL);
    int wait_status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(process->pid, &wait_status, 0);
    } while (reaped < 0 && errno == EINTR);
    close(process->command_fd);
    close(process->result_fd);
    nb_ring_destroy(process->ring);
    *process = (nb_process){.pid = 0, .command_fd = -1, .result_fd = -1};

    *detail = 0;
    if (reaped < 0) {
        return NB_ENDING_UNKNOWN;
    }
    if (WIFSIGNALED(wait_status)) {
        *detail = WTERMSIG(wait_status);
        return NB_ENDING_SIGNAL;
    }
    *detail = WEXITSTATUS(wait_status);
    return NB_ENDING_EXIT;
}
