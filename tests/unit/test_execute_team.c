/* The team of a worker: slots that it is lent, before a job and in the middle of it. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "executor_support.h"

TestSuite(execute_team, .timeout = 60);

/* ---- before a job ---- */

/* Members, the leader included. */
static int team_size(void)
{
    return scratch_count("/proc/self/task") - other_threads;
}

/* A thread that has been joined may still be listed for a moment. */
static void expect_no_team(void)
{
    for (int i = 0; i < 10000 && team_size() > 1; i++) {
        usleep(1000);
    }
    cr_expect_eq(team_size(), 1);
}

/* Lends the next task the first slot, so often. */
static void lend_threads(int num)
{
    const nb_lend lend = {.slot = 0};
    for (int i = 0; i < num; i++) {
        cr_assert_eq(command(NB_MESSAGE_LEND, &lend, sizeof(lend)), NBANG_OK);
    }
}

Test(execute_team, lent_slots_have_threads_until_the_job_is_over)
{
    start((nb_executor_options){.verify = true});
    for (int size = 1; size < 200; size += size) {
        const uint64_t jobs[] = {5, 3000, 100000, 300000};
        for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
            lend_threads(size - 1);
            cr_expect_eq(team_size(), size);
            expect_jobs(&jobs[i], 1);
            expect_no_team();
        }
    }
    stop();
}

/* Gives the worker a pipe, with these commands in it. Returns the master's end. */
static int fill_pipe(const nb_frame *frames, size_t num_frames)
{
    int ends[2];
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    worker.command_fd = ends[0];
    for (size_t i = 0; i < num_frames; i++) {
        unsigned char bytes[NB_WIRE_HEADER_SIZE + sizeof(nb_lend)];
        nb_wire_encode(bytes, &frames[i]);
        memcpy(bytes + NB_WIRE_HEADER_SIZE, frames[i].payload, frames[i].len);
        size_t len = NB_WIRE_HEADER_SIZE + frames[i].len;
        cr_assert_eq(write(ends[1], bytes, len), (ssize_t)len);
    }
    return ends[1];
}

static nb_frame lend_frame(const nb_lend *lend)
{
    return (nb_frame){
        .type = NB_MESSAGE_LEND, .task = task, .attempt = 7, .payload = lend, .len = sizeof(*lend)};
}

Test(execute_team, slots_that_are_lent_during_a_job_are_taken)
{
    const nb_lend lend = {.slot = 0};
    const uint64_t job = 300000;
    start((nb_executor_options){.verify = true});
    const nb_frame frames[] = {lend_frame(&lend), lend_frame(&lend)};
    int master_fd = fill_pipe(frames, 2);
    expect_jobs(&job, 1);
    int num_left = -1;
    cr_assert_eq(ioctl(worker.command_fd, FIONREAD, &num_left), 0);
    cr_expect_eq(num_left, 0);
    expect_no_team();
    close(master_fd);
    close(worker.command_fd);
    stop();
}

Test(execute_team, slot_that_is_lent_too_late_is_not_taken)
{
    const uint64_t job = 2000;
    start((nb_executor_options){.verify = true});
    expect_jobs(&job, 1);
    task--; /* that was it */
    lend_threads(1);
    cr_expect_eq(team_size(), 1);
    stop();
}

Test(execute_team, slots_that_are_none_break_the_protocol)
{
    start((nb_executor_options){.verify = true});
    const nb_lend beyond[] = {{.slot = nb_slots_count(slots)}, {.slot = UINT32_MAX}};
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[0], sizeof(nb_lend)), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[1], sizeof(nb_lend)), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, &beyond[0], sizeof(nb_lend) - 1), NBANG_CORRUPT);
    cr_expect_eq(command(NB_MESSAGE_LEND, "", 0), NBANG_CORRUPT);
    cr_expect_eq(team_size(), 1);
    stop();
}

static bool is_bound_to(pid_t thread, hwloc_const_cpuset_t cpuset)
{
    cpu_set_t cpus;
    bool same = sched_getaffinity(thread, sizeof(cpus), &cpus) == 0;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        same = same && (CPU_ISSET(cpu, &cpus) != 0) == (hwloc_bitmap_isset(cpuset, cpu) != 0);
    }
    return same;
}

/* Threads of this process that may use this slot and no other PU. */
static unsigned num_bound_to(uint32_t slot)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/task");
    cr_assert_not_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        pid_t thread = (pid_t)atoi(entry->d_name);
        count += thread > 0 && is_bound_to(thread, nb_slots_cpuset(slots, slot));
    }
    closedir(dir);
    return count;
}

Test(execute_team, threads_are_bound_to_their_slots)
{
    start_bound((nb_executor_options){.verify = true}, NBANG_BIND_PU);
    for (uint32_t slot = 0; slot < nb_slots_count(slots); slot++) {
        const uint64_t job = 2;
        const nb_lend lend = {.slot = slot};
        const unsigned before = num_bound_to(slot);
        cr_assert_eq(command(NB_MESSAGE_LEND, &lend, sizeof(lend)), NBANG_OK);
        cr_expect_eq(num_bound_to(slot), before + 1);
        expect_jobs(&job, 1);
        expect_no_team();
    }
    stop();
}

/* ---- no threads ---- */

#ifndef __SANITIZE_ADDRESS__ /* which needs address space of its own */
/* With address space for no other stack. */
static void compute_without_threads(void)
{
    const uint64_t job = 100000;
    const struct rlimit none = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &none);
    lend_threads(2);
    setrlimit(RLIMIT_AS, &all);
    other_threads = 0; /* in this child */
    bool failed = team_size() == 1;
    expect_jobs(&job, 1);
    _exit(failed ? 42 : 98);
}

Test(execute_team, without_threads_the_team_is_smaller)
{
    start((nb_executor_options){.verify = true});
    cr_expect_eq(exit_status_of(compute_without_threads), 42);
    stop();
}
#endif

/* ---- in the middle of a job ---- */

static nb_frame frame_in_pipe;
static bool is_closed;

static void compute_with_a_frame_in_the_pipe(void)
{
    const uint64_t job = 300000;
    int master_fd = fill_pipe(&frame_in_pipe, is_closed ? 0 : 1);
    if (is_closed) {
        close(master_fd);
    }
    (void)!command(NB_MESSAGE_JOBS, &job, sizeof(job));
    _exit(42);
}

Test(execute_team, worker_ends_if_it_hears_nonsense_during_a_job)
{
    start((nb_executor_options){.verify = true});
    const nb_lend beyond = {.slot = nb_slots_count(slots)};
    frame_in_pipe = lend_frame(&beyond);
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_COMMAND);
    frame_in_pipe.type = NB_MESSAGE_JOBS;
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_COMMAND);
    stop();
}

Test(execute_team, worker_ends_if_its_master_does_during_a_job)
{
    start((nb_executor_options){.verify = true});
    is_closed = true;
    cr_expect_eq(exit_status_of(compute_with_a_frame_in_the_pipe), NB_WORKER_EXIT_DONE);
    stop();
}
