/* The memory budget, from made-up control groups and real resource limits. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/budget.h"
#include "scratch.h"

#define MIB (UINT64_C(1024) * 1024)
#define GROUP_REASON "memory limit of the control group"

static scratch root;

static void set_up(void)
{
    root = scratch_create();
}

static void tear_down(void)
{
    scratch_remove(&root);
}

TestSuite(budget, .init = set_up, .fini = tear_down, .timeout = 20);

/* Writes a file below the root, making directories. */
__attribute__((format(printf, 2, 3))) static void put(const char *path, const char *format, ...)
{
    char full[256];
    snprintf(full, sizeof(full), "%s/%s", root.dir, path);
    for (char *slash = full + strlen(root.dir) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(full, 0700);
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file, "%s", full);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    cr_assert_eq(fclose(file), 0);
}

/* Version 2 at ROOT/v2, version 1 with the memory controller at ROOT/v1; this process is in
 * /outer/job of both. */
static void put_mounts(void)
{
    put("cgroup", "5:memory:/outer/job\n0::/outer/job\n");
    put("mountinfo",
        "31 23 0:28 / %s/v2 rw - cgroup2 cgroup2 rw\n"
        "32 23 0:29 / %s/v1 rw - cgroup cgroup rw,memory\n",
        root.dir, root.dir);
}

static nb_budget read_budget(uint64_t max_memory_bytes)
{
    char cgroup[128];
    char mountinfo[128];
    nb_budget budget;
    nb_budget_read(&budget, max_memory_bytes, scratch_path(&root, cgroup, "cgroup"),
                   scratch_path(&root, mountinfo, "mountinfo"));
    return budget;
}

/* What is left of `bytes` when the reserve is taken. */
static uint64_t less_reserve(uint64_t bytes)
{
    uint64_t reserve = bytes / 16 > 32 * MIB ? bytes / 16 : 32 * MIB;
    return bytes > reserve ? bytes - reserve : 0;
}

/* ---- the user's own limit ---- */

Test(budget, users_limit_takes_the_place_of_all_others)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 100ULL * MIB);
    nb_budget budget = read_budget(UINT64_C(1) << 50);
    cr_expect_eq(budget.total_bytes, UINT64_C(1) << 50);
    cr_expect_str_eq(budget.reason, "--max-memory");
    budget = read_budget(1);
    cr_expect_eq(budget.total_bytes, 1);
}

/* ---- without control groups ---- */

Test(budget, machine_without_groups_gives_what_is_available)
{
    put("cgroup", "%s", "");
    put("mountinfo", "%s", "");
    nb_budget budget = read_budget(0);
    cr_expect_str_eq(budget.reason, "available memory");
    cr_expect_gt(budget.total_bytes, MIB);
    uint64_t physical_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    cr_expect_lt(budget.total_bytes, physical_bytes);
}

Test(budget, files_that_are_not_there_are_no_limit)
{
    nb_budget budget = read_budget(0);
    cr_expect_str_eq(budget.reason, "available memory");
}

/* ---- version 2 ---- */

Test(budget, v2_is_the_limit_less_what_is_used_and_a_reserve)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 500ULL * MIB);
    nb_budget budget = read_budget(0);
    cr_expect_str_eq(budget.reason, GROUP_REASON);
    cr_expect_eq(budget.total_bytes, less_reserve(500 * MIB), "nothing is known of its use");

    put("v2/outer/job/memory.current", "%llu\n", 300ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(200 * MIB));
}

Test(budget, v2_page_cache_that_can_be_dropped_is_not_used)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 500ULL * MIB);
    put("v2/outer/job/memory.current", "%llu\n", 300ULL * MIB);
    put("v2/outer/job/memory.stat",
        "anon 1\nfile 2\nactive_file %llu\ninactive_file_x 7\ninactive_file %llu\nslab 9\n",
        400ULL * MIB, 250ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(450 * MIB));
    /* More reclaimable than used, as the two are read one after the other. */
    put("v2/outer/job/memory.stat", "inactive_file %llu\n", 999ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(500 * MIB));
}

Test(budget, v2_max_is_no_limit)
{
    put_mounts();
    put("v2/outer/job/memory.max", "max\n");
    put("v2/outer/memory.max", "max\n");
    cr_expect_str_eq(read_budget(0).reason, "available memory");
}

Test(budget, v2_ancestors_count)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 500ULL * MIB);
    put("v2/outer/memory.max", "%llu\n", 400ULL * MIB);
    put("v2/outer/memory.current", "%llu\n", 250ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(150 * MIB));
}

Test(budget, group_that_is_full_leaves_nothing)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 500ULL * MIB);
    put("v2/outer/job/memory.current", "%llu\n", 501ULL * MIB);
    nb_budget budget = read_budget(0);
    cr_expect_eq(budget.total_bytes, 0);
    cr_expect_str_eq(budget.reason, GROUP_REASON);
    put("v2/outer/job/memory.current", "%llu\n", 470ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, 0, "less than the reserve");
}

Test(budget, large_limits_keep_a_sixteenth)
{
    put_mounts();
    put("v2/outer/job/memory.max", "%llu\n", 1600ULL * MIB);
    cr_expect_leq(read_budget(0).total_bytes, 1500 * MIB);
}

/* ---- version 1 ---- */

Test(budget, v1_counts_as_well)
{
    put_mounts();
    put("v1/outer/job/memory.limit_in_bytes", "%llu\n", 500ULL * MIB);
    put("v1/outer/job/memory.usage_in_bytes", "%llu\n", 300ULL * MIB);
    put("v1/outer/job/memory.stat", "inactive_file 5\ntotal_inactive_file %llu\n", 100ULL * MIB);
    nb_budget budget = read_budget(0);
    cr_expect_eq(budget.total_bytes, less_reserve(300 * MIB));
    cr_expect_str_eq(budget.reason, GROUP_REASON);
}

Test(budget, v1_without_limit_says_so_with_a_huge_number)
{
    put_mounts();
    put("v1/outer/job/memory.limit_in_bytes", "9223372036854771712\n");
    put("v1/outer/job/memory.usage_in_bytes", "1000\n");
    cr_expect_str_eq(read_budget(0).reason, "available memory");
}

Test(budget, tightest_of_both_versions_counts)
{
    put_mounts();
    put("v1/outer/job/memory.limit_in_bytes", "%llu\n", 300ULL * MIB);
    put("v2/outer/memory.max", "%llu\n", 200ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(200 * MIB));
    put("v1/outer/job/memory.limit_in_bytes", "%llu\n", 100ULL * MIB);
    cr_expect_eq(read_budget(0).total_bytes, less_reserve(100 * MIB));
}

Test(budget, rubbish_is_no_limit)
{
    static const char *const texts[] = {"", "\n", "unlimited\n", "999999999999999999999999\n"};
    put_mounts();
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        put("v2/outer/job/memory.max", "%s", texts[i]);
        cr_expect_str_eq(read_budget(0).reason, "available memory", "\"%s\"", texts[i]);
    }
}

/* ---- limits of one process ---- */

/* process_bytes in a child under a limit, in MiB rounded down; 255: none. */
static int process_mib_under(__rlimit_resource_t resource, uint64_t limit_bytes)
{
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        const struct rlimit limit = {.rlim_cur = limit_bytes, .rlim_max = RLIM_INFINITY};
        nb_budget budget;
        if (setrlimit(resource, &limit) != 0) {
            _exit(254);
        }
        nb_budget_read(&budget, 1000 * MIB, NULL, NULL);
        uint64_t mib = budget.process_bytes / MIB;
        _exit(budget.process_bytes == UINT64_MAX ? 255 : mib < 250 ? (int)mib : 250);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Bytes of address space (field 0 of /proc/self/statm) or of data (field 5) in use. */
static uint64_t in_use(int field)
{
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert_not_null(file);
    unsigned long long pages = 0;
    for (int i = 0; i <= field; i++) {
        cr_assert_eq(fscanf(file, "%llu", &pages), 1);
    }
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

Test(budget, process_without_limits_has_none)
{
    cr_expect_eq(process_mib_under(RLIMIT_AS, RLIM_INFINITY), 255);
}

Test(budget, process_limit_counts_beside_the_users_own)
{
    static const struct {
        __rlimit_resource_t resource;
        int field;
    } cases[] = {{RLIMIT_AS, 0}, {RLIMIT_DATA, 5}};
    for (size_t i = 0; i < 2; i++) {
        uint64_t used_bytes = in_use(cases[i].field);
        /* Of 200 MiB more than is in use, most is left; a margin is kept for stacks and caches. */
        int mib = process_mib_under(cases[i].resource, used_bytes + 200 * MIB);
        cr_expect(mib >= 150 && mib < 200, "%d MiB", mib);
        cr_expect_eq(process_mib_under(cases[i].resource, used_bytes + MIB), 0);
    }
}
