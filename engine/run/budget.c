#include "run/budget.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/io.h"

#define MIB (UINT64_C(1024) * 1024)

/* Kept free of what is available: a sixteenth, for the page cache and for other programs. */
#define RESERVE_SHARE 16
#define MIN_RESERVE_BYTES (32 * MIB)

/* What a worker maps in the course of its work besides the number itself: stacks, arenas, caches.
 */
#define PROCESS_RESERVE_BYTES (24 * MIB)

/* ---- small files ---- */

/* The number that `text` starts with, after blanks, and what follows it (end may be NULL). False
 * if there is none. */
static bool parse_value(uint64_t *value, const char *text, const char **end)
{
    char *behind;
    errno = 0;
    unsigned long long found = strtoull(text, &behind, 10);
    if (behind == text || errno != 0) {
        return false;
    }
    *value = found;
    if (end != NULL) {
        *end = behind;
    }
    return true;
}

/* The number behind `key` in a text of "key value" lines; false if there is none. */
static bool find_value(uint64_t *value, const char *text, const char *key)
{
    size_t key_len = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, key_len) == 0 && line[key_len] != '\0' &&
            strchr(" :\t", line[key_len]) != NULL) {
            return parse_value(value, line + key_len + 1, NULL);
        }
    }
    return false;
}

/* The number that is the whole of dir/name; false if it says "max" or is not there. */
static bool read_value(uint64_t *value, const char *dir, const char *name)
{
    char path[4096];
    char text[64];
    if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path) ||
        nb_io_read_text(path, text, sizeof(text)) != NBANG_OK) {
        return false;
    }
    return parse_value(value, text, NULL);
}

/* ---- sources of limits ---- */

/* What the machine has, and the least that a group was found to allow. */
typedef struct memory_limits {
    uint64_t physical_bytes; /* UINT64_MAX if unknown */
    uint64_t available_bytes;
    uint64_t group_bytes;
} memory_limits;

/* What a group still allows: its limit less what its processes use and cannot be made to give
 * back (page cache that has not been touched lately can). A limit that is not below what the
 * machine has, as the huge number that means none, cannot be the tightest: what the group uses is
 * not available either. */
static void visit_group(void *ctx, const char *dir, int version)
{
    memory_limits *limits = ctx;
    uint64_t limit;
    if (!read_value(&limit, dir, version == 2 ? "memory.max" : "memory.limit_in_bytes") ||
        limit >= limits->physical_bytes) {
        return;
    }
    uint64_t used = 0;
    uint64_t reclaimable = 0;
    bool known = read_value(&used, dir, version == 2 ? "memory.current" : "memory.usage_in_bytes");
    char path[4096];
    char stat[16384];
    if (known && snprintf(path, sizeof(path), "%s/memory.stat", dir) < (int)sizeof(path) &&
        nb_io_read_text(path, stat, sizeof(stat)) == NBANG_OK) {
        (void)find_value(&reclaimable, stat,
                         version == 2 ? "inactive_file" : "total_inactive_file");
    }
    used -= reclaimable < used ? reclaimable : used;
    uint64_t left = limit > used ? limit - used : 0;
    limits->group_bytes = left < limits->group_bytes ? left : limits->group_bytes;
}

static void read_machine(memory_limits *limits)
{
    char text[8192];
    uint64_t kib;
    if (nb_io_read_text("/proc/meminfo", text, sizeof(text)) != NBANG_OK) {
        return;
    }
    if (find_value(&kib, text, "MemTotal")) {
        limits->physical_bytes = kib * 1024;
    }
    if (find_value(&kib, text, "MemAvailable")) {
        limits->available_bytes = kib * 1024;
    }
}

/* The soft limit; UINT64_MAX if there is none. */
static uint64_t resource_limit(__rlimit_resource_t resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return UINT64_MAX;
    }
    return limit.rlim_cur;
}

/* What a resource limit leaves to a process that has `used_bytes` of it already. */
static uint64_t left_of_limit(uint64_t limit_bytes, uint64_t used_bytes)
{
    if (limit_bytes == UINT64_MAX) {
        return UINT64_MAX;
    }
    used_bytes += PROCESS_RESERVE_BYTES;
    return limit_bytes > used_bytes ? limit_bytes - used_bytes : 0;
}

/* What one more process like this one may allocate. */
static uint64_t process_memory(void)
{
    uint64_t as_limit = resource_limit(RLIMIT_AS);
    uint64_t data_limit = resource_limit(RLIMIT_DATA);
    if (as_limit == UINT64_MAX && data_limit == UINT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t total_pages = 0;
    uint64_t data_pages = 0;
    char text[256];
    if (nb_io_read_text("/proc/self/statm", text, sizeof(text)) == NBANG_OK) {
        /* total, resident, shared, text, library, data: see proc(5) */
        uint64_t pages[6] = {0};
        const char *at = text;
        for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
            (void)parse_value(&pages[i], at, &at);
        }
        total_pages = pages[0];
        data_pages = pages[5];
    }
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t as = left_of_limit(as_limit, total_pages * page);
    uint64_t data = left_of_limit(data_limit, data_pages * page);
    return as < data ? as : data;
}

void nb_budget_read(nb_budget *budget, uint64_t max_memory_bytes, const char *proc_cgroup,
                    const char *mountinfo)
{
    *budget = (nb_budget){.process_bytes = process_memory()};
    if (max_memory_bytes > 0) {
        budget->total_bytes = max_memory_bytes;
        budget->reason = "--max-memory";
        return;
    }
    memory_limits limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
    read_machine(&limits);
    nb_cgroup_visit("memory", proc_cgroup, mountinfo, visit_group, &limits);
    bool is_group = limits.group_bytes < limits.available_bytes;
    budget->reason = is_group ? "memory limit of the control group" : "available memory";
    uint64_t total = is_group ? limits.group_bytes : limits.available_bytes;
    uint64_t reserve = total / RESERVE_SHARE;
    reserve = reserve > MIN_RESERVE_BYTES ? reserve : MIN_RESERVE_BYTES;
    budget->total_bytes = total > reserve ? total - reserve : 0;
}
