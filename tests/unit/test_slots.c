/* Slots on synthetic machines. */
#include <criterion/criterion.h>
#include <hwloc/cpukinds.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo/slots.h"

TestSuite(slots, .timeout = 30);

/* Two packages of two NUMA nodes of four cores of two PUs: core c has the CPUs 2c and 2c + 1, node
 * m the cores 4m to 4m + 3, package p the nodes 2p and 2p + 1. */
#define SERVER "package:2 numa:2 core:4 pu:2"

/* ---- helpers ---- */

static hwloc_topology_t make_machine(const char *description)
{
    hwloc_topology_t topology;
    cr_assert_eq(hwloc_topology_init(&topology), 0);
    cr_assert_eq(hwloc_topology_set_synthetic(topology, description), 0, "%s", description);
    cr_assert_eq(hwloc_topology_load(topology), 0);
    return topology;
}

static hwloc_bitmap_t make_set(const char *list)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    cr_assert_not_null(set);
    cr_assert_eq(hwloc_bitmap_list_sscanf(set, list), 0);
    return set;
}

static void add_kind(hwloc_topology_t topology, const char *cpus, int efficiency)
{
    hwloc_bitmap_t set = make_set(cpus);
    cr_assert_eq(hwloc_cpukinds_register(topology, set, efficiency, 0, NULL, 0), 0);
    hwloc_bitmap_free(set);
}

/* Slots of a whole topology. */
static nb_slots *make_slots(hwloc_topology_t topology, nbang_bind bind, nbang_order order)
{
    nb_slots *slots = NULL;
    nbang_placement placement = {.bind = bind, .order = order};
    cr_assert_eq(nb_slots_create_from(&slots, topology,
                                      hwloc_topology_get_topology_cpuset(topology), 0, &placement,
                                      NULL, 0),
                 NBANG_OK);
    return slots;
}

/* The CPUs of all slots in order, as "0-1 2-3"; the caller frees. */
static char *list_slots(const nb_slots *slots)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    for (unsigned i = 0; i < nb_slots_count(slots); ++i) {
        char *cpus;
        hwloc_bitmap_list_asprintf(&cpus, nb_slots_cpuset(slots, i));
        fprintf(out, "%s%s", i ? " " : "", cpus);
        free(cpus);
    }
    fclose(out);
    return text;
}

static void expect_slots(const nb_slots *slots, const char *expected)
{
    char *text = list_slots(slots);
    cr_assert_str_eq(text, expected);
    free(text);
}

/* Asserts the slots of a synthetic machine of which `usable` may be used (NULL: all). */
static void expect(const char *machine, const char *usable, nbang_bind bind, nbang_order order,
                   const char *expected)
{
    hwloc_topology_t topology = make_machine(machine);
    hwloc_bitmap_t set =
        usable ? make_set(usable) : hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(topology));
    nbang_placement placement = {.bind = bind, .order = order};
    nb_slots *slots = NULL;
    cr_assert_eq(nb_slots_create_from(&slots, topology, set, 0, &placement, NULL, 0), NBANG_OK);
    expect_slots(slots, expected);
    nb_slots_destroy(slots);
    hwloc_bitmap_free(set);
    hwloc_topology_destroy(topology);
}

/* Asserts the default number of workers and the reason for it. */
static void expect_workers(const char *machine, const char *usable, const char *cpu_list,
                           double quota, unsigned workers, const char *reason)
{
    hwloc_topology_t topology = make_machine(machine);
    hwloc_bitmap_t set = make_set(usable);
    nbang_placement placement = {.cpu_list = cpu_list};
    nb_slots *slots = NULL;
    cr_assert_eq(nb_slots_create_from(&slots, topology, set, quota, &placement, NULL, 0), NBANG_OK);
    cr_assert_eq(nb_slots_default_workers(slots), workers);
    cr_assert_str_eq(nb_slots_reason(slots), reason);
    nb_slots_destroy(slots);
    hwloc_bitmap_free(set);
    hwloc_topology_destroy(topology);
}

/* ---- bindings ---- */

Test(slots, core_is_all_its_usable_pus)
{
    expect("core:4 pu:2", NULL, NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "0-1 2-3 4-5 6-7");
    expect("core:2 pu:4", NULL, NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "0-3 4-7");
}

Test(slots, core_cut_in_half_keeps_the_usable_half)
{
    expect("core:4 pu:2", "1-2,6-7", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "1 2 6-7");
    expect("core:4 pu:2", "1-2,6-7", NBANG_BIND_PU, NBANG_ORDER_CLOSE, "1 2 6 7");
}

Test(slots, pu_takes_first_siblings_before_second_ones)
{
    expect("core:3 pu:2", NULL, NBANG_BIND_PU, NBANG_ORDER_CLOSE, "0 2 4 1 3 5");
    expect("core:2 pu:4", NULL, NBANG_BIND_PU, NBANG_ORDER_CLOSE, "0 4 1 5 2 6 3 7");
    expect("core:3 pu:2", "1-4", NBANG_BIND_PU, NBANG_ORDER_CLOSE, "1 2 4 3");
}

Test(slots, numa_is_a_slot_per_core_as_wide_as_its_node)
{
    expect("numa:2 core:2 pu:2", NULL, NBANG_BIND_NUMA, NBANG_ORDER_CLOSE, "0-3 0-3 4-7 4-7");
    expect("numa:2 core:2 pu:2", NULL, NBANG_BIND_NUMA, NBANG_ORDER_SPREAD, "0-3 4-7 0-3 4-7");
    expect("numa:2 core:2 pu:2", "1-4,7", NBANG_BIND_NUMA, NBANG_ORDER_CLOSE, "1-3 1-3 4,7 4,7");
}

Test(slots, numa_attached_to_the_whole_machine_is_one_node)
{
    expect("[numa] core:2 pu:2", NULL, NBANG_BIND_NUMA, NBANG_ORDER_SPREAD, "0-3 0-3");
}

Test(slots, none_has_as_many_slots_as_cores_and_no_set)
{
    hwloc_topology_t topology = make_machine(SERVER);
    nb_slots *slots = make_slots(topology, NBANG_BIND_NONE, NBANG_ORDER_CLOSE);
    cr_assert_eq(nb_slots_count(slots), 16);
    for (unsigned i = 0; i < 16; ++i) {
        cr_assert_null(nb_slots_cpuset(slots, i));
    }
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, none_keeps_to_the_cpu_list)
{
    hwloc_topology_t topology = make_machine("core:4 pu:1");
    nbang_placement placement = {.bind = NBANG_BIND_NONE, .cpu_list = "1,3"};
    nb_slots *slots = NULL;
    cr_assert_eq(nb_slots_create_from(&slots, topology,
                                      hwloc_topology_get_topology_cpuset(topology), 0, &placement,
                                      NULL, 0),
                 NBANG_OK);
    expect_slots(slots, "1,3 1,3");
    cr_assert_str_eq(nb_slots_string(slots, 0), "any core, CPUs 1,3");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

/* ---- orders ---- */

Test(slots, close_fills_a_package_before_the_next)
{
    expect(SERVER, NULL, NBANG_BIND_CORE, NBANG_ORDER_CLOSE,
           "0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15 16-17 18-19 20-21 22-23 24-25 26-27 28-29 30-31");
    expect(SERVER, "1,8,17,24", NBANG_BIND_PU, NBANG_ORDER_CLOSE, "1 8 17 24");
}

Test(slots, close_follows_the_tree_where_os_indices_interleave)
{
    /* As many servers number their CPUs: even ones in package 0, odd ones in package 1. */
    expect("package:2 core:2 pu:1(indexes=0,2,1,3)", NULL, NBANG_BIND_CORE, NBANG_ORDER_CLOSE,
           "0 2 1 3");
    expect("package:2 core:2 pu:1(indexes=0,2,1,3)", NULL, NBANG_BIND_CORE, NBANG_ORDER_SPREAD,
           "0 1 2 3");
}

Test(slots, spread_alternates_packages_then_nodes_then_cores)
{
    expect(SERVER, NULL, NBANG_BIND_CORE, NBANG_ORDER_SPREAD,
           "0-1 16-17 8-9 24-25 2-3 18-19 10-11 26-27 4-5 20-21 12-13 28-29 6-7 22-23 14-15 30-31");
}

Test(slots, spread_deals_first_siblings_before_second_ones)
{
    expect("package:2 core:2 pu:2", NULL, NBANG_BIND_PU, NBANG_ORDER_SPREAD, "0 4 2 6 1 5 3 7");
}

Test(slots, spread_takes_turns_between_packages_of_different_sizes)
{
    /* Package 0 keeps three cores of node 0 and one of node 1, package 1 two cores of node 3. */
    expect(SERVER, "0,2,4,8,24,26", NBANG_BIND_CORE, NBANG_ORDER_SPREAD, "0 24 8 26 2 4");
}

/* ---- kinds of cores ---- */

Test(slots, faster_cores_come_first_in_both_orders)
{
    hwloc_topology_t topology = make_machine("package:2 core:4 pu:1");
    add_kind(topology, "0-1,4-5", 0);
    add_kind(topology, "2-3,6-7", 1);
    nb_slots *slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_CLOSE);
    expect_slots(slots, "2 3 6 7 0 1 4 5");
    nb_slots_destroy(slots);
    slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_SPREAD);
    expect_slots(slots, "2 6 3 7 0 4 1 5");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, every_first_sibling_comes_before_a_fast_second_one)
{
    hwloc_topology_t topology = make_machine("core:4 pu:2");
    add_kind(topology, "0-3", 0);
    add_kind(topology, "4-7", 1);
    nb_slots *slots = make_slots(topology, NBANG_BIND_PU, NBANG_ORDER_CLOSE);
    expect_slots(slots, "4 6 0 2 5 7 1 3");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, kinds_of_unknown_efficiency_are_equal)
{
    hwloc_topology_t topology = make_machine("core:4 pu:1");
    add_kind(topology, "0-1", -1);
    add_kind(topology, "2-3", -1);
    nb_slots *slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_CLOSE);
    expect_slots(slots, "0 1 2 3");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

/* ---- small and large machines ---- */

Test(slots, one_core_machine_has_one_slot)
{
    static const nbang_bind binds[] = {NBANG_BIND_CORE, NBANG_BIND_PU, NBANG_BIND_NUMA};
    for (size_t i = 0; i < sizeof binds / sizeof *binds; ++i) {
        expect("core:1 pu:1", NULL, binds[i], NBANG_ORDER_CLOSE, "0");
        expect("pu:1", NULL, binds[i], NBANG_ORDER_SPREAD, "0");
    }
    expect_workers("core:1 pu:1", "0", NULL, 0, 1, "1 physical core");
}

Test(slots, pus_without_cores_are_their_own_cores)
{
    expect("package:2 pu:3", NULL, NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "0 1 2 3 4 5");
    expect("package:2 pu:3", NULL, NBANG_BIND_CORE, NBANG_ORDER_SPREAD, "0 3 1 4 2 5");
    expect("pu:3", "0,2", NBANG_BIND_PU, NBANG_ORDER_CLOSE, "0 2");
    expect_workers("pu:3", "0-2", NULL, 0, 3, "3 physical cores");
}

Test(slots, machine_of_512_pus_has_every_one_once)
{
    hwloc_topology_t topology = make_machine("package:2 numa:4 core:32 pu:2");
    nb_slots *slots = make_slots(topology, NBANG_BIND_PU, NBANG_ORDER_SPREAD);
    hwloc_bitmap_t seen = hwloc_bitmap_alloc();
    cr_assert_eq(nb_slots_count(slots), 512);
    cr_assert_eq(nb_slots_default_workers(slots), 256);
    for (unsigned i = 0; i < 512; ++i) {
        cr_assert_eq(hwloc_bitmap_weight(nb_slots_cpuset(slots, i)), 1);
        hwloc_bitmap_or(seen, seen, nb_slots_cpuset(slots, i));
    }
    cr_assert_eq(hwloc_bitmap_weight(seen), 512);
    hwloc_bitmap_free(seen);
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, cpu_indices_above_1024_work)
{
    expect("package:2 core:800 pu:1", "1500-1501", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "1500 1501");
}

Test(slots, usable_pus_that_the_topology_lacks_are_ignored)
{
    expect("core:2 pu:1", "1,7", NBANG_BIND_CORE, NBANG_ORDER_CLOSE, "1");
}

Test(slots, no_usable_pu_is_an_error)
{
    hwloc_topology_t topology = make_machine("core:2 pu:1");
    hwloc_bitmap_t none = hwloc_bitmap_alloc();
    nbang_placement placement = {.bind = NBANG_BIND_CORE};
    nb_slots *slots = NULL;
    char error[128] = "";
    cr_assert_eq(nb_slots_create_from(&slots, topology, none, 0, &placement, error, sizeof error),
                 NBANG_INVALID);
    cr_assert_str_eq(error, "no CPU of this machine may be used");
    cr_assert_null(slots);
    hwloc_bitmap_free(none);
    hwloc_topology_destroy(topology);
}

/* ---- the default number of workers ---- */

Test(slots, default_is_the_usable_physical_cores)
{
    expect_workers("core:2 pu:2", "0-3", NULL, 0, 2, "2 physical cores");
    expect_workers("core:2 pu:2", "0,2", NULL, 0, 2, "2 physical cores");
    expect_workers("core:2 pu:2", "2-3", NULL, 0, 1, "1 of 2 physical cores (affinity)");
    expect_workers("core:4 pu:2", "0-7", "0-3", 0, 2, "2 of 4 physical cores (CPU list)");
    expect_workers("core:4 pu:2", "0-5", "0-3", 0, 2, "2 of 4 physical cores (affinity, CPU list)");
}

Test(slots, quota_is_rounded_down_but_leaves_one)
{
    expect_workers("core:4 pu:1", "0-3", NULL, 0.25, 1, "4 physical cores, CPU quota 0.25");
    expect_workers("core:4 pu:1", "0-3", NULL, 1, 1, "4 physical cores, CPU quota 1");
    expect_workers("core:4 pu:1", "0-3", NULL, 1.5, 1, "4 physical cores, CPU quota 1.5");
    expect_workers("core:4 pu:1", "0-3", NULL, 2.99, 2, "4 physical cores, CPU quota 2.99");
    expect_workers("core:4 pu:1", "0-3", NULL, 3, 3, "4 physical cores, CPU quota 3");
    expect_workers("core:4 pu:1", "0-1", NULL, 1.5, 1,
                   "2 of 4 physical cores (affinity), CPU quota 1.5");
}

Test(slots, quota_that_does_not_limit_is_not_a_reason)
{
    expect_workers("core:4 pu:1", "0-3", NULL, 4, 4, "4 physical cores");
    expect_workers("core:4 pu:1", "0-3", NULL, 64, 4, "4 physical cores");
    expect_workers("core:4 pu:1", "0-3", NULL, 1e30, 4, "4 physical cores");
}

Test(slots, quota_leaves_the_slots_alone)
{
    hwloc_topology_t topology = make_machine("core:4 pu:1");
    nbang_placement placement = {.bind = NBANG_BIND_CORE};
    nb_slots *slots = NULL;
    cr_assert_eq(nb_slots_create_from(&slots, topology,
                                      hwloc_topology_get_topology_cpuset(topology), 2, &placement,
                                      NULL, 0),
                 NBANG_OK);
    expect_slots(slots, "0 1 2 3");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, cores_outside_of_the_cpuset_are_named)
{
    hwloc_topology_t topology;
    hwloc_topology_init(&topology);
    hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    hwloc_topology_set_synthetic(topology, "core:8 pu:1");
    cr_assert_eq(hwloc_topology_load(topology), 0);
    hwloc_bitmap_t allowed = make_set("2-5");
    cr_assert_eq(hwloc_topology_allow(topology, allowed, NULL, HWLOC_ALLOW_FLAG_CUSTOM), 0);
    hwloc_bitmap_t usable = make_set("3-5");
    nbang_placement placement = {.bind = NBANG_BIND_CORE};
    nb_slots *slots = NULL;
    cr_assert_eq(nb_slots_create_from(&slots, topology, allowed, 0, &placement, NULL, 0), NBANG_OK);
    cr_assert_str_eq(nb_slots_reason(slots), "4 of 8 physical cores (cpuset)");
    nb_slots_destroy(slots);
    cr_assert_eq(nb_slots_create_from(&slots, topology, usable, 0, &placement, NULL, 0), NBANG_OK);
    cr_assert_str_eq(nb_slots_reason(slots), "3 of 8 physical cores (cpuset, affinity)");
    cr_assert_str_eq(nb_slots_string(slots, 0), "core 3, NUMA node 0, CPU 3");
    nb_slots_destroy(slots);
    hwloc_bitmap_free(usable);
    hwloc_bitmap_free(allowed);
    hwloc_topology_destroy(topology);
}

/* ---- slots in words ---- */

static void expect_string(const char *machine, nbang_bind bind, unsigned slot, const char *expected)
{
    hwloc_topology_t topology = make_machine(machine);
    nb_slots *slots = make_slots(topology, bind, NBANG_ORDER_CLOSE);
    cr_assert_str_eq(nb_slots_string(slots, slot), expected);
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, strings_name_what_is_bound)
{
    expect_string(SERVER, NBANG_BIND_CORE, 9, "core 9, package 1, NUMA node 2, CPUs 18-19");
    expect_string(SERVER, NBANG_BIND_PU, 25, "core 9, package 1, NUMA node 2, CPU 19");
    expect_string(SERVER, NBANG_BIND_NUMA, 9, "package 1, NUMA node 2, CPUs 16-23");
    expect_string(SERVER, NBANG_BIND_NONE, 9, "not bound, CPUs 0-31");
    expect_string("package:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)", NBANG_BIND_CORE, 3,
                  "core 3, package 0, NUMA node 0, CPUs 3,7");
    expect_string("pu:2", NBANG_BIND_CORE, 1, "core 1, NUMA node 0, CPU 1");
    /* Each package has two memories, as plain and high-bandwidth. */
    expect_string("package:2 [numa] [numa] core:2 pu:1", NBANG_BIND_CORE, 2,
                  "core 2, package 1, NUMA node 2, CPU 2");
}

Test(slots, refused_cpu_list_is_an_error_that_fits_the_buffer)
{
    hwloc_topology_t topology = make_machine("core:2 pu:1");
    hwloc_const_cpuset_t all = hwloc_topology_get_topology_cpuset(topology);
    nbang_placement placement = {.cpu_list = "0,9"};
    nb_slots *slots = NULL;
    char error[64];
    cr_assert_eq(nb_slots_create_from(&slots, topology, all, 0, &placement, error, sizeof error),
                 NBANG_INVALID);
    cr_assert_str_eq(error, "CPU 9 is not available (usable: 0-1)");
    memset(error, '#', sizeof error);
    cr_assert_eq(nb_slots_create_from(&slots, topology, all, 0, &placement, error, 10),
                 NBANG_INVALID);
    cr_assert_str_eq(error, "CPU 9 is ");
    cr_assert_eq(error[10], '#');
    cr_assert_eq(nb_slots_create_from(&slots, topology, all, 0, &placement, NULL, 100),
                 NBANG_INVALID);
    cr_assert_null(slots);
    hwloc_topology_destroy(topology);
}

/* ---- where a pool starts ---- */

/* The starts seen in many tries, as a CPU list; the caller frees. */
static char *list_starts(const nb_slots *slots, unsigned workers)
{
    hwloc_bitmap_t seen = hwloc_bitmap_alloc();
    for (int i = 0; i < 2000; ++i) {
        hwloc_bitmap_set(seen, nb_slots_start(slots, workers, false));
    }
    char *list;
    hwloc_bitmap_list_asprintf(&list, seen);
    hwloc_bitmap_free(seen);
    return list;
}

static void expect_starts(const nb_slots *slots, unsigned workers, const char *expected)
{
    /* Eight values or fewer: one is missed in 2000 tries with a probability below 10^-115. */
    char *list = list_starts(slots, workers);
    cr_assert_str_eq(list, expected, "%u workers: %s", workers, list);
    free(list);
}

Test(slots, start_is_first_if_fixed_or_if_the_pool_fills_the_machine)
{
    hwloc_topology_t topology = make_machine("core:4 pu:2");
    nb_slots *slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_CLOSE);
    for (int i = 0; i < 100; ++i) {
        cr_assert_eq(nb_slots_start(slots, 1, true), 0);
    }
    expect_starts(slots, 4, "0");
    expect_starts(slots, 5, "0");
    expect_starts(slots, 4000000000, "0");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, start_is_any_slot_where_all_are_equal)
{
    hwloc_topology_t topology = make_machine("core:4 pu:2");
    nb_slots *slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_CLOSE);
    expect_starts(slots, 1, "0-3");
    expect_starts(slots, 3, "0-3");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, start_keeps_a_small_pool_on_fast_cores)
{
    hwloc_topology_t topology = make_machine("core:6 pu:1");
    add_kind(topology, "0-1", 0);
    add_kind(topology, "2-5", 1);
    nb_slots *slots = make_slots(topology, NBANG_BIND_CORE, NBANG_ORDER_CLOSE);
    expect_starts(slots, 1, "0-3");
    expect_starts(slots, 3, "0-1");
    expect_starts(slots, 4, "0");
    expect_starts(slots, 5, "0");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, start_keeps_a_small_pool_on_first_siblings)
{
    hwloc_topology_t topology = make_machine("core:4 pu:2");
    nb_slots *slots = make_slots(topology, NBANG_BIND_PU, NBANG_ORDER_CLOSE);
    expect_starts(slots, 2, "0-2");
    expect_starts(slots, 4, "0");
    expect_starts(slots, 6, "0");
    nb_slots_destroy(slots);
    hwloc_topology_destroy(topology);
}

Test(slots, destroy_takes_null)
{
    nb_slots_destroy(NULL);
}
