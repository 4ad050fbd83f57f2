#include "topo/quota.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cgroup.h"
#include "base/io.h"

/* The stricter of two quotas, of which 0 is none. */
static double tightest(double a, double b)
{
    if (a <= 0 || b <= 0) {
        return a > b ? a : b;
    }
    return a < b ? a : b;
}

/* Reads up to two numbers from dir/name, and returns how many there are; 0 if it says "max" or
 * cannot be read. */
static int read_numbers(double numbers[2], const char *dir, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", dir, name) < 0) {
        return 0;
    }
    char text[128];
    nb_status status = nb_io_read_text(path, text, sizeof(text));
    free(path);
    int found = 0;
    char *end = text;
    for (char *at = text; status == NBANG_OK && found < 2; at = end, found++) {
        numbers[found] = strtod(at, &end);
        if (end == at) {
            break;
        }
    }
    return found;
}

/* A quota of "max" or -1 means none. */
static double divide_quota(double quota_us, double period_us)
{
    return quota_us > 0 && period_us > 0 ? quota_us / period_us : 0;
}

static double read_quota(const char *dir, int version)
{
    double quota[2];
    double period[2];
    if (version == 2) {
        return read_numbers(quota, dir, "cpu.max") == 2 ? divide_quota(quota[0], quota[1]) : 0;
    }
    if (read_numbers(quota, dir, "cpu.cfs_quota_us") < 1 || quota[0] <= 0 ||
        read_numbers(period, dir, "cpu.cfs_period_us") < 1) {
        return 0;
    }
    return divide_quota(quota[0], period[0]);
}

static void visit_group(void *ctx, const char *dir, int version)
{
    double *quota = ctx;
    *quota = tightest(*quota, read_quota(dir, version));
}

double nb_quota_cpus(const char *proc_cgroup, const char *mountinfo)
{
    double quota = 0;
    nb_cgroup_visit("cpu", proc_cgroup, mountinfo, visit_group, &quota);
    return quota;
}
