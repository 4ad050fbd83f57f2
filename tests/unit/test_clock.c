#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

Test(clock, wall_time_never_goes_back_and_passes_while_asleep)
{
    uint64_t start_ns = nb_clock_wall_ns();
    uint64_t last_ns = start_ns;
    for (int i = 0; i < 10000; i++) {
        uint64_t now_ns = nb_clock_wall_ns();
        cr_assert_geq(now_ns, last_ns);
        last_ns = now_ns;
    }
    usleep(20000);
    cr_expect_geq(nb_clock_wall_ns() - start_ns, 20 * NB_NS_PER_MS);
}

Test(clock, wall_time_is_the_same_in_all_processes)
{
    int pair[2];
    cr_assert_eq(pipe(pair), 0);
    uint64_t before_ns = nb_clock_wall_ns();
    pid_t child = fork();
    if (child == 0) {
        uint64_t now_ns = nb_clock_wall_ns();
        _exit(write(pair[1], &now_ns, sizeof(now_ns)) == sizeof(now_ns) ? 0 : 1);
    }
    uint64_t child_ns = 0;
    cr_assert_eq(read(pair[0], &child_ns, sizeof(child_ns)), sizeof(child_ns));
    cr_expect_geq(child_ns, before_ns);
    cr_expect_leq(child_ns, nb_clock_wall_ns());
    waitpid(child, NULL, 0);
}

Test(clock, cpu_time_passes_with_work_and_not_asleep, .timeout = 60)
{
    uint64_t start_ns = nb_clock_cpu_ns();
    while (nb_clock_cpu_ns() - start_ns < 20 * NB_NS_PER_MS) {
    }
    uint64_t worked_ns = nb_clock_cpu_ns();
    usleep(200000);
    cr_expect_lt(nb_clock_cpu_ns() - worked_ns, 100 * NB_NS_PER_MS);
}

Test(clock, times_of_rusage_are_seconds_and_microseconds)
{
    cr_expect_eq(nb_clock_timeval_ns((struct timeval){.tv_sec = 3, .tv_usec = 25}), 3000025000);
}
