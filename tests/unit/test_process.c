#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "descriptors.h"
#include "pool/process.h"

TestSuite(process, .timeout = 60);

/* ---- children that tell about themselves ---- */

typedef struct child_facts {
    unsigned index;
    pid_t parent;
    int command_fd;
    int result_fd;
    bool has_ring;
    int oom_score_adj;
    descriptor descriptors[32];
    size_t num_descriptors;
    bool is_masked[NSIG];
    bool is_ignored[NSIG];
    bool is_handled[NSIG];
} child_facts;

static int own_oom_score_adj(void)
{
    char text[32];
    return nb_io_read_text("/proc/self/oom_score_adj", text, sizeof(text)) == NBANG_OK ? atoi(text)
                                                                                       : INT_MIN;
}

static nb_status send_facts(void *ctx, const nb_worker *worker)
{
    static child_facts facts;
    (void)ctx;
    facts.index = worker->index;
    facts.parent = getppid();
    facts.command_fd = worker->command_fd;
    facts.result_fd = worker->result_fd;
    facts.has_ring = worker->ring != NULL;
    facts.oom_score_adj = own_oom_score_adj();
    facts.num_descriptors = list_descriptors(facts.descriptors, 32);
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int sig = 1; sig < NSIG; sig++) {
        struct sigaction action;
        if (sigaction(sig, NULL, &action) == 0) {
            facts.is_masked[sig] = sigismember(&mask, sig) == 1;
            facts.is_ignored[sig] = action.sa_handler == SIG_IGN;
            facts.is_handled[sig] = !facts.is_ignored[sig] && action.sa_handler != SIG_DFL;
        }
    }
    return nb_worker_send(worker, &(nb_frame){.payload = &facts, .len = sizeof(facts)});
}

/* The task of a command is the status to end with. */
static nb_status exit_as_told(void *ctx, const nb_worker *worker, const nb_frame *frame)
{
    (void)ctx, (void)worker;
    _exit((int)frame->task);
}

static const nb_worker_program teller = {.start = send_facts, .command = exit_as_told};

static void start(nb_process *process, unsigned index, const nb_worker_program *program)
{
    cr_assert_eq(nb_process_start(process, index, program), NBANG_OK, "%s", strerror(errno));
}

static child_facts read_facts(const nb_process *process)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    child_facts facts;
    nb_frame frame;
    fcntl(process->result_fd, F_SETFL, 0);
    cr_assert_eq(nb_io_read_full(process->result_fd, header, sizeof(header)), NBANG_OK);
    cr_assert_eq(nb_wire_decode(&frame, header), NBANG_OK);
    cr_assert_eq(frame.len, sizeof(facts));
    cr_assert_eq(nb_io_read_full(process->result_fd, &facts, sizeof(facts)), NBANG_OK);
    return facts;
}

static void tell_to_exit(const nb_process *process, int exit_status)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    nb_wire_encode(header, &(nb_frame){.task = (uint64_t)exit_status});
    cr_assert_eq(write(process->command_fd, header, sizeof(header)), sizeof(header));
}

/* Waits until the process has ended, and leaves it to be reaped. */
static void await_end(const nb_process *process)
{
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT), 0);
}

static child_facts facts_of_new_child(void)
{
    nb_process process;
    int detail;
    start(&process, 0, &teller);
    child_facts facts = read_facts(&process);
    (void)nb_process_end(&process, &detail);
    return facts;
}

/* ---- what a child is born with ---- */

Test(process, child_shares_a_ring_if_there_can_be_one)
{
    cr_expect(facts_of_new_child().has_ring);
    cr_assert_eq(setenv("NBANG_FAULT", "ring:0", 1), 0);
    cr_expect_not(facts_of_new_child().has_ring);
}

Test(process, child_knows_its_index_and_its_parent)
{
    nb_process process;
    int detail;
    start(&process, 7, &teller);
    child_facts facts = read_facts(&process);
    cr_expect_eq(facts.index, 7);
    cr_expect_eq(facts.parent, getpid());
    (void)nb_process_end(&process, &detail);
}

static void expect_only_own_descriptors(const child_facts *facts)
{
    cr_expect_eq(facts->num_descriptors, 5);
    for (size_t i = 0; i < facts->num_descriptors && i < 32; i++) {
        const descriptor *one = &facts->descriptors[i];
        if (one->fd == STDIN_FILENO || one->fd == STDOUT_FILENO) {
            cr_expect_str_eq(one->target, "/dev/null");
        } else if (one->fd != STDERR_FILENO) {
            cr_expect(one->fd == facts->command_fd || one->fd == facts->result_fd,
                      "descriptor %d (%s)", one->fd, one->target);
            cr_expect_eq(strncmp(one->target, "pipe:", 5), 0, "%s", one->target);
        }
    }
}

/* Descriptors that a child must not inherit: low and high, of pipes and other things. */
static void open_more(void)
{
    int pair[2];
    cr_assert_eq(pipe(pair), 0);
    cr_assert_eq(dup2(pair[0], 300), 300);
    cr_assert_eq(dup2(pair[1], 777), 777);
}

static void expect_only_own_descriptors_in_two_children(void)
{
    nb_process first;
    nb_process second;
    int detail;
    start(&first, 0, &teller);
    start(&second, 1, &teller);
    child_facts facts = read_facts(&first);
    expect_only_own_descriptors(&facts);
    facts = read_facts(&second);
    expect_only_own_descriptors(&facts);
    (void)nb_process_end(&first, &detail);
    (void)nb_process_end(&second, &detail);
}

Test(process, child_holds_its_pipe_ends_and_standard_error_only)
{
    open_more();
    expect_only_own_descriptors_in_two_children();
}

/* Makes close_range() fail as on a kernel that does not have it. */
static bool forbid_close_range(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof(program) / sizeof(program[0]), .filter = program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 &&
           close_range(2000, 2001, 0) != 0;
}

Test(process, child_holds_no_other_descriptors_without_close_range)
{
    open_more();
    if (!forbid_close_range()) {
        cr_skip_test("system calls cannot be filtered here");
    }
    expect_only_own_descriptors_in_two_children();
}

/* A program started with ">&-" gets pipes for standard streams unless it takes care. */
Test(process, pipes_never_take_the_place_of_closed_standard_streams)
{
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
    for (int last = STDIN_FILENO; last <= STDERR_FILENO; last++) {
        nb_process process;
        int detail;
        for (int fd = STDIN_FILENO; fd <= last; fd++) {
            close(fd);
        }
        start(&process, 0, &teller);
        cr_expect_gt(process.command_fd, STDERR_FILENO);
        cr_expect_gt(process.result_fd, STDERR_FILENO);
        child_facts facts = read_facts(&process);
        cr_expect_gt(facts.command_fd, STDERR_FILENO);
        cr_expect_gt(facts.result_fd, STDERR_FILENO);
        (void)nb_process_end(&process, &detail);
        cr_expect_eq(fcntl(last, F_GETFD), -1, "descriptor %d was closed and is open now", last);
    }
    dup2(kept, STDERR_FILENO);
}

static void never(int sig)
{
    (void)sig;
    _exit(99);
}

Test(process, child_has_no_signal_blocked_or_handled)
{
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    sigset_t blocked;
    sigset_t now;
    sigfillset(&blocked);
    for (size_t i = 0; i < 4; i++) {
        sigdelset(&blocked, faults[i]);
    }
    for (int sig = 1; sig < NSIG; sig++) {
        if (sigismember(&blocked, sig) && sig != SIGCHLD) {
            signal(sig, sig % 2 == 0 ? never : SIG_IGN);
        }
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    raise(SIGUSR1); /* stays pending here, and must not be so there */

    child_facts facts = facts_of_new_child();
    for (int sig = 1; sig < NSIG; sig++) {
        bool is_fault = false;
        for (size_t i = 0; i < 4; i++) {
            is_fault = is_fault || sig == faults[i];
        }
        cr_expect_not(facts.is_masked[sig], "signal %d is blocked", sig);
        if (!is_fault) {
            cr_expect_not(facts.is_handled[sig], "signal %d is handled", sig);
            bool is_ignored = sig == SIGINT || sig == SIGHUP || sig == SIGTERM;
            cr_expect_eq(facts.is_ignored[sig], is_ignored, "signal %d", sig);
        }
    }
    sigprocmask(SIG_SETMASK, NULL, &now);
    for (int sig = 1; sig < NSIG; sig++) {
        if (sig != SIGKILL && sig != SIGSTOP && (sig < 32 || sig > 33)) {
            cr_expect_eq(sigismember(&now, sig), sigismember(&blocked, sig),
                         "the parent's mask has changed for signal %d", sig);
        }
    }
}

Test(process, child_survives_interrupt_and_hangup)
{
    nb_process process;
    int detail;
    start(&process, 0, &teller);
    (void)read_facts(&process);
    kill(process.pid, SIGINT);
    kill(process.pid, SIGHUP);
    tell_to_exit(&process, 5);
    await_end(&process);
    cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_EXIT);
    cr_expect_eq(detail, 5);
}

Test(process, child_is_more_attractive_to_the_out_of_memory_killer)
{
    const int parents[] = {own_oom_score_adj(), 800, 1000};
    for (size_t i = 0; i < 3; i++) {
        FILE *file = fopen("/proc/self/oom_score_adj", "w");
        cr_assert_not_null(file);
        fprintf(file, "%d", parents[i]);
        cr_assert_eq(fclose(file), 0);
        child_facts facts = facts_of_new_child();
        cr_expect(facts.oom_score_adj > parents[i] || facts.oom_score_adj == 1000,
                  "%d for a parent with %d", facts.oom_score_adj, parents[i]);
    }
}

static nb_status flush_everything(void *ctx, const nb_worker *worker)
{
    fflush(NULL);
    return send_facts(ctx, worker);
}

Test(process, what_stdio_holds_is_written_once)
{
    int kept = dup(STDERR_FILENO);
    int fd = memfd_create("stderr", 0);
    char written[100] = "";
    dup2(fd, STDERR_FILENO);
    setvbuf(stderr, NULL, _IOFBF, BUFSIZ);
    fputs("only once", stderr);

    nb_process process;
    int detail;
    start(&process, 0, &(nb_worker_program){.start = flush_everything, .command = exit_as_told});
    (void)read_facts(&process);
    (void)nb_process_end(&process, &detail);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    cr_assert_geq(pread(fd, written, sizeof(written) - 1, 0), 0);
    cr_expect_str_eq(written, "only once");
}

/* ---- how it ends ---- */

Test(process, tells_how_a_process_ended)
{
    nb_process process;
    int detail = -1;
    for (int exit_status = 0; exit_status <= 255; exit_status += 85) {
        start(&process, 0, &teller);
        tell_to_exit(&process, exit_status);
        await_end(&process);
        cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_EXIT);
        cr_expect_eq(detail, exit_status);
    }
    start(&process, 0, &teller);
    kill(process.pid, SIGUSR1);
    await_end(&process);
    cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_SIGNAL);
    cr_expect_eq(detail, SIGUSR1);
}

Test(process, child_ends_by_itself_when_its_command_pipe_is_closed)
{
    nb_process process;
    int detail;
    start(&process, 0, &teller);
    int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null_fd, process.command_fd); /* closes the pipe and keeps the number */
    await_end(&process);
    cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_EXIT);
    cr_expect_eq(detail, NB_WORKER_EXIT_DONE);
}

/* Half a header, half a payload, garbage; then the pipe is closed. */
Test(process, child_ends_with_an_error_when_a_command_makes_no_sense)
{
    unsigned char command[NB_WIRE_HEADER_SIZE + 9] = {0};
    nb_wire_encode(command, &(nb_frame){.task = 5, .len = 10});
    const struct {
        const void *bytes;
        size_t len;
    } cases[] = {
        {command, 1},
        {command, NB_WIRE_HEADER_SIZE - 1},
        {command, NB_WIRE_HEADER_SIZE},
        {command, NB_WIRE_HEADER_SIZE + 9},
        {"0123456789abcdef0123456789abcdef", NB_WIRE_HEADER_SIZE},
    };
    int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        nb_process process;
        int detail;
        start(&process, 0, &teller);
        cr_assert_eq(write(process.command_fd, cases[i].bytes, cases[i].len),
                     (ssize_t)cases[i].len);
        dup2(null_fd, process.command_fd); /* closes the pipe and keeps the number */
        await_end(&process);
        cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_EXIT);
        cr_expect_eq(detail, NB_WORKER_EXIT_COMMAND, "case %zu: status %d", i, detail);
    }
}

Test(process, ends_a_stopped_process_and_leaves_nothing)
{
    nb_process process;
    int detail;
    siginfo_t info;
    size_t before = count_descriptors();
    start(&process, 0, &teller);
    kill(process.pid, SIGSTOP);
    cr_assert_eq(waitid(P_PID, (id_t)process.pid, &info, WSTOPPED | WNOWAIT), 0);
    cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_SIGNAL);
    cr_expect_eq(detail, SIGKILL);
    cr_expect_eq(process.pid, 0);
    cr_expect_eq(count_descriptors(), before);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD);
}

Test(process, says_so_when_somebody_else_has_reaped_it)
{
    nb_process process;
    int detail = -1;
    start(&process, 0, &teller);
    tell_to_exit(&process, 5);
    cr_assert_eq(waitpid(process.pid, NULL, 0), process.pid);
    cr_expect_eq(nb_process_end(&process, &detail), NB_ENDING_UNKNOWN);
    cr_expect_eq(detail, 0);
}
