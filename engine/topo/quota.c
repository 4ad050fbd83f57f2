/* Where quotas are found: /proc/self/cgroup names this process's group in each cgroup hierarchy,
 * /proc/self/mountinfo says where hierarchies are mounted, and from which group downwards: inside
 * of a container that is often the container's own group. A quota anywhere on the way from the
 * group up to the mounted root limits the process, so the tightest counts. */
#include "topo/quota.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one group ---- */

/* The stricter of two quotas, of which 0 is none. */
static double tightest(double a, double b)
{
    if (a <= 0 || b <= 0)
        return a > b ? a : b;
    return a < b ? a : b;
}

/* Reads up to two numbers from dir/name, and returns how many there are; 0 if it says "max" or
 * cannot be read. */
static int read_numbers(double numbers[2], const char *dir, const char *name)
{
    char *path, line[128];
    int found = 0;
    if (asprintf(&path, "%s/%s", dir, name) < 0)
        return 0;
    FILE *file = fopen(path, "re");
    free(path);
    if (!file)
        return 0;
    if (fgets(line, sizeof line, file))
        for (char *at = line, *end; found < 2; at = end) {
            numbers[found] = strtod(at, &end);
            if (end == at)
                break;
            ++found;
        }
    fclose(file);
    return found;
}

static double divide_quota(double quota_us, double period_us)
{
    return quota_us > 0 && period_us > 0 ? quota_us / period_us : 0;
}

static double read_quota_v2(const char *dir)
{
    double numbers[2];
    return read_numbers(numbers, dir, "cpu.max") == 2 ? divide_quota(numbers[0], numbers[1]) : 0;
}

static double read_quota_v1(const char *dir)
{
    double quota[2], period[2];
    if (read_numbers(quota, dir, "cpu.cfs_quota_us") < 1 ||
        read_numbers(period, dir, "cpu.cfs_period_us") < 1)
        return 0;
    return divide_quota(quota[0], period[0]); /* a quota of -1 means none */
}

/* ---- a group and its ancestors ---- */

/* One of the two kinds of hierarchy that can hold CPU quotas. */
struct hierarchy {
    double (*read_quota)(const char *dir);
    char *group;       /* path of the process's group in it; NULL if it is in none */
    bool visible;      /* the group lies below one of the mounts seen so far */
    double quota;      /* tightest quota of the group and its ancestors */
    double root_quota; /* tightest quota of the roots of the other mounts */
};

/* The quota of the group `below` (empty or with a leading slash) under a mount point, and of the
 * groups between the two, both ends included. */
static double read_quota_upwards(const struct hierarchy *hierarchy, const char *mount_point,
                                 const char *below)
{
    char *dir;
    double quota = 0;
    if (asprintf(&dir, "%s%s", mount_point, below) < 0)
        return 0;
    for (size_t root_len = strlen(mount_point);;) {
        quota = tightest(quota, hierarchy->read_quota(dir));
        if (strlen(dir) <= root_len)
            break;
        *strrchr(dir, '/') = '\0';
    }
    free(dir);
    return quota;
}

/* The part of the path `group` below `root`, empty if they are the same; NULL if the group lies
 * elsewhere. Paths that climb out of a cgroup namespace ("/../other") lie elsewhere. */
static const char *path_below(const char *group, const char *root)
{
    size_t root_len = strcmp(root, "/") == 0 ? 0 : strlen(root);
    const char *below = group + root_len;
    if (strncmp(group, root, root_len) != 0 || strncmp(below, "/..", 3) == 0)
        return NULL;
    if (strcmp(below, "/") == 0)
        return "";
    return *below == '\0' || *below == '/' ? below : NULL;
}

static void visit_mount(struct hierarchy *hierarchy, const char *root, const char *mount_point)
{
    if (!hierarchy->group)
        return;
    const char *below = path_below(hierarchy->group, root);
    if (below) {
        hierarchy->visible = true;
        hierarchy->quota =
            tightest(hierarchy->quota, read_quota_upwards(hierarchy, mount_point, below));
    } else {
        hierarchy->root_quota =
            tightest(hierarchy->root_quota, read_quota_upwards(hierarchy, mount_point, ""));
    }
}

/* In a container whose /proc does not fit its mounts, the root of what is mounted is most likely
 * the container's own group, or one above it. */
static double conclude(const struct hierarchy *hierarchy)
{
    return hierarchy->visible ? hierarchy->quota : hierarchy->root_quota;
}

/* ---- the two files ---- */

static bool has_word(const char *comma_list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = comma_list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

/* A line of /proc/self/cgroup: "ID:CONTROLLERS:GROUP", without controllers for v2. */
static void read_group(struct hierarchy *v1, struct hierarchy *v2, char *line)
{
    char *group = line;
    const char *id = strsep(&group, ":");
    const char *controllers = strsep(&group, ":");
    if (!group)
        return;
    struct hierarchy *hierarchy = NULL;
    if (strcmp(id, "0") == 0 && *controllers == '\0')
        hierarchy = v2;
    else if (has_word(controllers, "cpu"))
        hierarchy = v1;
    if (hierarchy && !hierarchy->group)
        hierarchy->group = strdup(group);
}

/* Undoes the kernel's "\040" for blanks and the like, in place. */
static void unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in; ++out) {
        unsigned code;
        if (in[0] == '\\' && strspn(in + 1, "01234567") >= 3) {
            code = (unsigned)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
            *out = (char)code;
            in += 4;
        } else {
            *out = *in++;
        }
    }
    *out = '\0';
}

/* A line of /proc/self/mountinfo: "ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS [TAGS…] - TYPE SOURCE
 * SUPER_OPTIONS". */
static void read_mount(struct hierarchy *v1, struct hierarchy *v2, char *line)
{
    char *tail = strstr(line, " - ");
    if (!tail)
        return;
    *tail = '\0';
    tail += strlen(" - ");
    const char *type = strsep(&tail, " ");
    strsep(&tail, " ");
    const char *super_options = tail ? tail : "";

    for (int i = 0; i < 3; ++i)
        strsep(&line, " ");
    char *root = strsep(&line, " ");
    char *mount_point = strsep(&line, " ");
    if (!mount_point)
        return;
    unescape(root);
    unescape(mount_point);
    if (strcmp(type, "cgroup2") == 0)
        visit_mount(v2, root, mount_point);
    else if (strcmp(type, "cgroup") == 0 && has_word(super_options, "cpu"))
        visit_mount(v1, root, mount_point);
}

static void read_lines(const char *path, struct hierarchy *v1, struct hierarchy *v2,
                       void (*read_line)(struct hierarchy *, struct hierarchy *, char *))
{
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_line(v1, v2, line);
    }
    free(line);
    fclose(file);
}

double nb_quota_cpus(const char *proc_cgroup, const char *mountinfo)
{
    struct hierarchy v1 = {.read_quota = read_quota_v1};
    struct hierarchy v2 = {.read_quota = read_quota_v2};
    read_lines(proc_cgroup ? proc_cgroup : "/proc/self/cgroup", &v1, &v2, read_group);
    read_lines(mountinfo ? mountinfo : "/proc/self/mountinfo", &v1, &v2, read_mount);
    free(v1.group);
    free(v2.group);
    return tightest(conclude(&v1), conclude(&v2));
}
