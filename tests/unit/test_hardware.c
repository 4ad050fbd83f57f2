/* Hardware as read from synthetic machines. */
#include <criterion/criterion.h>
#include <hwloc/cpukinds.h>
#include <string.h>

#include "topo/hardware.h"

TestSuite(hardware, .timeout = 30);

static hwloc_topology_t make_machine(const char *description)
{
    hwloc_topology_t topology;
    cr_assert_eq(hwloc_topology_init(&topology), 0);
    cr_assert_eq(hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL), 0);
    cr_assert_eq(hwloc_topology_set_synthetic(topology, description), 0, "%s", description);
    cr_assert_eq(hwloc_topology_load(topology), 0);
    return topology;
}

static nb_hardware read_machine(hwloc_topology_t topology, const char *usable)
{
    nb_hardware hardware;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    cr_assert_eq(hwloc_bitmap_list_sscanf(set, usable), 0);
    cr_assert_eq(nb_hardware_read_from(&hardware, topology, set), NBANG_OK);
    hwloc_bitmap_free(set);
    return hardware;
}

Test(hardware, counts_what_is_there)
{
    hwloc_topology_t topology =
        make_machine("package:2 numa:2(memory=1073741824) l3:1(size=33554432) core:2 pu:2");
    nb_hardware hardware = read_machine(topology, "0-15");
    cr_expect_eq(hardware.num_packages, 2);
    cr_expect_eq(hardware.num_nodes, 4);
    cr_expect_eq(hardware.num_cores, 8);
    cr_expect_eq(hardware.num_pus, 16);
    cr_expect_eq(hardware.num_usable_pus, 16);
    cr_expect_eq(hardware.memory_bytes, UINT64_C(4) << 30);
    cr_expect_str_eq(hardware.affinity, "0-15");
    cr_expect_null(hardware.cpu_model, "a synthetic machine has none");
    cr_expect_eq(hardware.num_kinds, 0);
    nb_hardware_clear(&hardware);
    hwloc_topology_destroy(topology);
}

Test(hardware, places_every_pu)
{
    hwloc_topology_t topology = make_machine("package:2 numa:2 core:2 pu:2");
    nb_hardware hardware = read_machine(topology, "3,5");
    cr_assert_eq(hardware.num_pus, 16);
    for (unsigned i = 0; i < 16; i++) {
        const nb_hardware_pu *pu = &hardware.pus[i];
        cr_expect_eq(pu->os_index, i);
        cr_expect_eq(pu->core, i / 2);
        cr_expect_eq(pu->node, (int)i / 4);
        cr_expect_eq(pu->package, (int)i / 8);
        cr_expect_eq(pu->usable, i == 3 || i == 5);
    }
    cr_expect_eq(hardware.num_usable_pus, 2);
    cr_expect_str_eq(hardware.affinity, "3,5");
    nb_hardware_clear(&hardware);
    hwloc_topology_destroy(topology);
}

Test(hardware, names_each_kind_of_cache_once)
{
    hwloc_topology_t topology =
        make_machine("package:2 l3:1(size=33554432) l2:4(size=1048576) l1i:1(size=32768) "
                     "l1d:1(size=49152) core:1 pu:2");
    nb_hardware hardware = read_machine(topology, "0-15");
    static const nb_hardware_cache expected[] = {
        {"Data", 1, 49152, 2},
        {"Instruction", 1, 32768, 2},
        {"Unified", 2, 1048576, 2},
        {"Unified", 3, 33554432, 8},
    };
    cr_assert_eq(hardware.num_caches, 4);
    for (int i = 0; i < 4; i++) {
        cr_expect_str_eq(hardware.caches[i].type, expected[i].type);
        cr_expect_eq(hardware.caches[i].level, expected[i].level);
        cr_expect_eq(hardware.caches[i].size_bytes, expected[i].size_bytes);
        cr_expect_eq(hardware.caches[i].num_sharing, expected[i].num_sharing);
    }
    nb_hardware_clear(&hardware);
    hwloc_topology_destroy(topology);
}

Test(hardware, ranks_kinds_of_cores)
{
    hwloc_topology_t topology = make_machine("core:4 pu:1");
    for (int i = 0; i < 2; i++) {
        hwloc_bitmap_t set = hwloc_bitmap_alloc();
        hwloc_bitmap_set_range(set, i ? 1 : 0, i ? 3 : 0);
        cr_assert_eq(hwloc_cpukinds_register(topology, set, i ? 10 : 20, 0, NULL, 0), 0);
        hwloc_bitmap_free(set);
    }
    nb_hardware hardware = read_machine(topology, "0-3");
    cr_assert_eq(hardware.num_kinds, 2);
    cr_expect_eq(hardware.kinds[0].num_pus, 3, "the slow ones come first");
    cr_expect_lt(hardware.kinds[0].efficiency, hardware.kinds[1].efficiency);
    cr_expect_eq(hardware.pus[0].efficiency, hardware.kinds[1].efficiency);
    cr_expect_eq(hardware.pus[1].efficiency, hardware.kinds[0].efficiency);
    nb_hardware_clear(&hardware);
    hwloc_topology_destroy(topology);
}

Test(hardware, reads_this_machine)
{
    nb_hardware hardware;
    cr_assert_eq(nb_hardware_read(&hardware), NBANG_OK);
    cr_expect_geq(hardware.num_pus, hardware.num_usable_pus);
    cr_expect_geq(hardware.num_usable_pus, 1);
    cr_expect_geq(hardware.num_pus, hardware.num_cores);
    cr_expect_gt(hardware.memory_bytes, 0);
    nb_hardware_clear(&hardware);
}
