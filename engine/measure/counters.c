#include "measure/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "measure/record.h"

/* The event is opened on this thread, where it never counts: it is off until an exec, and this
 * thread executes nothing. A child inherits it, has it turned on by its exec, and hands it on
 * turned on. What the descendants count is added up in this one (kernel/events/core.c,
 * inherit_event and perf_event_enable_on_exec). */
int nb_counter_open(uint32_t type, uint64_t config)
{
    struct perf_event_attr event = {
        .type = type,
        .size = sizeof(event),
        .config = config,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .disabled = 1,
        .inherit = 1,
        .enable_on_exec = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

uint64_t nb_counter_read(int fd)
{
    struct {
        uint64_t count, enabled_ns, running_ns;
    } values;
    if (fd < 0 || read(fd, &values, sizeof(values)) != (ssize_t)sizeof(values) ||
        values.running_ns == 0) {
        return NB_COUNT_UNKNOWN;
    }
    if (values.running_ns >= values.enabled_ns) {
        return values.count;
    }
    const double share = (double)values.running_ns / (double)values.enabled_ns;
    return (uint64_t)((double)values.count / share);
}

static void close_counter(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void nb_counters_open(nb_counters *counters)
{
    counters->cycles_fd = nb_counter_open(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
    counters->instructions_fd =
        counters->cycles_fd < 0 ? -1
                                : nb_counter_open(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS);
}

nb_counts nb_counters_read(const nb_counters *counters)
{
    return (nb_counts){
        .cycles = nb_counter_read(counters->cycles_fd),
        .instructions = nb_counter_read(counters->instructions_fd),
    };
}

void nb_counters_close(nb_counters *counters)
{
    close_counter(&counters->cycles_fd);
    close_counter(&counters->instructions_fd);
}

const char *nb_counters_reason(int error)
{
    switch (error) {
    case 0:
        return "available";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        return "not available here: this machine, or the hypervisor that it runs under, has no "
               "such counters";
    case EACCES:
    case EPERM:
        return "not available here: the system keeps them from this user "
               "(/proc/sys/kernel/perf_event_paranoid, or a container's filter)";
    case ENOSYS:
        return "not available here: the kernel has no perf_event_open, or a container's filter "
               "hides it";
    case EMFILE:
    case ENFILE:
        return "not available here: too many files are open";
    case EBUSY:
        return "not available here: another program has the counters to itself";
    default:
        return "not available here: the kernel refuses them";
    }
}

const char *nb_counters_state(void)
{
    const int fd = nb_counter_open(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
    const int error = fd < 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    return nb_counters_reason(error);
}
