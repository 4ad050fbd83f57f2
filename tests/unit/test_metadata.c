/* What records say of program, system and machine. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "measure/metadata.h"
#include "measure/metadata_parts.h"
#include "scratch.h"

TestSuite(metadata, .timeout = 30);

static nb_record make_record(void)
{
    nb_record record;
    cr_assert_eq(nb_record_init(&record), NBANG_OK);
    static const nbang_bind binds[] = {NBANG_BIND_CORE, NBANG_BIND_CORE, NBANG_BIND_PU};
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(
            nb_record_add_point(&record, "strong-1e6-v1", i + 1, binds[i], NBANG_ORDER_CLOSE),
            NBANG_OK);
    }
    return record;
}

/* The type of each member, as in metadata.h: s string, i integer, n number, b boolean, a array,
 * o object; ? before it if it may be null, 0 if it must be. */
static const struct {
    const char *key, *type;
} members[] = {
    {"date", "s"},           {"version", "s"},
    {"git_commit", "?s"},    {"git_dirty", "?b"},
    {"compiler", "s"},       {"compiler_flags", "?s"},
    {"build_type", "?s"},    {"gmp", "s"},
    {"hwloc", "s"},          {"simd", "s"},
    {"kernel", "s"},         {"libc", "s"},
    {"cpu_model", "?s"},     {"num_packages", "i"},
    {"num_numa_nodes", "i"}, {"num_cores", "i"},
    {"num_pus", "i"},        {"threads_per_core", "i"},
    {"cpu_kinds", "a"},      {"caches", "a"},
    {"memory_bytes", "i"},   {"affinity", "s"},
    {"num_usable_pus", "i"}, {"cpu_quota", "?n"},
    {"governor", "?s"},      {"turbo", "?b"},
    {"mhz_per_cpu", "?n"},   {"frequency_scaling", "?b"},
    {"load_avg", "a"},       {"virtualization", "?s"},
    {"fingerprint", "s"},    {"topology", "o"},
    {"clock", "0"},          {"counters", "0"},
    {"noise", "0"},
};

static bool has_type(const json_t *value, const char *type)
{
    if (*type == '0' || (*type == '?' && json_is_null(value))) {
        return json_is_null(value);
    }
    switch (type[*type == '?']) {
    case 's':
        return json_is_string(value) && json_string_length(value) > 0;
    case 'i':
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case 'n':
        return json_is_number(value) && json_number_value(value) > 0;
    case 'b':
        return json_is_boolean(value);
    case 'a':
        return json_is_array(value);
    default:
        return json_is_object(value);
    }
}

Test(metadata, has_every_member_and_no_other)
{
    nb_record record = make_record();
    cr_assert_eq(nb_metadata_fill(&record), NBANG_OK);
    const size_t count = sizeof members / sizeof *members;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(record.metadata, members[i].key);
        cr_assert_not_null(value, "%s is missing", members[i].key);
        cr_expect(has_type(value, members[i].type), "%s is not of its type", members[i].key);
    }
    cr_expect_eq(json_object_size(record.metadata), count);
    nb_record_clear(&record);
}

Test(metadata, names_no_host_and_no_user)
{
    nb_record record = make_record();
    cr_assert_eq(nb_metadata_fill(&record), NBANG_OK);
    char *text = json_dumps(record.metadata, 0);
    char host[256] = "";
    cr_assert_eq(gethostname(host, sizeof host - 1), 0);
    char quoted[300];
    snprintf(quoted, sizeof quoted, "\"%s\"", host);
    cr_expect_null(strstr(text, quoted));
    cr_expect_null(strstr(text, "/home/"));
    free(text);
    nb_record_clear(&record);
}

Test(metadata, lists_the_slots_of_each_placement_once)
{
    nb_record record = make_record();
    cr_assert_eq(nb_metadata_fill(&record), NBANG_OK);
    json_t *topology = json_object_get(record.metadata, "topology");
    json_t *placements = json_object_get(topology, "placements");
    cr_assert_eq(json_array_size(placements), 2);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(placements, 1), "bind")),
                     "pu");
    json_t *slots = json_object_get(json_array_get(placements, 1), "slots");
    const json_int_t usable =
        json_integer_value(json_object_get(record.metadata, "num_usable_pus"));
    cr_expect_eq(json_array_size(slots), (size_t)usable, "bound to a PU, each is a slot");
    cr_expect_eq(json_array_size(json_object_get(json_array_get(slots, 0), "pus")), 1);
    nb_record_clear(&record);
}

/* ---- hardware ---- */

Test(metadata, draws_the_tree_of_the_machine)
{
    nb_hardware_pu pus[] = {
        {.os_index = 0, .core = 0, .package = 0, .node = 0, .efficiency = -1, .usable = true},
        {.os_index = 4, .core = 0, .package = 0, .node = 0, .efficiency = -1},
        {.os_index = 1, .core = 1, .package = 0, .node = 1, .efficiency = -1},
        {.os_index = 2, .core = 2, .package = 1, .node = 2, .efficiency = -1},
    };
    nb_hardware_node nodes[] = {{0, 10}, {1, 20}, {2, 30}};
    const nb_hardware hardware = {
        .pus = pus,
        .num_pus = 4,
        .num_usable_pus = 1,
        .num_cores = 3,
        .num_packages = 2,
        .nodes = nodes,
        .num_nodes = 3,
        .memory_bytes = 60,
    };
    json_t *metadata = json_object();
    cr_assert_eq(nb_metadata_add_hardware(metadata, &hardware), NBANG_OK);
    json_t *packages = json_object_get(json_object_get(metadata, "topology"), "packages");
    char *text = json_dumps(packages, JSON_COMPACT | JSON_SORT_KEYS);
    cr_expect_str_eq(
        text,
        "[{\"numa_nodes\":[{\"cores\":[{\"core\":0,\"efficiency\":null,\"pus\":"
        "[{\"pu\":0,\"usable\":true},{\"pu\":4,\"usable\":false}]}],"
        "\"memory_bytes\":10,\"numa_node\":0},"
        "{\"cores\":[{\"core\":1,\"efficiency\":null,\"pus\":[{\"pu\":1,\"usable\":false}]}],"
        "\"memory_bytes\":20,\"numa_node\":1}],\"package\":0},"
        "{\"numa_nodes\":[{\"cores\":[{\"core\":2,\"efficiency\":null,\"pus\":"
        "[{\"pu\":2,\"usable\":false}]}],\"memory_bytes\":30,\"numa_node\":2}],\"package\":1}]");
    cr_expect_eq(json_integer_value(json_object_get(metadata, "threads_per_core")), 2);
    free(text);
    json_decref(metadata);
}

static void fingerprint_of(char out[NB_FINGERPRINT_SIZE], const char *text)
{
    json_t *metadata = json_loads(text, 0, NULL);
    cr_assert_not_null(metadata);
    cr_assert_eq(nb_metadata_fingerprint(out, metadata), NBANG_OK);
    json_decref(metadata);
}

#define CHIP                                                                                       \
    "\"cpu_model\": \"Chip\", \"num_packages\": 1, \"num_numa_nodes\": 1, \"num_cores\": 2,"       \
    "\"num_pus\": 4, \"threads_per_core\": 2, \"caches\": [{\"type\": \"Unified\", \"level\": 2,"  \
    "\"size_bytes\": 1024, \"num_sharing\": 2}]"

/* By Python: hashlib.sha256(json.dumps(chip, separators=(",", ":"), sort_keys=True).encode()) */
Test(metadata, fingerprint_is_of_the_hardware_alone)
{
    char plain[NB_FINGERPRINT_SIZE], updated[NB_FINGERPRINT_SIZE], other[NB_FINGERPRINT_SIZE];
    fingerprint_of(plain, "{" CHIP ", \"kernel\": \"Linux 6.1\", \"memory_bytes\": 100}");
    fingerprint_of(updated, "{" CHIP ", \"kernel\": \"Linux 6.2\", \"memory_bytes\": 99}");
    cr_expect_str_eq(plain, "2a2dfe4e44c1d6be");
    cr_expect_str_eq(plain, updated);
    fingerprint_of(other, "{" CHIP ", \"cpu_model\": \"Other\"}");
    cr_expect_str_neq(plain, other);
}

/* ---- the system, from made-up files ---- */

static json_t *read_system(const scratch *dir)
{
    json_t *metadata = json_object();
    cr_assert_eq(nb_metadata_add_system(metadata, dir->dir), NBANG_OK);
    return metadata;
}

#define CPU "sys/devices/system/cpu/"

Test(metadata, knows_nothing_of_clocks_without_files)
{
    scratch dir = scratch_create();
    json_t *metadata = read_system(&dir);
    static const char *const keys[] = {"governor", "turbo", "mhz_per_cpu", "frequency_scaling",
                                       "virtualization"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        cr_expect(json_is_null(json_object_get(metadata, keys[i])), "%s", keys[i]);
    }
    json_decref(metadata);
    scratch_remove(&dir);
}

Test(metadata, reads_governor_and_turbo)
{
    scratch dir = scratch_create();
    scratch_put(&dir, CPU "cpu0/cpufreq/scaling_governor", "powersave\n");
    scratch_put(&dir, CPU "cpu0/cpufreq/cpuinfo_max_freq", "4700000\n");
    scratch_put(&dir, CPU "intel_pstate/no_turbo", "1\n");
    scratch_put(&dir, "proc/cpuinfo", "cpu MHz\t\t: 800.000\nflags\t\t: fpu vme\n");
    json_t *metadata = read_system(&dir);
    cr_expect_str_eq(json_string_value(json_object_get(metadata, "governor")), "powersave");
    cr_expect(json_is_true(json_object_get(metadata, "frequency_scaling")));
    cr_expect(json_is_false(json_object_get(metadata, "turbo")));
    cr_expect_eq(json_real_value(json_object_get(metadata, "mhz_per_cpu")), 4700);
    cr_expect_str_eq(json_string_value(json_object_get(metadata, "virtualization")), "none");
    json_decref(metadata);
    scratch_remove(&dir);
}

Test(metadata, reads_boost_and_the_present_clock)
{
    scratch dir = scratch_create();
    scratch_put(&dir, CPU "cpu0/cpufreq/scaling_governor", "performance\n");
    scratch_put(&dir, CPU "cpufreq/boost", "1\n");
    scratch_put(&dir, "proc/cpuinfo", "cpu MHz\t\t: 2300.500\n\ncpu MHz\t\t: 2400.000\n");
    json_t *metadata = read_system(&dir);
    cr_expect(json_is_false(json_object_get(metadata, "frequency_scaling")));
    cr_expect(json_is_true(json_object_get(metadata, "turbo")));
    cr_expect_eq(json_real_value(json_object_get(metadata, "mhz_per_cpu")), 2400);
    json_decref(metadata);
    scratch_remove(&dir);
}
