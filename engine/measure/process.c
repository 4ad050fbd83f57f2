#include "measure/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* How long a command has to clean up after TERM. */
#define GRACE_NS NB_NS_PER_S

/* What is read at a time, and how often at most once the command has ended: a pipe holds 1 MiB at
 * the most, and a stranger that has got hold of its other end may go on writing for ever. */
enum { READ_BYTES = 16384, FINAL_READS = 64 };

enum { PIPE_OUT, PIPE_ERR, PIPE_EXEC, PIPE_GO, NUM_PIPES };

/* A command that runs. */
typedef struct run {
    const nb_process_command *command;
    nb_process_outcome *outcome;
    int pipes[NUM_PIPES][2]; /* -1: closed, or never there */
    pid_t pid;
    int pid_fd; /* readable when it has ended; -1 on systems before Linux 5.3 */
    size_t tail_len;
} run;

/* ---- pipes ---- */

static void close_end(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void close_pipes(run *self)
{
    int error = errno;
    for (int i = 0; i < NUM_PIPES; i++) {
        close_end(&self->pipes[i][0]);
        close_end(&self->pipes[i][1]);
    }
    errno = error;
}

/* Opens those pipes that this command needs; the ends that are read here do not block. */
static nb_status open_pipes(run *self)
{
    const bool wanted[NUM_PIPES] = {
        [PIPE_OUT] = self->command->on_output != NULL,
        [PIPE_ERR] = true,
        [PIPE_EXEC] = true,
        [PIPE_GO] = self->command->before_exec != NULL,
    };
    for (int i = 0; i < NUM_PIPES; i++) {
        self->pipes[i][0] = self->pipes[i][1] = -1;
    }
    for (int i = 0; i < NUM_PIPES; i++) {
        if (!wanted[i]) {
            continue;
        }
        if (pipe2(self->pipes[i], O_CLOEXEC) != 0 ||
            (i != PIPE_GO && fcntl(self->pipes[i][0], F_SETFL, O_NONBLOCK) != 0)) {
            close_pipes(self);
            return NBANG_SYSTEM;
        }
    }
    return NBANG_OK;
}

/* ---- in the child ---- */

/* Signals as a shell would hand them on: those that this program blocks or ignores to treat them
 * elsewhere are as usual again. */
static void reset_signals(void)
{
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Puts `fd` in the place of a standard stream. The caller's standard streams are open, so that no
 * descriptor of ours is one of them. */
static bool place(int fd, int stream)
{
    return fd >= 0 && dup2(fd, stream) == stream;
}

_Noreturn static void run_child(const run *self, pid_t parent)
{
    const nb_process_command *command = self->command;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    int out_fd = command->out_fd > 0 ? command->out_fd : null_fd;
    if (command->on_output != NULL) {
        out_fd = self->pipes[PIPE_OUT][1];
    }
    bool good = getppid() == parent && place(null_fd, STDIN_FILENO) &&
                place(out_fd, STDOUT_FILENO) && place(self->pipes[PIPE_ERR][1], STDERR_FILENO);
    if (good && command->before_exec != NULL) {
        char go;
        close(self->pipes[PIPE_GO][1]); /* or the parent's death would not be seen */
        good = read(self->pipes[PIPE_GO][0], &go, 1) == 1;
    }
    if (good) {
        reset_signals();
        execvp(command->argv[0], (char *const *)command->argv);
    }
    const int error = errno;
    const ssize_t told = write(self->pipes[PIPE_EXEC][1], &error, sizeof(error));
    (void)told;
    _exit(127);
}

/* ---- in the parent ---- */

/* Keeps the last bytes of standard error as a string. */
static void keep_tail(run *self, const char *bytes, size_t len)
{
    char *tail = self->outcome->tail;
    for (size_t i = 0; i < len; i++) {
        if (self->tail_len == NB_PROCESS_TAIL_SIZE - 1) {
            /* Dropping half at a time moves each byte once or twice, whatever the pieces. */
            memmove(tail, tail + NB_PROCESS_TAIL_SIZE / 2,
                    NB_PROCESS_TAIL_SIZE - 1 - NB_PROCESS_TAIL_SIZE / 2);
            self->tail_len -= NB_PROCESS_TAIL_SIZE / 2;
        }
        if (bytes[i] != '\0') {
            tail[self->tail_len++] = bytes[i];
        }
    }
    tail[self->tail_len] = '\0';
}

/* Passes on what has come down one of its two pipes; false if there is nothing right now. At the
 * end of file the pipe is closed. */
static bool take_output(run *self, int which)
{
    char bytes[READ_BYTES];
    int *fd = &self->pipes[which][0];
    if (*fd < 0) {
        return false;
    }
    const ssize_t len = read(*fd, bytes, sizeof(bytes));
    if (len < 0) {
        return errno == EINTR;
    }
    if (len == 0) {
        close_end(fd);
        return false;
    }
    if (which == PIPE_OUT) {
        self->command->on_output(self->command->output_ctx, bytes, (size_t)len);
        return true;
    }
    keep_tail(self, bytes, (size_t)len);
    if (self->command->err_fd > 0) {
        const ssize_t passed = write(self->command->err_fd, bytes, (size_t)len);
        (void)passed; /* it is for people to read: not worth an error */
    }
    return true;
}

/* Whether it has ended. It is not yet reaped: until then nobody else can have its number. */
static bool has_ended(const run *self)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)self->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == self->pid;
}

/* Milliseconds until `then_ns`, rounded up, for poll; -1 if that is 0: never. */
static int timeout_ms(const run *self, uint64_t then_ns)
{
    if (self->pid_fd < 0) {
        return 1; /* nothing else would tell */
    }
    const uint64_t now_ns = nb_clock_wall_ns();
    if (then_ns == 0) {
        return -1;
    }
    if (then_ns <= now_ns) {
        return 0;
    }
    const uint64_t ms = (then_ns - now_ns) / NB_NS_PER_MS + 1;
    return ms < 1000000 ? (int)ms : 1000000;
}

/* Passes its output on until it ends, until `then_ns` has come (0: never), or until there is
 * something to read from cancel_fd (0: nothing). Says which. */
static nb_process_end follow(run *self, uint64_t then_ns, int cancel_fd)
{
    for (;;) {
        struct pollfd fds[] = {
            {.fd = self->pid_fd, .events = POLLIN},
            {.fd = self->pipes[PIPE_ERR][0], .events = POLLIN},
            {.fd = self->pipes[PIPE_OUT][0], .events = POLLIN},
            {.fd = cancel_fd > 0 ? cancel_fd : -1, .events = POLLIN},
        };
        const int ready = poll(fds, 4, timeout_ms(self, then_ns));
        if (has_ended(self)) {
            return NB_PROCESS_EXITED;
        }
        if (then_ns != 0 && nb_clock_wall_ns() >= then_ns) {
            return NB_PROCESS_LATE;
        }
        if (ready > 0 && fds[3].revents != 0) {
            return NB_PROCESS_CANCELLED;
        }
        if (ready > 0 && fds[1].revents != 0) {
            take_output(self, PIPE_ERR);
        }
        if (ready > 0 && fds[2].revents != 0) {
            take_output(self, PIPE_OUT);
        }
    }
}

/* Ends what is left of its group, reaps it, and fills in the rest of the outcome. */
static void finish(run *self, nb_process_end end)
{
    kill(-self->pid, SIGKILL);
    int status = 0;
    struct rusage usage = {.ru_maxrss = 0};
    while (wait4(self->pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    for (int i = 0; i < FINAL_READS && take_output(self, PIPE_ERR); i++) {
    }
    for (int i = 0; i < FINAL_READS && take_output(self, PIPE_OUT); i++) {
    }
    nb_process_outcome *outcome = self->outcome;
    outcome->cpu_ns = nb_clock_timeval_ns(usage.ru_utime) + nb_clock_timeval_ns(usage.ru_stime);
    outcome->end = end;
    int error;
    if (read(self->pipes[PIPE_EXEC][0], &error, sizeof(error)) == (ssize_t)sizeof(error)) {
        outcome->end = NB_PROCESS_NOT_STARTED;
        outcome->code = error;
    } else if (end == NB_PROCESS_EXITED && WIFSIGNALED(status)) {
        outcome->end = NB_PROCESS_KILLED;
        outcome->code = WTERMSIG(status);
    } else if (end == NB_PROCESS_EXITED) {
        outcome->code = WEXITSTATUS(status);
    }
}

/* Forks, and calls before_exec; *started_ns is when wall_ns begins. */
static nb_status start(run *self, uint64_t *started_ns)
{
    const pid_t parent = getpid();
    *started_ns = nb_clock_wall_ns();
    self->pid = fork();
    if (self->pid == 0) {
        run_child(self, parent);
    }
    if (self->pid < 0) {
        return NBANG_SYSTEM;
    }
    setpgid(self->pid, self->pid); /* whichever of the two comes first */
    self->pid_fd = pidfd_open(self->pid, 0);
    close_end(&self->pipes[PIPE_OUT][1]);
    close_end(&self->pipes[PIPE_ERR][1]);
    close_end(&self->pipes[PIPE_EXEC][1]);
    if (self->command->before_exec != NULL) {
        const uint64_t before_ns = nb_clock_wall_ns();
        self->command->before_exec(self->command->before_exec_ctx, self->pid);
        *started_ns += nb_clock_wall_ns() - before_ns;
        const ssize_t told = write(self->pipes[PIPE_GO][1], "", 1);
        (void)told; /* were the child gone, it would be seen to have ended */
    }
    return NBANG_OK;
}

nb_status nb_process_time(nb_process_outcome *outcome, const nb_process_command *command)
{
    run self = {.command = command, .outcome = outcome, .pid_fd = -1};
    if (open_pipes(&self) != NBANG_OK) {
        return NBANG_SYSTEM;
    }
    uint64_t started_ns;
    if (start(&self, &started_ns) != NBANG_OK) {
        close_pipes(&self);
        return NBANG_SYSTEM;
    }
    *outcome = (nb_process_outcome){.code = 0};
    nb_process_end end = follow(&self, command->deadline_ns, command->cancel_fd);
    outcome->wall_ns = nb_clock_wall_ns() - started_ns;
    if (end != NB_PROCESS_EXITED) {
        kill(-self.pid, SIGTERM);
        nb_process_end grace = follow(&self, nb_clock_wall_ns() + GRACE_NS, 0);
        (void)grace; /* whether it cleaned up or not, it is over */
    }
    finish(&self, end);
    close_end(&self.pid_fd);
    close_pipes(&self);
    return NBANG_OK;
}
