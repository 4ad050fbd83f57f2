#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "measure/process.h"

/* The commands that have to end from here would otherwise run for longer than this. */
TestSuite(process_time, .timeout = 60);

/* Runs a line of shell with the rest of `command`, which gets it as argv. */
static nb_process_outcome run_line(const char *line, nb_process_command command)
{
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    command.argv = argv;
    nb_process_outcome outcome;
    cr_assert_eq(nb_process_time(&outcome, &command), NBANG_OK);
    return outcome;
}

/* What a command has written, as far as there is room. */
typedef struct collected {
    char text[256];
    size_t len, total;
} collected;

static void collect(void *ctx, const void *bytes, size_t len)
{
    collected *self = ctx;
    for (size_t i = 0; i < len && self->len + 1 < sizeof(self->text); i++) {
        self->text[self->len++] = ((const char *)bytes)[i];
    }
    self->text[self->len] = '\0';
    self->total += len;
}

Test(process_time, tells_the_exit_status)
{
    const nb_process_outcome good = run_line("true", (nb_process_command){.out_fd = 0});
    cr_expect_eq(good.end, NB_PROCESS_EXITED);
    cr_expect_eq(good.code, 0);
    cr_expect_str_eq(good.tail, "");
    const nb_process_outcome bad = run_line("exit 7", (nb_process_command){.out_fd = 0});
    cr_expect_eq(bad.end, NB_PROCESS_EXITED);
    cr_expect_eq(bad.code, 7);
}

Test(process_time, tells_the_signal_that_killed)
{
    const nb_process_outcome outcome = run_line("kill -USR1 $$", (nb_process_command){.out_fd = 0});
    cr_expect_eq(outcome.end, NB_PROCESS_KILLED);
    cr_expect_eq(outcome.code, SIGUSR1);
}

Test(process_time, tells_that_nothing_could_be_executed)
{
    const char *const argv[] = {"/no/such/program", NULL};
    nb_process_outcome outcome;
    cr_assert_eq(nb_process_time(&outcome, &(nb_process_command){.argv = argv}), NBANG_OK);
    cr_expect_eq(outcome.end, NB_PROCESS_NOT_STARTED);
    cr_expect_eq(outcome.code, ENOENT);
}

Test(process_time, wall_time_is_between_the_command_and_the_call)
{
    const uint64_t before_ns = nb_clock_wall_ns();
    const nb_process_outcome outcome = run_line("sleep 0.2", (nb_process_command){.out_fd = 0});
    const uint64_t around_ns = nb_clock_wall_ns() - before_ns;
    cr_expect_geq(outcome.wall_ns, 200 * NB_NS_PER_MS);
    cr_expect_leq(outcome.wall_ns, around_ns);
}

Test(process_time, cpu_time_includes_descendants)
{
    /* A shell within the shell counts for a while and tells what that took. */
    const char *line = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; times'; :";
    collected out = {.len = 0};
    const nb_process_outcome outcome =
        run_line(line, (nb_process_command){.on_output = collect, .output_ctx = &out});
    unsigned minutes;
    double seconds;
    cr_assert_eq(sscanf(out.text, "%um%lfs", &minutes, &seconds), 2, "%s", out.text);
    cr_expect_geq((double)outcome.cpu_ns / 1e9, 60 * minutes + seconds - 0.02);
    cr_expect_leq(outcome.cpu_ns, 2 * outcome.wall_ns);
}

Test(process_time, hands_on_all_output)
{
    collected out = {.len = 0};
    const nb_process_outcome outcome =
        run_line("head -c 1000000 /dev/zero | tr '\\0' x",
                 (nb_process_command){.on_output = collect, .output_ctx = &out});
    cr_expect_eq(outcome.end, NB_PROCESS_EXITED);
    cr_expect_eq(out.total, 1000000);
    cr_expect_eq(strspn(out.text, "x"), sizeof(out.text) - 1);
}

Test(process_time, output_goes_to_the_descriptor_given)
{
    char path[] = "/tmp/nbang-test-XXXXXX";
    const int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    unlink(path);
    run_line("echo out; echo err >&2", (nb_process_command){.out_fd = fd, .err_fd = fd});
    char text[16] = "";
    cr_assert_eq(pread(fd, text, sizeof(text) - 1, 0), 8);
    cr_expect_not_null(strstr(text, "out\n"));
    cr_expect_not_null(strstr(text, "err\n"));
    close(fd);
}

Test(process_time, keeps_the_end_of_standard_error)
{
    const nb_process_outcome outcome =
        run_line("seq 1 50000 >&2; printf 'the\\0 end' >&2", (nb_process_command){.out_fd = 0});
    const size_t len = strlen(outcome.tail);
    cr_assert_geq(len, NB_PROCESS_TAIL_SIZE / 2 - 1);
    cr_assert_lt(len, NB_PROCESS_TAIL_SIZE);
    const char *end = "49999\n50000\nthe end";
    cr_expect_str_eq(outcome.tail + len - strlen(end), end);
}

Test(process_time, standard_input_is_empty)
{
    collected out = {.len = 0};
    run_line("wc -c", (nb_process_command){.on_output = collect, .output_ctx = &out});
    cr_expect_eq(atoi(out.text), 0);
}

Test(process_time, deadline_ends_the_whole_group)
{
    int pipe_fds[2];
    cr_assert_eq(pipe(pipe_fds), 0);
    const nb_process_outcome outcome =
        run_line("sleep 1000 & sleep 1000",
                 (nb_process_command){.out_fd = pipe_fds[1],
                                      .deadline_ns = nb_clock_wall_ns() + NB_NS_PER_S / 20});
    cr_expect_eq(outcome.end, NB_PROCESS_LATE);
    /* Nobody has the pipe any more: its end of file can be seen. */
    close(pipe_fds[1]);
    char byte;
    cr_expect_eq(read(pipe_fds[0], &byte, 1), 0);
    close(pipe_fds[0]);
}

Test(process_time, what_ignores_the_polite_request_is_killed)
{
    const nb_process_outcome outcome =
        run_line("trap '' TERM; while :; do sleep 1000; done",
                 (nb_process_command){.deadline_ns = nb_clock_wall_ns() + NB_NS_PER_S / 5});
    cr_expect_eq(outcome.end, NB_PROCESS_LATE);
}

Test(process_time, is_ended_by_the_cancel_descriptor)
{
    int pipe_fds[2];
    cr_assert_eq(pipe(pipe_fds), 0);
    cr_assert_eq(write(pipe_fds[1], "", 1), 1);
    const nb_process_outcome outcome =
        run_line("sleep 1000", (nb_process_command){.cancel_fd = pipe_fds[0]});
    cr_expect_eq(outcome.end, NB_PROCESS_CANCELLED);
}

Test(process_time, leaves_nothing_of_the_group_behind)
{
    int pipe_fds[2];
    cr_assert_eq(pipe(pipe_fds), 0);
    const nb_process_outcome outcome =
        run_line("sleep 1000 & exit 3", (nb_process_command){.out_fd = pipe_fds[1]});
    cr_expect_eq(outcome.code, 3);
    close(pipe_fds[1]);
    char byte;
    cr_expect_eq(read(pipe_fds[0], &byte, 1), 0);
}

/* What the hook has seen of the process. */
typedef struct sight {
    pid_t pid;
    char program[64];
} sight;

static void look(void *ctx, pid_t pid)
{
    sight *self = ctx;
    self->pid = pid;
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fgets(self->program, sizeof(self->program), file) == NULL) {
            self->program[0] = '\0';
        }
        fclose(file);
    }
    usleep(200000);
}

Test(process_time, hook_sees_the_process_before_it_executes_and_is_not_timed)
{
    sight seen = {.pid = 0};
    collected out = {.len = 0};
    const uint64_t before_ns = nb_clock_wall_ns();
    const nb_process_outcome outcome =
        run_line("echo $$", (nb_process_command){.on_output = collect,
                                                 .output_ctx = &out,
                                                 .before_exec = look,
                                                 .before_exec_ctx = &seen});
    const uint64_t around_ns = nb_clock_wall_ns() - before_ns;
    cr_expect_eq(outcome.code, 0);
    cr_expect_geq(around_ns - outcome.wall_ns, 200 * NB_NS_PER_MS);
    cr_expect_eq(atoi(out.text), (int)seen.pid);
    cr_expect_null(strstr(seen.program, "sh\n"), "%s", seen.program);
}

Test(process_time, signals_are_as_a_shell_hands_them_on)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    signal(SIGPIPE, SIG_IGN);
    collected out = {.len = 0};
    run_line("grep -E '^Sig(Blk|Ign)' /proc/self/status",
             (nb_process_command){.on_output = collect, .output_ctx = &out});
    unsigned long long blocked = 1;
    unsigned long long ignored = 1;
    cr_assert_eq(sscanf(out.text, "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
    cr_expect_eq(blocked, 0);
    cr_expect_eq(ignored & (1ULL << (SIGPIPE - 1)), 0);
}

Test(process_time, costs_no_descriptors)
{
    const int before = dup(STDERR_FILENO);
    close(before);
    run_line("true", (nb_process_command){.out_fd = 0});
    const char *const argv[] = {"/no/such/program", NULL};
    nb_process_outcome outcome;
    cr_assert_eq(nb_process_time(&outcome, &(nb_process_command){.argv = argv}), NBANG_OK);
    const int after = dup(STDERR_FILENO);
    close(after);
    cr_expect_eq(before, after);
}
