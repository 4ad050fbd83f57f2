/* Slots of the machine that runs the tests, and binding to them. Every test runs in a child of its
 * own, because affinity and environment belong to a process. */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "topo/slots.h"

TestSuite(bind, .timeout = 30);

/* Runs `body` in a child and asserts that it returns 0; other values say what went wrong. */
static void run_in_child(int (*body)(void))
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        _exit(body());
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status), "the child was killed by signal %d", WTERMSIG(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "the child stopped at step %d", WEXITSTATUS(status));
}

static nb_slots *create_or_exit(nbang_bind bind, int code)
{
    nb_slots *slots = NULL;
    nbang_placement placement = {.bind = bind};
    if (nb_slots_create(&slots, &placement, NULL, 0) != NBANG_OK) {
        _exit(code);
    }
    return slots;
}

/* The affinity mask as the kernel reports it, without hwloc. */
static cpu_set_t read_affinity(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        _exit(100);
    }
    return set;
}

static bool equals(const cpu_set_t *actual, hwloc_const_cpuset_t expected)
{
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!!CPU_ISSET(cpu, actual) != !!hwloc_bitmap_isset(expected, cpu)) {
            return false;
        }
    }
    return true;
}

/* Leaves the process one CPU, the last that it has. */
static unsigned keep_one_cpu(void)
{
    cpu_set_t set = read_affinity();
    unsigned last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &set)) {
        --last;
    }
    CPU_ZERO(&set);
    CPU_SET(last, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        _exit(101);
    }
    return last;
}

static int bind_to_every_slot(void)
{
    static const nbang_bind binds[] = {NBANG_BIND_CORE, NBANG_BIND_PU, NBANG_BIND_NUMA};
    for (size_t i = 0; i < sizeof binds / sizeof *binds; ++i) {
        nb_slots *slots = create_or_exit(binds[i], 1);
        for (unsigned slot = 0; slot < nb_slots_count(slots); ++slot) {
            pid_t pid = fork(); /* binding narrows what the next slots could use */
            if (pid == 0) {
                if (nb_slots_bind(slots, slot) != NBANG_OK) {
                    _exit(1);
                }
                cpu_set_t actual = read_affinity();
                _exit(equals(&actual, nb_slots_cpuset(slots, slot)) ? 0 : 2);
            }
            int status;
            if (waitpid(pid, &status, 0) != pid || status != 0) {
                return 10 * (int)i + WEXITSTATUS(status) + 1;
            }
        }
        nb_slots_destroy(slots);
    }
    return 0;
}

Test(bind, sets_the_affinity_of_the_process)
{
    run_in_child(bind_to_every_slot);
}

/* Slots of a synthetic machine that claims to be this one, for one of its CPUs. */
static nb_slots *make_false_slots(const char *machine, unsigned cpu)
{
    nb_slots *slots = NULL;
    nbang_placement placement = {.bind = NBANG_BIND_CORE};
    hwloc_topology_t topology;
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();
    hwloc_bitmap_set(usable, cpu);
    if (hwloc_topology_init(&topology) < 0 ||
        hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM) < 0 ||
        hwloc_topology_set_synthetic(topology, machine) < 0 || hwloc_topology_load(topology) < 0 ||
        nb_slots_create_from(&slots, topology, usable, 0, &placement, NULL, 0) != NBANG_OK) {
        _exit(102);
    }
    return slots; /* never freed, nor is the topology: the child ends soon */
}

static int bind_to_a_missing_cpu(void)
{
    cpu_set_t before = read_affinity();
    if (nb_slots_bind(make_false_slots("core:2 pu:1(indexes=0,99999)", 99999), 0) != NBANG_SYSTEM) {
        return 1;
    }
    cpu_set_t after = read_affinity();
    return CPU_EQUAL(&before, &after) ? 0 : 2;
}

Test(bind, reports_that_the_system_refuses)
{
    run_in_child(bind_to_a_missing_cpu);
}

static int bind_to_a_missing_node(void)
{
    unsigned cpu = keep_one_cpu();
    nb_slots *slots = make_false_slots("[numa] [numa(indexes=1000,1001)] core:1024 pu:1", cpu);
    if (!strstr(nb_slots_string(slots, 0), "NUMA node 1000")) {
        return 1;
    }
    return nb_slots_bind(slots, 0) == NBANG_OK ? 0 : 2;
}

Test(bind, does_not_need_the_memory_binding)
{
    run_in_child(bind_to_a_missing_node);
}

static int bind_to_none(void)
{
    nb_slots *slots = create_or_exit(NBANG_BIND_NONE, 1);
    keep_one_cpu(); /* so that binding to all that was usable would show */
    cpu_set_t before = read_affinity();
    if (nb_slots_bind(slots, 0) != NBANG_OK) {
        return 2;
    }
    cpu_set_t after = read_affinity();
    nb_slots_destroy(slots);
    return CPU_EQUAL(&before, &after) ? 0 : 3;
}

Test(bind, none_leaves_the_affinity_alone)
{
    run_in_child(bind_to_none);
}

static int create_on_one_cpu(void)
{
    unsigned cpu = keep_one_cpu();
    nb_slots *slots = create_or_exit(NBANG_BIND_CORE, 1);
    if (nb_slots_count(slots) != 1 || nb_slots_default_workers(slots) != 1) {
        return 2;
    }
    cpu_set_t one = read_affinity();
    if (!CPU_ISSET(cpu, &one) || !equals(&one, nb_slots_cpuset(slots, 0))) {
        return 3;
    }
    nb_slots_destroy(slots);

    char list[16], error[128];
    snprintf(list, sizeof list, "%u", cpu + 1);
    nbang_placement placement = {.cpu_list = list};
    if (nb_slots_create(&slots, &placement, error, sizeof error) != NBANG_INVALID) {
        return 4;
    }
    char expected[128];
    snprintf(expected, sizeof expected, "CPU %u is not available (usable: %u)", cpu + 1, cpu);
    return strcmp(error, expected) == 0 ? 0 : 5;
}

Test(bind, inherited_affinity_limits_the_machine)
{
    run_in_child(create_on_one_cpu);
}

static int plan_a_synthetic_machine(void)
{
    keep_one_cpu();
    setenv("HWLOC_SYNTHETIC", "package:1 core:6 pu:2", 1);
    cpu_set_t before = read_affinity();
    nb_slots *slots = create_or_exit(NBANG_BIND_CORE, 1);
    if (nb_slots_count(slots) != 6 || nb_slots_default_workers(slots) != 6) {
        return 2;
    }
    if (strcmp(nb_slots_reason(slots), "6 physical cores") != 0) {
        return 3;
    }
    if (strcmp(nb_slots_string(slots, 5), "core 5, package 0, NUMA node 0, CPUs 10-11") != 0) {
        return 4;
    }
    if (nb_slots_bind(slots, 5) != NBANG_OK) {
        return 5;
    }
    cpu_set_t after = read_affinity();
    nb_slots_destroy(slots);
    return CPU_EQUAL(&before, &after) ? 0 : 6;
}

Test(bind, synthetic_machine_is_planned_whole_and_never_bound)
{
    run_in_child(plan_a_synthetic_machine);
}

static int look_at_the_environment(void)
{
    unsetenv("HWLOC_PLUGINS_PATH");
    nb_slots_destroy(create_or_exit(NBANG_BIND_CORE, 1));
    if (getenv("HWLOC_PLUGINS_PATH")) {
        return 2;
    }
    setenv("HWLOC_PLUGINS_PATH", "/nonexistent/mine", 1);
    nb_slots_destroy(create_or_exit(NBANG_BIND_CORE, 3));
    const char *value = getenv("HWLOC_PLUGINS_PATH");
    return value && strcmp(value, "/nonexistent/mine") == 0 ? 0 : 4;
}

Test(bind, create_leaves_the_environment_as_it_was)
{
    run_in_child(look_at_the_environment);
}
