/* The state of the system as metadata: what the kernel says of itself, of clocks and of limits. */
#include <gnu/libc-version.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/io.h"
#include "measure/metadata_parts.h"
#include "topo/quota.h"

enum { TEXT_SIZE = 128 };

/* Reads the first line of root/path; false if there is none. */
static bool read_line(char out[TEXT_SIZE], const char *root, const char *path)
{
    char full[512];
    const int len = snprintf(full, sizeof(full), "%s%s", root, path);
    if (len < 0 || (size_t)len >= sizeof(full) ||
        nb_io_read_text(full, out, TEXT_SIZE) != NBANG_OK) {
        return false;
    }
    out[strcspn(out, "\n")] = '\0';
    return out[0] != '\0';
}

/* Reads a number; -1 if there is none. */
static double read_number(const char *root, const char *path)
{
    char text[TEXT_SIZE];
    char *end = text;
    const double number = read_line(text, root, path) ? strtod(text, &end) : -1;
    return end > text && number >= 0 ? number : -1;
}

/* ---- /proc/cpuinfo ---- */

typedef struct cpuinfo {
    double mhz;         /* the highest "cpu MHz"; -1: none */
    bool has_flags;     /* it lists the CPU's features, as on x86 */
    bool is_hypervised; /* and "hypervisor" is one of them */
} cpuinfo;

static void read_cpuinfo(cpuinfo *info, const char *root)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
    *info = (cpuinfo){.mhz = -1};
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) > 0) {
        const char *colon = strchr(line, ':');
        if (colon != NULL && strncmp(line, "cpu MHz", 7) == 0) {
            const double mhz = strtod(colon + 1, NULL);
            info->mhz = mhz > 0 && mhz > info->mhz ? mhz : info->mhz;
        }
        if (colon != NULL && strncmp(line, "flags", 5) == 0) {
            info->has_flags = true;
            info->is_hypervised |= strstr(colon, " hypervisor") != NULL;
        }
    }
    free(line);
    fclose(file);
}

/* ---- virtualisation ---- */

/* Who runs this virtual machine, by what leaf 0x40000000 of CPUID says. "unknown" if that is no
 * name that is known; NULL if there is no such instruction. */
static const char *hypervisor_name(void)
{
#if defined(__x86_64__)
    static const char *const names[][2] = {
        {"KVMKVMKVM", "kvm"},     {"Microsoft Hv", "hyperv"},    {"VMwareVMware", "vmware"},
        {"XenVMMXenVMM", "xen"},  {"TCGTCGTCGTCG", "qemu"},      {"bhyve bhyve ", "bhyve"},
        {"ACRNACRNACRN", "acrn"}, {" lrpepyh  vr", "parallels"}, {"VBoxVBoxVBox", "virtualbox"},
    };
    unsigned registers[4];
    __cpuid(0x40000000, registers[0], registers[1], registers[2], registers[3]);
    char signature[13] = "";
    memcpy(signature, &registers[1], 12);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(names[i][0], signature) == 0) {
            return names[i][1];
        }
    }
    return "unknown";
#else
    return NULL;
#endif
}

static json_t *virtualization(const cpuinfo *info, const char *root)
{
    char text[TEXT_SIZE];
    if (info->has_flags) {
        return nb_metadata_text(info->is_hypervised ? hypervisor_name() : "none");
    }
    const bool is_known = read_line(text, root, "/sys/hypervisor/type") ||
                          read_line(text, root, "/proc/device-tree/hypervisor/compatible");
    return is_known ? nb_metadata_text(text) : json_null();
}

/* ---- clocks ---- */

/* The governor of all cores, or "mixed" if they differ. */
static bool read_governor(char out[TEXT_SIZE], const char *root)
{
    const long count = sysconf(_SC_NPROCESSORS_CONF);
    bool found = false;
    for (long cpu = 0; cpu < count; cpu++) {
        char path[TEXT_SIZE];
        char text[TEXT_SIZE];
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%ld/cpufreq/scaling_governor",
                 cpu);
        if (!read_line(text, root, path)) {
            continue;
        }
        snprintf(out, TEXT_SIZE, "%s", found && strcmp(out, text) != 0 ? "mixed" : text);
        found = true;
    }
    return found;
}

static json_t *turbo(const char *root)
{
    const double off = read_number(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    if (off >= 0) {
        return json_boolean(off == 0);
    }
    const double on = read_number(root, "/sys/devices/system/cpu/cpufreq/boost");
    return on >= 0 ? json_boolean(on > 0) : json_null();
}

static json_t *mhz_per_cpu(const cpuinfo *info, const char *root)
{
    const double khz = read_number(root, "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
    const double mhz = khz > 0 ? khz / 1000 : info->mhz;
    return mhz > 0 ? json_real(mhz) : json_null();
}

/* ---- the rest ---- */

static json_t *kernel(void)
{
    struct utsname names;
    char text[sizeof(names.sysname) + sizeof(names.release)];
    if (uname(&names) != 0) {
        return json_null();
    }
    snprintf(text, sizeof(text), "%s %s", names.sysname, names.release);
    return nb_metadata_text(text);
}

static json_t *libc(void)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof(text), "glibc %s", gnu_get_libc_version());
    return json_string(text);
}

static json_t *load_avg(void)
{
    double load[3];
    return getloadavg(load, 3) == 3 ? json_pack("[f, f, f]", load[0], load[1], load[2])
                                    : json_null();
}

nb_status nb_metadata_add_system(json_t *metadata, const char *root)
{
    cpuinfo info;
    read_cpuinfo(&info, root);
    char governor[TEXT_SIZE] = "";
    const bool is_governed = read_governor(governor, root);
    const double quota = nb_quota_cpus(NULL, NULL);
    json_t *state =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kernel", kernel(), "libc",
                  libc(), "cpu_quota", quota > 0 ? json_real(quota) : json_null(), "governor",
                  nb_metadata_text(governor), "turbo", turbo(root), "mhz_per_cpu",
                  mhz_per_cpu(&info, root), "frequency_scaling",
                  is_governed ? json_boolean(strcmp(governor, "performance") != 0) : json_null(),
                  "virtualization", virtualization(&info, root), "load_avg", load_avg());
    const bool good = state != NULL && json_object_update(metadata, state) == 0;
    json_decref(state);
    return good ? NBANG_OK : NBANG_NO_MEMORY;
}
