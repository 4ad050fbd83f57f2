/* The machine in a report: its packages, NUMA nodes, cores and CPUs as nested boxes with the places
 * of the workers, and the tables of everything else that the record knows. A record may come from
 * elsewhere, so nothing is taken for granted: what is missing is "unknown". */
#include <string.h>

#include "measure/report_parts.h"

/* ---- topology ---- */

static void write_index(FILE *out, const char *what, const json_t *index)
{
    if (json_is_integer(index)) {
        fprintf(out, "<span class=\"what\">%s %" JSON_INTEGER_FORMAT "</span>", what,
                json_integer_value(index));
    } else {
        fprintf(out, "<span class=\"what\">%s</span>", what);
    }
}

static bool has_pu(const json_t *slot, json_int_t pu)
{
    const json_t *pus = json_object_get(slot, "pus");
    for (size_t i = 0; i < json_array_size(pus); i++) {
        if (json_integer_value(json_array_get(pus, i)) == pu) {
            return true;
        }
    }
    return false;
}

/* Writes the workers that may run on a CPU, as "0" or "0-31,40". */
static void write_workers(FILE *out, const json_t *slots, json_int_t pu)
{
    const size_t count = json_array_size(slots);
    size_t first = 0;
    bool is_any = false;
    bool was_here = false;
    for (size_t i = 0; i <= count; i++) {
        const bool is_here = i < count && has_pu(json_array_get(slots, i), pu);
        if (is_here && !was_here) {
            first = i;
        } else if (!is_here && was_here) {
            fprintf(out, first + 1 < i ? "%s%zu–%zu" : "%s%zu",
                    is_any ? ", " : "<b title=\"worker\">", first, i - 1);
            is_any = true;
        }
        was_here = is_here;
    }
    fputs(is_any ? "</b>" : "", out);
}

static void write_core(FILE *out, const json_t *core, const json_t *slots)
{
    const json_t *pus = json_object_get(core, "pus");
    fputs("<li class=\"core\">", out);
    write_index(out, "core", json_object_get(core, "core"));
    fputs("<ul>", out);
    for (size_t i = 0; i < json_array_size(pus); i++) {
        const json_t *pu = json_array_get(pus, i);
        const json_t *index = json_object_get(pu, "pu");
        const bool is_usable = !json_is_false(json_object_get(pu, "usable"));
        fprintf(out, "<li class=\"pu%s\">", is_usable ? "" : " closed");
        write_index(out, "CPU", index);
        write_workers(out, slots, json_integer_value(index));
        fputs("</li>", out);
    }
    fputs("</ul></li>\n", out);
}

static void write_node(FILE *out, const json_t *node, const json_t *slots)
{
    const json_t *cores = json_object_get(node, "cores");
    const json_t *memory = json_object_get(node, "memory_bytes");
    char size[NB_FIGURE_SIZE];
    fputs("<li class=\"node\">", out);
    write_index(out, "NUMA node", json_object_get(node, "numa_node"));
    if (json_is_integer(memory)) {
        fprintf(out, " <span class=\"what\">%s</span>",
                nb_figure_bytes(size, (uint64_t)json_integer_value(memory)));
    }
    fputs("<ul>\n", out);
    for (size_t i = 0; i < json_array_size(cores); i++) {
        write_core(out, json_array_get(cores, i), slots);
    }
    fputs("</ul></li>\n", out);
}

/* The machine with the workers of one placement. */
static void write_tree(FILE *out, const json_t *packages, const json_t *slots)
{
    fputs("<ul class=\"machine\">\n", out);
    for (size_t i = 0; i < json_array_size(packages); i++) {
        const json_t *package = json_array_get(packages, i);
        const json_t *nodes = json_object_get(package, "numa_nodes");
        fputs("<li class=\"package\">", out);
        write_index(out, "package", json_object_get(package, "package"));
        fputs("<ul>\n", out);
        for (size_t j = 0; j < json_array_size(nodes); j++) {
            write_node(out, json_array_get(nodes, j), slots);
        }
        fputs("</ul></li>\n", out);
    }
    fputs("</ul>\n", out);
}

void nb_report_topology(FILE *out, const json_t *topology)
{
    const json_t *packages = json_object_get(topology, "packages");
    const json_t *placements = json_object_get(topology, "placements");
    if (json_array_size(packages) == 0) {
        fputs("<p class=\"missing\">The topology of this machine is unknown.</p>\n", out);
        return;
    }
    fputs("<p class=\"note\">The filled figures are the workers, in the order in which they are "
          "placed: a run with two workers has the workers 0 and 1.</p>\n",
          out);
    for (size_t i = 0; i < json_array_size(placements); i++) {
        const json_t *placement = json_array_get(placements, i);
        const char *bind = json_string_value(json_object_get(placement, "bind"));
        const char *order = json_string_value(json_object_get(placement, "order"));
        fputs("<figure><figcaption>Placed with <code>--bind=", out);
        nb_markup_text(out, bind != NULL ? bind : "?");
        fputs(" --order=", out);
        nb_markup_text(out, order != NULL ? order : "?");
        fputs("</code></figcaption>\n", out);
        write_tree(out, packages, json_object_get(placement, "slots"));
        fputs("</figure>\n", out);
    }
    if (json_array_size(placements) == 0) {
        write_tree(out, packages, NULL);
    }
}

/* ---- metadata ---- */

/* Writes a member's name with blanks, as "one core mhz". */
static void write_key(FILE *out, const char *key)
{
    char name[64];
    snprintf(name, sizeof(name), "%s", key);
    for (char *c = name; (c = strchr(c, '_')) != NULL;) {
        *c = ' ';
    }
    nb_markup_text(out, name);
}

/* Writes a value for people: null as unknown, objects as their members, arrays with commas. */
static void write_value(FILE *out, const json_t *value)
{
    const char *key;
    json_t *member;
    size_t i = 0;
    if (json_is_string(value)) {
        nb_markup_text(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        fprintf(out, "%.4g", json_real_value(value));
    } else if (json_is_boolean(value)) {
        fputs(json_is_true(value) ? "yes" : "no", out);
    } else if (json_is_array(value) && json_array_size(value) > 0) {
        json_array_foreach(value, i, member)
        {
            fputs(i == 0 ? "" : json_is_object(member) ? "; " : ", ", out);
            write_value(out, member);
        }
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, member)
        {
            fputs(i++ == 0 ? "" : ", ", out);
            write_key(out, key);
            fputc(' ', out);
            write_value(out, member);
        }
    } else {
        fputs(json_is_array(value) ? "none" : "<span class=\"missing\">unknown</span>", out);
    }
}

static void write_bytes(FILE *out, const json_t *value)
{
    char text[NB_FIGURE_SIZE];
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        fputs(nb_figure_bytes(text, (uint64_t)json_integer_value(value)), out);
    } else {
        write_value(out, value);
    }
}

/* "L1 data 32 KiB; L2 1 MiB, shared by 2" */
static void write_caches(FILE *out, const json_t *caches)
{
    for (size_t i = 0; i < json_array_size(caches); i++) {
        const json_t *cache = json_array_get(caches, i);
        const char *type = json_string_value(json_object_get(cache, "type"));
        const json_int_t sharing = json_integer_value(json_object_get(cache, "num_sharing"));
        fprintf(out, "%sL%" JSON_INTEGER_FORMAT " ", i == 0 ? "" : "; ",
                json_integer_value(json_object_get(cache, "level")));
        if (type != NULL && strcmp(type, "Unified") != 0) {
            nb_markup_text(out, type);
            fputc(' ', out);
        }
        write_bytes(out, json_object_get(cache, "size_bytes"));
        if (sharing > 1) {
            fprintf(out, " for %" JSON_INTEGER_FORMAT " CPUs", sharing);
        }
    }
    if (json_array_size(caches) == 0) {
        write_value(out, NULL);
    }
}

/* Null means that there is none. */
static void write_quota(FILE *out, const json_t *quota)
{
    if (json_is_null(quota)) {
        fputs("none", out);
    } else {
        write_value(out, quota);
    }
}

/* "2996 MHz with one core at work, 2890 MHz with all"; the sentence about it is elsewhere. */
static void write_clock(FILE *out, const json_t *clock)
{
    const json_t *one = json_object_get(clock, "one_core_mhz");
    const json_t *all = json_object_get(clock, "all_cores_mhz");
    if (json_is_number(one) && json_is_number(all)) {
        fprintf(out, "%.0f MHz with one core at work, %.0f MHz with all", json_number_value(one),
                json_number_value(all));
    } else {
        write_value(out, clock);
    }
}

/* The order and the names of what is known to be in a record; `write` is NULL for write_value. */
static const struct {
    const char *key;
    const char *name;
    void (*write)(FILE *out, const json_t *value);
} entries[] = {
    {"date", "date", NULL},
    {"version", "nbang version", NULL},
    {"git_commit", "commit", NULL},
    {"git_dirty", "with changes since the commit", NULL},
    {"compiler", "compiler", NULL},
    {"compiler_flags", "compiler flags", NULL},
    {"build_type", "build type", NULL},
    {"gmp", "GMP", NULL},
    {"hwloc", "hwloc", NULL},
    {"simd", "SIMD variant", NULL},
    {"kernel", "kernel", NULL},
    {"libc", "C library", NULL},
    {"cpu_model", "CPU model", NULL},
    {"num_packages", "packages", NULL},
    {"num_numa_nodes", "NUMA nodes", NULL},
    {"num_cores", "physical cores", NULL},
    {"threads_per_core", "threads per core", NULL},
    {"num_pus", "CPUs", NULL},
    {"num_usable_pus", "usable CPUs", NULL},
    {"affinity", "affinity", NULL},
    {"cpu_quota", "CPU quota of the cgroup", write_quota},
    {"cpu_kinds", "kinds of cores", NULL},
    {"caches", "caches", write_caches},
    {"memory_bytes", "memory", write_bytes},
    {"governor", "frequency governor", NULL},
    {"turbo", "turbo", NULL},
    {"frequency_scaling", "frequency scaling", NULL},
    {"mhz_per_cpu", "MHz of a CPU", NULL},
    {"clock", "measured clock", write_clock},
    {"virtualization", "virtualisation", NULL},
    {"load_avg", "load average before (1, 5, 15 min)", NULL},
    {"noise", "noise", NULL},
    {"counters", "hardware counters", NULL},
    {"fingerprint", "fingerprint of the hardware", NULL},
};
#define NUM_ENTRIES (sizeof(entries) / sizeof(*entries))

static bool is_listed(const char *key)
{
    for (size_t i = 0; i < NUM_ENTRIES; i++) {
        if (strcmp(entries[i].key, key) == 0) {
            return true;
        }
    }
    return strcmp(key, "topology") == 0; /* has been drawn */
}

void nb_report_metadata(FILE *out, const json_t *metadata)
{
    const char *key;
    json_t *value;
    fputs("<div class=\"scroll\"><table class=\"facts\">\n<tbody>\n", out);
    for (size_t i = 0; i < NUM_ENTRIES; i++) {
        fprintf(out, "<tr><th scope=\"row\">%s</th><td>", entries[i].name);
        value = json_object_get(metadata, entries[i].key);
        (entries[i].write != NULL ? entries[i].write : write_value)(out, value);
        fputs("</td></tr>\n", out);
    }
    json_object_foreach((json_t *)metadata, key, value)
    {
        if (!is_listed(key)) {
            fputs("<tr><th scope=\"row\">", out);
            write_key(out, key);
            fputs("</th><td>", out);
            write_value(out, value);
            fputs("</td></tr>\n", out);
        }
    }
    fputs("</tbody></table></div>\n", out);
}
