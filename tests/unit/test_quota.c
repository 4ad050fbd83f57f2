/* CPU quotas, read from made-up /proc files and cgroup directories. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "topo/quota.h"

/* A directory with the files "cgroup" and "mountinfo", and whatever groups a test adds. */
static char root[] = "/tmp/nbang-quota-XXXXXX";

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static void make_root(void)
{
    cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
    cr_assert_eq(nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

TestSuite(quota, .init = make_root, .fini = remove_root, .timeout = 10);

/* Writes root/path, making the directories above it; "ROOT" in the text becomes the root. */
static void put(const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *slash = full + sizeof root; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(full, 0700);
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file, "cannot write %s", full);
    for (const char *mark; (mark = strstr(text, "ROOT")); text = mark + 4) {
        fprintf(file, "%.*s%s", (int)(mark - text), text, root);
    }
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

static double quota(void)
{
    char cgroup[512], mountinfo[512];
    snprintf(cgroup, sizeof cgroup, "%s/cgroup", root);
    snprintf(mountinfo, sizeof mountinfo, "%s/mountinfo", root);
    return nb_quota_cpus(cgroup, mountinfo);
}

#define V2_MOUNT "31 23 0:28 / ROOT/v2 rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT "32 31 0:29 / ROOT/v1 rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"

/* ---- version 2 ---- */

Test(quota, v2_is_quota_over_period)
{
    put("cgroup", "0::/job\n");
    put("mountinfo", V2_MOUNT);
    put("v2/job/cpu.max", "150000 100000\n");
    cr_assert_eq(quota(), 1.5);
    put("v2/job/cpu.max", "20000 40000\n");
    cr_assert_eq(quota(), 0.5);
}

Test(quota, v2_max_is_no_quota)
{
    put("cgroup", "0::/job\n");
    put("mountinfo", V2_MOUNT);
    put("v2/job/cpu.max", "max 100000\n");
    cr_assert_eq(quota(), 0);
}

Test(quota, v2_root_group_without_cpu_max_is_no_quota)
{
    put("cgroup", "0::/\n");
    put("mountinfo", V2_MOUNT);
    cr_assert_eq(quota(), 0);
}

Test(quota, v2_takes_the_tightest_of_the_ancestors)
{
    put("cgroup", "0::/outer/middle/job\n");
    put("mountinfo", V2_MOUNT);
    put("v2/outer/cpu.max", "400000 100000\n");
    put("v2/outer/middle/cpu.max", "300000 100000\n");
    put("v2/outer/middle/job/cpu.max", "max 100000\n");
    cr_assert_eq(quota(), 3);
    put("v2/outer/cpu.max", "200000 100000\n");
    cr_assert_eq(quota(), 2);
    put("v2/outer/middle/job/cpu.max", "100000 100000\n");
    cr_assert_eq(quota(), 1);
}

Test(quota, v2_ignores_groups_beside_the_path)
{
    put("cgroup", "0::/outer/job\n");
    put("mountinfo", V2_MOUNT);
    put("v2/outer/other/cpu.max", "100000 100000\n");
    put("v2/outer/jo/cpu.max", "100000 100000\n");
    put("v2/outer/job/below/cpu.max", "100000 100000\n");
    put("v2/outer/job/cpu.max", "700000 100000\n");
    cr_assert_eq(quota(), 7);
}

Test(quota, group_names_may_hold_colons_and_mount_points_blanks)
{
    put("cgroup", "0::/machine:a/b c\n");
    put("mountinfo", "31 23 0:28 / ROOT/my\\040mount\\134x rw - cgroup2 none rw\n");
    put("my mount\\x/machine:a/b c/cpu.max", "250000 100000\n");
    cr_assert_eq(quota(), 2.5);
}

/* ---- version 1 and hybrids ---- */

Test(quota, v1_is_quota_over_period)
{
    put("cgroup", "4:memory:/elsewhere\n3:cpu,cpuacct:/job\n");
    put("mountinfo", V1_MOUNT);
    put("v1/job/cpu.cfs_quota_us", "125000\n");
    put("v1/job/cpu.cfs_period_us", "50000\n");
    cr_assert_eq(quota(), 2.5);
}

Test(quota, v1_minus_one_is_no_quota_and_ancestors_count)
{
    put("cgroup", "3:cpuacct,cpu:/outer/job\n");
    put("mountinfo", V1_MOUNT);
    put("v1/outer/job/cpu.cfs_quota_us", "-1\n");
    put("v1/outer/job/cpu.cfs_period_us", "100000\n");
    cr_assert_eq(quota(), 0);
    put("v1/outer/cpu.cfs_quota_us", "400000\n");
    put("v1/outer/cpu.cfs_period_us", "100000\n");
    cr_assert_eq(quota(), 4);
}

Test(quota, v1_hierarchies_of_other_controllers_do_not_count)
{
    put("cgroup", "5:cpuset:/job\n3:cpuacct:/job\n1:name=cpu:/job\n");
    put("mountinfo", V1_MOUNT "33 31 0:30 / ROOT/set rw - cgroup cgroup rw,cpuset\n");
    for (const char *const *dir = (const char *const[]){"v1", "set", NULL}; *dir; ++dir) {
        char path[128];
        snprintf(path, sizeof path, "%s/job/cpu.cfs_quota_us", *dir);
        put(path, "100000\n");
        snprintf(path, sizeof path, "%s/job/cpu.cfs_period_us", *dir);
        put(path, "100000\n");
    }
    cr_assert_eq(quota(), 0);
}

Test(quota, hybrid_takes_the_tightest_of_both_versions)
{
    put("cgroup", "3:cpu:/one\n0::/two\n");
    put("mountinfo", V1_MOUNT V2_MOUNT);
    put("v1/one/cpu.cfs_quota_us", "300000\n");
    put("v1/one/cpu.cfs_period_us", "100000\n");
    cr_assert_eq(quota(), 3);
    put("v2/two/cpu.max", "500000 100000\n");
    cr_assert_eq(quota(), 3);
    put("v2/two/cpu.max", "200000 100000\n");
    cr_assert_eq(quota(), 2);
}

/* ---- containers: mounts of a part of the hierarchy ---- */

Test(quota, path_is_taken_relative_to_the_mounted_root)
{
    put("cgroup", "0::/docker/abc/inner\n");
    put("mountinfo", "31 23 0:28 /docker/abc ROOT/v2 ro - cgroup2 cgroup rw\n");
    put("v2/inner/cpu.max", "300000 100000\n");
    cr_assert_eq(quota(), 3);
    put("v2/cpu.max", "200000 100000\n");
    cr_assert_eq(quota(), 2);
}

Test(quota, mounted_root_may_be_the_group_itself)
{
    put("cgroup", "0::/docker/abc\n");
    put("mountinfo", "31 23 0:28 /docker/abc ROOT/v2 ro - cgroup2 cgroup rw\n");
    put("v2/cpu.max", "200000 100000\n");
    cr_assert_eq(quota(), 2);
}

Test(quota, namespaced_root_group_has_a_quota)
{
    put("cgroup", "0::/\n");
    put("mountinfo", V2_MOUNT);
    put("v2/cpu.max", "600000 100000\n");
    cr_assert_eq(quota(), 6);
}

Test(quota, group_outside_of_every_mount_falls_back_to_the_mounted_root)
{
    put("mountinfo", "31 23 0:28 /docker/abc ROOT/v2 ro - cgroup2 cgroup rw\n");
    put("v2/cpu.max", "200000 100000\n");
    put("cgroup", "0::/\n");
    cr_assert_eq(quota(), 2);
    put("cgroup", "0::/docker/abcd\n");
    cr_assert_eq(quota(), 2);
}

Test(quota, group_outside_of_the_namespace_does_not_climb_out_of_the_mount)
{
    put("cgroup", "0::/../other\n");
    put("mountinfo", V2_MOUNT);
    put("other/cpu.max", "100000 100000\n");
    put("v2/cpu.max", "400000 100000\n");
    cr_assert_eq(quota(), 4);
}

Test(quota, mount_of_a_foreign_part_does_not_count_beside_a_proper_one)
{
    put("cgroup", "0::/job\n");
    put("mountinfo", "30 23 0:28 /foreign ROOT/part rw - cgroup2 cgroup rw\n" V2_MOUNT);
    put("part/cpu.max", "100000 100000\n");
    put("v2/job/cpu.max", "300000 100000\n");
    cr_assert_eq(quota(), 3);
}

/* ---- nothing to read ---- */

Test(quota, missing_files_are_no_quota)
{
    cr_assert_eq(quota(), 0);
    put("cgroup", "0::/job\n");
    cr_assert_eq(quota(), 0);
}

Test(quota, rubbish_is_no_quota)
{
    put("cgroup", "\nno colons\n1:\n0::/job\n");
    put("mountinfo", "\nshort line\n31 23 - cgroup2\n31 23 0:28 / - cgroup2 x rw\n" V2_MOUNT);
    put("v2/job/cpu.max", "");
    cr_assert_eq(quota(), 0);
    put("v2/job/cpu.max", "100000\n");
    cr_assert_eq(quota(), 0);
    put("v2/job/cpu.max", "100000 0\n");
    cr_assert_eq(quota(), 0);
    put("v2/job/cpu.max", "100000 100000\n");
    cr_assert_eq(quota(), 1, "the rubbish hides the good line");
}

Test(quota, reads_this_process_by_default)
{
    /* Whatever the machine grants, it is the same by both names. */
    cr_assert_eq(nb_quota_cpus(NULL, NULL),
                 nb_quota_cpus("/proc/self/cgroup", "/proc/self/mountinfo"));
    cr_assert_geq(nb_quota_cpus(NULL, NULL), 0);
}
