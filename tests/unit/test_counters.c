/* Event counters. Hardware ones are seldom there, so that what is inherited and added up is shown
 * with software events. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/counters.h"
#include "measure/record.h"

TestSuite(counters, .timeout = 60);

Test(counters, each_refusal_has_its_reason)
{
    static const struct {
        int error;
        const char *word;
    } cases[] = {
        {ENOENT, "hypervisor"}, {EOPNOTSUPP, "hypervisor"}, {ENODEV, "hypervisor"},
        {EACCES, "paranoid"},   {EPERM, "paranoid"},        {ENOSYS, "kernel"},
        {EMFILE, "files"},      {EBUSY, "another program"}, {EINVAL, "refuses"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *reason = nb_counters_reason(cases[i].error);
        cr_expect_eq(strncmp(reason, "not available here: ", 20), 0, "%s", reason);
        cr_expect_not_null(strstr(reason, cases[i].word), "%s", reason);
    }
    cr_expect_str_eq(nb_counters_reason(0), "available");
}

/* Runs `command` by the shell, as a child of this thread. */
static void run_shell(const char *command)
{
    const pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", command);
}

/* Page faults of `command`, or NB_COUNT_UNKNOWN. */
static uint64_t page_faults_of(const char *command)
{
    const int fd = nb_counter_open(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS);
    if (fd < 0) {
        return NB_COUNT_UNKNOWN;
    }
    enum { PAGES = 10000, PAGE_BYTES = 4096 };
    char *touched = malloc((size_t)PAGES * PAGE_BYTES);
    cr_assert_not_null(touched);
    for (size_t i = 0; i < PAGES; i++) {
        ((volatile char *)touched)[i * PAGE_BYTES] = 1;
    }
    free(touched);
    run_shell(command);
    const uint64_t count = nb_counter_read(fd);
    close(fd);
    return count;
}

Test(counters, count_a_command_and_what_it_starts)
{
    const uint64_t once = page_faults_of("true");
    if (once == NB_COUNT_UNKNOWN) {
        cr_skip_test("perf_event_open is not to be had here");
    }
    cr_expect_gt(once, 10);
    cr_expect_lt(once, 5000, "what the parent does is not counted: %" PRIu64, once);
    const uint64_t many = page_faults_of("sh -c :& sh -c :& sh -c 'sh -c :; sh -c :'; wait");
    cr_expect_gt(many, 4 * once, "descendants are added up: %" PRIu64 " %" PRIu64, many, once);
}

Test(counters, what_is_not_open_is_unknown)
{
    nb_counters counters = {-1, -1};
    const nb_counts counts = nb_counters_read(&counters);
    cr_expect_eq(counts.cycles, NB_COUNT_UNKNOWN);
    cr_expect_eq(counts.instructions, NB_COUNT_UNKNOWN);
    nb_counters_close(&counters);
}

Test(counters, are_there_when_their_state_says_so)
{
    nb_counters counters;
    nb_counters_open(&counters);
    run_shell("i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done");
    const nb_counts counts = nb_counters_read(&counters);
    const bool is_available = strcmp(nb_counters_state(), "available") == 0;
    cr_expect_eq(counts.cycles != NB_COUNT_UNKNOWN, is_available);
    cr_expect(!is_available || counts.cycles > 100000);
    nb_counters_close(&counters);
}
