#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "text_file.h"

/* Writes down each visit as "VERSION:DIR\n". */
static void write_down(void *ctx, const char *dir, int version)
{
    char *log = ctx;
    size_t len = strlen(log);
    snprintf(log + len, 4096 - len, "%d:%s\n", version, dir);
}

static void expect_visits(const char *controller, const char *groups, const char *mounts,
                          const char *visits)
{
    char group_path[TEXT_FILE_PATH_SIZE];
    char mount_path[TEXT_FILE_PATH_SIZE];
    char log[4096] = "";
    text_file(group_path, groups);
    text_file(mount_path, mounts);
    nb_cgroup_visit(controller, group_path, mount_path, write_down, log);
    cr_expect_str_eq(log, visits, "%s of\n%s%s\nvisited:\n%sexpected:\n%s", controller, groups,
                     mounts, log, visits);
}

#define ROOT_FS "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
#define V2_MOUNT "26 22 0:23 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_CPU "30 26 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
#define V1_CPUSET "31 26 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
#define V1_MEMORY "32 26 0:29 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
#define V1_SYSTEMD "33 26 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"

/* ---- one hierarchy ---- */

Test(cgroup, visits_the_group_and_all_above_it)
{
    expect_visits("cpu", "0::/user.slice/user-1000.slice/session-2.scope\n", ROOT_FS V2_MOUNT,
                  "2:/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope\n"
                  "2:/sys/fs/cgroup/user.slice/user-1000.slice\n"
                  "2:/sys/fs/cgroup/user.slice\n"
                  "2:/sys/fs/cgroup\n");
}

Test(cgroup, visits_the_root_group)
{
    expect_visits("memory", "0::/\n", V2_MOUNT, "2:/sys/fs/cgroup\n");
}

Test(cgroup, reads_a_last_line_without_a_newline)
{
    expect_visits("cpu", "0::/a", "26 22 0:23 / /cg rw - cgroup2 cgroup2 rw", "2:/cg/a\n2:/cg\n");
}

Test(cgroup, finds_a_version_1_controller_among_others)
{
    const char *groups = "12:cpuset:/set\n5:cpu,cpuacct:/a/b\n4:memory:/m\n1:name=systemd:/s\n";
    const char *mounts = V1_CPUSET V1_SYSTEMD V1_CPU V1_MEMORY;
    expect_visits("cpu", groups, mounts,
                  "1:/sys/fs/cgroup/cpu,cpuacct/a/b\n1:/sys/fs/cgroup/cpu,cpuacct/a\n"
                  "1:/sys/fs/cgroup/cpu,cpuacct\n");
    expect_visits("cpuacct", groups, mounts,
                  "1:/sys/fs/cgroup/cpu,cpuacct/a/b\n1:/sys/fs/cgroup/cpu,cpuacct/a\n"
                  "1:/sys/fs/cgroup/cpu,cpuacct\n");
    expect_visits("memory", groups, mounts, "1:/sys/fs/cgroup/memory/m\n1:/sys/fs/cgroup/memory\n");
}

Test(cgroup, takes_no_controller_for_another_with_a_similar_name)
{
    expect_visits("cpu", "3:cpuset:/a\n2:cpuacct:/b\n", V1_CPUSET V1_CPU, "");
    expect_visits("set", "3:cpuset:/a\n", V1_CPUSET, "");
    expect_visits("systemd", "1:name=systemd:/a\n", V1_SYSTEMD, "");
}

/* ---- both, or neither ---- */

Test(cgroup, visits_both_hierarchies_of_a_hybrid_system)
{
    expect_visits("memory", "4:memory:/m\n0::/u\n",
                  V1_MEMORY "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
                  "1:/sys/fs/cgroup/memory/m\n1:/sys/fs/cgroup/memory\n"
                  "2:/sys/fs/cgroup/unified/u\n2:/sys/fs/cgroup/unified\n");
}

Test(cgroup, visits_nothing_without_mounts_or_groups)
{
    expect_visits("cpu", "0::/a\n", ROOT_FS, "");
    expect_visits("cpu", "0::/a\n", "", "");
    expect_visits("cpu", "", V2_MOUNT V1_CPU, "");
}

Test(cgroup, passes_over_lines_that_make_no_sense)
{
    const char *groups = "\n0\n0:\n:\n::\n5:cpu\nrubbish\n0::/a\n";
    const char *mounts = "\n - \n - cgroup2\n1 - cgroup2 x rw\n1 2 3 / - cgroup2 x rw\n"
                         "26 22 0:23 / /cg rw cgroup2 cgroup2 rw\n26 22 0:23 / /x rw - cgroup\n"
                         "26 22 0:23 / /cg rw - cgroup2\n";
    expect_visits("cpu", groups, mounts, "2:/cg/a\n2:/cg\n");
}

Test(cgroup, survives_missing_files)
{
    char log[4096] = "";
    char path[TEXT_FILE_PATH_SIZE];
    nb_cgroup_visit("cpu", "/nonexistent/cgroup", "/nonexistent/mountinfo", write_down, log);
    cr_expect_str_eq(log, "");
    text_file(path, V2_MOUNT);
    nb_cgroup_visit("cpu", "/nonexistent/cgroup", path, write_down, log);
    cr_expect_str_eq(log, "");
    text_file(path, "0::/a\n");
    nb_cgroup_visit("cpu", path, "/nonexistent/mountinfo", write_down, log);
    cr_expect_str_eq(log, "");
}

/* ---- containers ---- */

Test(cgroup, visits_what_lies_below_the_root_of_a_bind_mount)
{
    const char *mounts = "26 22 0:23 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
    expect_visits("cpu", "0::/docker/abc\n", mounts, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/docker/abc/init\n", mounts,
                  "2:/sys/fs/cgroup/init\n2:/sys/fs/cgroup\n");
}

Test(cgroup, visits_the_mounted_root_when_the_group_lies_elsewhere)
{
    const char *mounts = "26 22 0:23 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
    expect_visits("cpu", "0::/\n", mounts, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/docker/abcd\n", mounts, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/docker/ab\n", mounts, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/docker\n", mounts, "2:/sys/fs/cgroup\n");
    expect_visits("memory", "4:memory:/x\n",
                  "32 26 0:29 /docker/abc /m rw - cgroup cgroup rw,memory\n", "1:/m\n");
}

Test(cgroup, does_not_climb_out_of_its_namespace)
{
    expect_visits("cpu", "0::/../x\n", V2_MOUNT, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/..\n", V2_MOUNT, "2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/a\n", "26 22 0:23 /.. /cg rw - cgroup2 cgroup rw\n", "2:/cg\n");
    expect_visits("cpu", "0::/../x/y\n", "26 22 0:23 /../x /cg rw - cgroup2 cgroup rw\n",
                  "2:/cg/y\n2:/cg\n");
}

Test(cgroup, prefers_a_mount_that_holds_the_group)
{
    const char *elsewhere = "26 22 0:23 /other /first rw - cgroup2 cgroup rw\n";
    const char *holding = "27 22 0:23 / /second rw - cgroup2 cgroup rw\n";
    char mounts[512];
    snprintf(mounts, sizeof(mounts), "%s%s", elsewhere, holding);
    expect_visits("cpu", "0::/a\n", mounts, "2:/second/a\n2:/second\n");
    snprintf(mounts, sizeof(mounts), "%s%s", holding, elsewhere);
    expect_visits("cpu", "0::/a\n", mounts, "2:/second/a\n2:/second\n");
}

/* ---- odd names ---- */

Test(cgroup, understands_escaped_names)
{
    expect_visits("cpu", "0::/a b\n",
                  "26 22 0:23 / /my\\040cgroup\\011s\\134x rw - cgroup2 cgroup rw\n",
                  "2:/my cgroup\ts\\x/a b\n2:/my cgroup\ts\\x\n");
    expect_visits("cpu", "0::/in a box/g\n",
                  "26 22 0:23 /in\\040a\\040box /cg rw - cgroup2 cgroup rw\n", "2:/cg/g\n2:/cg\n");
    expect_visits("cpu", "0::/\n", "26 22 0:23 / /trailing\\04 rw - cgroup2 cgroup rw\n",
                  "2:/trailing\\04\n");
}

Test(cgroup, takes_colons_and_dots_as_parts_of_a_name)
{
    expect_visits("cpu", "0::/a:b:c/..hidden\n", V2_MOUNT,
                  "2:/sys/fs/cgroup/a:b:c/..hidden\n2:/sys/fs/cgroup/a:b:c\n2:/sys/fs/cgroup\n");
    expect_visits("cpu", "0::/..hidden\n", V2_MOUNT,
                  "2:/sys/fs/cgroup/..hidden\n2:/sys/fs/cgroup\n");
}

/* ---- the machine that the test runs on ---- */

static void expect_directory(void *ctx, const char *dir, int version)
{
    struct stat info;
    (void)ctx;
    cr_expect(version == 1 || version == 2);
    cr_expect_eq(dir[0], '/');
    cr_expect(stat(dir, &info) == 0 && S_ISDIR(info.st_mode), "%s", dir);
}

Test(cgroup, visits_only_directories_on_this_machine)
{
    nb_cgroup_visit("cpu", NULL, NULL, expect_directory, NULL);
    nb_cgroup_visit("memory", NULL, NULL, expect_directory, NULL);
}
