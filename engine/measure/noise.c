#include "measure/noise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cgroup.h"
#include "base/clock.h"
#include "base/io.h"

/* Shares of the CPU time, in percent, that are worth a word: medians of interleaved runs bear
 * less. */
#define STEAL_WORTH_SAYING 1.0
#define LOAD_WORTH_SAYING 5.0

/* Half of the interquartile range, in percent of the median. */
#define SPREAD_WORTH_SAYING 5.0

#define LEAST_TIME_NS (NB_NS_PER_S / 2)

/* ---- reading ---- */

/* The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; what guests
 * take is part of user. See proc(5). */
static void read_cpu_times(nb_noise_mark *mark, const char *root)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/proc/stat", root);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    char line[512] = "";
    const bool found = fgets(line, sizeof(line), file) != NULL && strncmp(line, "cpu ", 4) == 0;
    fclose(file);
    const long per_second = sysconf(_SC_CLK_TCK);
    if (!found || per_second <= 0) {
        return;
    }
    const uint64_t tick_ns = NB_NS_PER_S / (uint64_t)per_second;
    char *at = line + 4;
    for (int i = 0; i < 8; i++) {
        const uint64_t time_ns = strtoull(at, &at, 10) * tick_ns;
        const bool is_idle = i == 3 || i == 4;
        const bool is_steal = i == 7;
        mark->total_ns += time_ns;
        mark->busy_ns += is_idle || is_steal ? 0 : time_ns;
        mark->steal_ns += is_steal ? time_ns : 0;
    }
}

static uint64_t own_time_ns(void)
{
    uint64_t sum = 0;
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (int i = 0; i < 2; i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) == 0) {
            sum += nb_clock_timeval_ns(usage.ru_utime) + nb_clock_timeval_ns(usage.ru_stime);
        }
    }
    return sum;
}

/* Adds the number in a file to a sum, which is unknown as long as there was none. */
static bool add_count(uint64_t *sum, const char *path)
{
    char text[64];
    if (nb_io_read_text(path, text, sizeof(text)) != NBANG_OK) {
        return false;
    }
    *sum = (*sum == NB_NOISE_UNKNOWN ? 0 : *sum) + strtoull(text, NULL, 10);
    return true;
}

static uint64_t read_thermal_throttles(const char *root)
{
    uint64_t sum = NB_NOISE_UNKNOWN;
    const long count = sysconf(_SC_NPROCESSORS_CONF);
    for (long cpu = 0; cpu < count; cpu++) {
        char path[512];
        snprintf(path, sizeof(path),
                 "%s/sys/devices/system/cpu/cpu%ld/thermal_throttle/core_throttle_count", root,
                 cpu);
        if (!add_count(&sum, path)) {
            break; /* the others have none either */
        }
    }
    return sum;
}

/* Adds nr_throttled of a control group's cpu.stat (both versions have it). */
static void visit_group(void *ctx, const char *dir, int version)
{
    (void)version;
    uint64_t *sum = ctx;
    char *path;
    if (asprintf(&path, "%s/cpu.stat", dir) < 0) {
        return;
    }
    char text[4096];
    const nb_status status = nb_io_read_text(path, text, sizeof(text));
    free(path);
    const char *found = status == NBANG_OK ? strstr(text, "nr_throttled ") : NULL;
    if (found != NULL) {
        *sum = (*sum == NB_NOISE_UNKNOWN ? 0 : *sum) +
               strtoull(found + strlen("nr_throttled "), NULL, 10);
    }
}

void nb_noise_mark_now(nb_noise_mark *mark, const char *root)
{
    *mark = (nb_noise_mark){
        .own_ns = own_time_ns(),
        .thermal_throttles = read_thermal_throttles(root),
        .quota_throttles = NB_NOISE_UNKNOWN,
    };
    nb_cgroup_visit("cpu", NULL, NULL, visit_group, &mark->quota_throttles);
    read_cpu_times(mark, root);
}

/* ---- what happened in between ---- */

/* Counters may start again, as when a CPU comes back. */
static uint64_t growth(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

static json_t *count_or_null(uint64_t before, uint64_t after)
{
    const bool is_known = before != NB_NOISE_UNKNOWN && after != NB_NOISE_UNKNOWN;
    return is_known ? json_integer((json_int_t)growth(before, after)) : json_null();
}

static json_t *share_or_null(uint64_t part_ns, uint64_t total_ns)
{
    return total_ns < LEAST_TIME_NS ? json_null()
                                    : json_real(100 * (double)part_ns / (double)total_ns);
}

json_t *nb_noise_between(const nb_noise_mark *before, const nb_noise_mark *after)
{
    const uint64_t total_ns = growth(before->total_ns, after->total_ns);
    const uint64_t busy_ns = growth(before->busy_ns, after->busy_ns);
    const uint64_t own_ns = growth(before->own_ns, after->own_ns);
    return json_pack(
        "{s:o, s:o, s:o, s:o}", "steal_percent",
        share_or_null(growth(before->steal_ns, after->steal_ns), total_ns), "other_load_percent",
        share_or_null(growth(own_ns, busy_ns), total_ns), "thermal_throttles",
        count_or_null(before->thermal_throttles, after->thermal_throttles), "quota_throttles",
        count_or_null(before->quota_throttles, after->quota_throttles));
}

/* Appends a sentence made of `format`, which takes one number. */
__attribute__((format(printf, 2, 0))) static nb_status append(json_t *sentences, const char *format,
                                                              double number)
{
    char text[160];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof(text), format, number);
#pragma GCC diagnostic pop
    return json_array_append_new(sentences, json_string(text)) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

nb_status nb_noise_describe(json_t *sentences, const json_t *noise)
{
    static const struct {
        const char *key;
        double worth_saying;
        const char *format;
    } rules[] = {
        {"steal_percent", STEAL_WORTH_SAYING,
         "The hypervisor gave %.1f %% of the CPU time to other machines meanwhile."},
        {"other_load_percent", LOAD_WORTH_SAYING,
         "Other programs took %.0f %% of the CPU time meanwhile."},
        {"thermal_throttles", 1, "Cores were slowed down for heat %.0f times meanwhile."},
        {"quota_throttles", 1, "The CPU quota of this control group was used up %.0f times."},
    };
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        const double value = json_number_value(json_object_get(noise, rules[i].key));
        if (value >= rules[i].worth_saying) {
            nb_status status = append(sentences, rules[i].format, value);
            if (status != NBANG_OK) {
                return status;
            }
        }
    }
    return NBANG_OK;
}

nb_status nb_noise_describe_spread(json_t *sentences, const nb_analysis *analysis)
{
    const nb_point_result *worst = NULL;
    size_t count = 0;
    for (size_t i = 0; i < analysis->num_points; i++) {
        const nb_point_result *result = &analysis->points[i];
        if (result->runs >= NB_POINT_MIN_RUNS && 100 * result->spread >= SPREAD_WORTH_SAYING) {
            worst = worst == NULL || result->spread > worst->spread ? result : worst;
            count++;
        }
    }
    if (worst == NULL) {
        return NBANG_OK;
    }
    char name[NB_POINT_NAME_SIZE];
    char others[64] = "";
    char text[NB_POINT_NAME_SIZE + 192];
    if (count > 1) {
        snprintf(others, sizeof(others), ", and those of %zu other point%s by %.0f %% or more",
                 count - 1, count == 2 ? "" : "s", SPREAD_WORTH_SAYING);
    }
    snprintf(text, sizeof(text),
             "The runs of %s spread by %.0f %% around their median%s: something disturbed them.",
             nb_point_name(name, worst->point), 100 * worst->spread, others);
    return json_array_append_new(sentences, json_string(text)) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

/* ---- limits ---- */

nb_status nb_noise_describe_limits(json_t *sentences, const nb_record *record)
{
    unsigned most_workers = 0;
    size_t few_slots = 0;
    for (size_t i = 0; i < record->num_points; i++) {
        const nb_point *point = &record->points[i];
        const size_t slots = nb_record_slots(record, point);
        most_workers = point->workers > most_workers ? point->workers : most_workers;
        if (slots > 0 && point->workers > slots && (few_slots == 0 || slots < few_slots)) {
            few_slots = slots;
        }
    }
    nb_status status = NBANG_OK;
    if (few_slots > 0) {
        status = append(sentences,
                        "With more than %.0f workers several share a place, which makes none of "
                        "them faster.",
                        (double)few_slots);
    }
    const double quota = json_number_value(json_object_get(record->metadata, "cpu_quota"));
    if (status == NBANG_OK && quota > 0 && quota < most_workers) {
        status = append(sentences,
                        "This control group has a quota of %.4g CPUs: more workers than that are "
                        "held up by it.",
                        quota);
    }
    return status;
}
