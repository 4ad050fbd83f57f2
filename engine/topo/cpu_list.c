#include "topo/cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* Every stride-th CPU from first to last, both included. */
struct range {
    unsigned first, last, stride;
};

/* The readers below advance *at past what they read. On failure they return what is wrong, as a
 * phrase that is followed by the place, and leave *at there; on success NULL. */

static const char *read_number(unsigned *value, const char **at)
{
    if (!isdigit((unsigned char)**at)) {
        return "expected a number";
    }
    errno = 0;
    char *end;
    unsigned long number = strtoul(*at, &end, 10);
    if (errno == ERANGE || number > INT_MAX) {
        return "the number is too large";
    }
    *value = (unsigned)number;
    *at = end;
    return NULL;
}

/* The part of a range after its first number, which is in place: "-LAST" or "-LAST:STRIDE". */
static const char *read_end_of_range(struct range *range, const char *start, const char **at)
{
    ++*at;
    const char *problem = read_number(&range->last, at);
    if (problem) {
        return problem;
    }
    if (range->last < range->first) {
        *at = start;
        return "the range runs backwards";
    }
    if (**at != ':') {
        return NULL;
    }
    const char *stride = ++*at;
    problem = read_number(&range->stride, at);
    if (!problem && range->stride == 0) {
        *at = stride;
        return "the stride is zero";
    }
    return problem;
}

static const char *read_range(struct range *range, const char **at)
{
    const char *start = *at;
    const char *problem = read_number(&range->first, at);
    if (problem) {
        return problem;
    }
    range->last = range->first;
    range->stride = 1;
    if (**at == '-') {
        problem = read_end_of_range(range, start, at);
    }
    if (!problem && **at != ',' && **at != '\0') {
        problem = "expected a comma";
    }
    return problem;
}

static nb_status report_malformed(const char *text, const char *problem, const char *at,
                                  char *error, size_t error_size)
{
    if (*at) {
        snprintf(error, error_size, "CPU list \"%s\" is malformed: %s at \"%s\"", text, problem,
                 at);
    } else {
        snprintf(error, error_size, "CPU list \"%s\" is malformed: %s at the end", text, problem);
    }
    return NBANG_INVALID;
}

static nb_status report_unavailable(unsigned cpu, hwloc_const_cpuset_t usable, char *error,
                                    size_t error_size)
{
    char *list;
    if (hwloc_bitmap_list_asprintf(&list, usable) < 0) {
        return NBANG_NO_MEMORY;
    }
    snprintf(error, error_size, "CPU %u is not available (usable: %s)", cpu, list);
    free(list);
    return NBANG_INVALID;
}

nb_status nb_cpu_list_parse(hwloc_bitmap_t cpus, const char *text, hwloc_const_cpuset_t usable,
                            char *error, size_t error_size)
{
    const char *at = text;
    for (;;) {
        struct range range;
        const char *problem = read_range(&range, &at);
        if (problem) {
            return report_malformed(text, problem, at, error, error_size);
        }
        /* 64 bits, so that adding the stride cannot overflow. The loop ends at the first CPU that
         * does not exist, so that "0-2000000000" is cheap. */
        for (unsigned long long cpu = range.first; cpu <= range.last; cpu += range.stride) {
            if (!hwloc_bitmap_isset(usable, (unsigned)cpu)) {
                return report_unavailable((unsigned)cpu, usable, error, error_size);
            }
            if (hwloc_bitmap_set(cpus, (unsigned)cpu) < 0) {
                return NBANG_NO_MEMORY;
            }
        }
        if (*at == '\0') {
            return NBANG_OK;
        }
        ++at;
    }
}
