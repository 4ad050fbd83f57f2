/* The points that a benchmark measures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "measure/bench.h"
#include "measure/workloads.h"
#include "topo/hardware.h"

/* Up to here every number of workers is measured. */
enum { ALL_UP_TO = 8 };

/* Nine samples are the least that google-benchmark's compare.py tests; an odd number has a median
 * that was measured. */
enum { QUICK_RUNS = 21, STANDARD_RUNS = 31, FULL_RUNS = 51 };
#define QUICK_LIMIT_NS (14 * NB_NS_PER_S)
#define STANDARD_LIMIT_NS (120 * NB_NS_PER_S)
#define FULL_LIMIT_NS (1200 * NB_NS_PER_S)

/* ---- what the preset says ---- */

unsigned nb_bench_runs(const nb_bench_plan *plan)
{
    static const unsigned runs[] = {QUICK_RUNS, STANDARD_RUNS, FULL_RUNS};
    if (plan->runs > 0) {
        return plan->runs;
    }
    return plan->time_limit_ns > 0 ? 0 : runs[plan->preset];
}

uint64_t nb_bench_time_limit_ns(const nb_bench_plan *plan)
{
    static const uint64_t limits_ns[] = {QUICK_LIMIT_NS, STANDARD_LIMIT_NS, FULL_LIMIT_NS};
    if (plan->time_limit_ns > 0) {
        return plan->time_limit_ns;
    }
    return plan->runs > 0 ? 0 : limits_ns[plan->preset];
}

/* All up to 8, then 8, 12, 16, 24, 32, 48 …, and the number of slots itself. */
bool nb_bench_is_usual(unsigned workers, unsigned slots)
{
    if (workers < 1 || workers > slots) {
        return false;
    }
    unsigned odd = workers;
    while (odd % 2 == 0) {
        odd /= 2;
    }
    return workers <= ALL_UP_TO || workers == slots || odd == 1 || odd == 3;
}

/* ---- this machine ---- */

typedef struct shape {
    unsigned cores, pus; /* that may be used */
    unsigned groups;     /* of cores that share a package and a NUMA node */
} shape;

static nb_status read_shape(shape *machine, char *error, size_t error_size)
{
    nb_hardware hardware;
    nb_status status = nb_hardware_read(&hardware);
    if (status != NBANG_OK) {
        snprintf(error, error_size, "cannot read the machine's topology: %s",
                 status == NBANG_SYSTEM ? strerror(errno) : nbang_status_string(status));
        return status;
    }
    *machine = (shape){.pus = hardware.num_usable_pus};
    const nb_hardware_pu *last = NULL;
    for (unsigned i = 0; i < hardware.num_pus; i++) {
        const nb_hardware_pu *pu = &hardware.pus[i];
        if (pu->usable) {
            machine->cores += last == NULL || last->core != pu->core;
            machine->groups +=
                last == NULL || last->package != pu->package || last->node != pu->node;
            last = pu;
        }
    }
    nb_hardware_clear(&hardware);
    return NBANG_OK;
}

/* Whether a placement is among those of the full benchmark: those that do not come to the same as
 * others on this machine. */
static bool is_distinct(const shape *machine, nbang_bind bind, nbang_order order)
{
    if (order == NBANG_ORDER_SPREAD && machine->groups < 2) {
        return false;
    }
    switch (bind) {
    case NBANG_BIND_PU:
        return machine->pus > machine->cores;
    case NBANG_BIND_NUMA:
        return machine->groups > 1;
    default:
        return true;
    }
}

/* ---- what the plan says ---- */

static bool has(unsigned set, unsigned index)
{
    return (set >> index & 1U) != 0;
}

/* What is asked for is measured, whether or not it differs here from something else. */
static bool is_placement_wanted(const nb_bench_plan *plan, const shape *machine, nbang_bind bind,
                                nbang_order order)
{
    const bool is_full = plan->preset == NB_BENCH_FULL;
    const unsigned all_binds = is_full ? ~0U : 1U << NBANG_BIND_CORE;
    const unsigned all_orders = is_full ? ~0U : 1U << NBANG_ORDER_CLOSE;
    const bool bind_is_asked = has(plan->binds, bind);
    const bool order_is_asked = has(plan->orders, order);
    if (!has(plan->binds != 0 ? plan->binds : all_binds, bind) ||
        !has(plan->orders != 0 ? plan->orders : all_orders, order)) {
        return false;
    }
    if (bind == NBANG_BIND_NONE && order == NBANG_ORDER_SPREAD) {
        return order_is_asked && !has(plan->orders, NBANG_ORDER_CLOSE);
    }
    return is_distinct(machine, bind_is_asked ? NBANG_BIND_CORE : bind,
                       order_is_asked ? NBANG_ORDER_CLOSE : order);
}

static bool is_workload_wanted(const nb_bench_plan *plan, size_t index)
{
    if (plan->workloads != 0) {
        return has(plan->workloads, (unsigned)index);
    }
    return plan->preset != NB_BENCH_QUICK || !nb_workloads_at(index)->is_long;
}

static nb_status add_curve(nb_record *record, const nb_bench_plan *plan,
                           const nb_workload *workload, unsigned slots, const nb_point *placement)
{
    nb_status status = NBANG_OK;
    for (size_t i = 0; status == NBANG_OK && i < plan->num_workers; i++) {
        status = nb_record_add_point(record, workload->name, plan->workers[i], placement->bind,
                                     placement->order);
    }
    for (unsigned workers = 1; status == NBANG_OK && plan->num_workers == 0 && workers <= slots;
         workers++) {
        if (nb_bench_is_usual(workers, slots)) {
            status = nb_record_add_point(record, workload->name, workers, placement->bind,
                                         placement->order);
        }
    }
    return status;
}

static nb_status add_curves(nb_record *record, const nb_bench_plan *plan, const shape *machine,
                            const nb_workload *workload)
{
    nb_status status = NBANG_OK;
    for (int bind = NBANG_BIND_CORE; bind <= NBANG_BIND_NONE; bind++) {
        for (int order = NBANG_ORDER_CLOSE; order <= NBANG_ORDER_SPREAD; order++) {
            const nb_point placement = {.bind = (nbang_bind)bind, .order = (nbang_order)order};
            const unsigned slots = bind == NBANG_BIND_PU ? machine->pus : machine->cores;
            if (status == NBANG_OK &&
                is_placement_wanted(plan, machine, placement.bind, placement.order)) {
                status = add_curve(record, plan, workload, slots, &placement);
            }
        }
    }
    return status;
}

nb_status nb_bench_add_points(nb_record *record, const nb_bench_plan *plan, char *error,
                              size_t error_size)
{
    shape machine;
    nb_status status = read_shape(&machine, error, error_size);
    for (size_t i = 0; status == NBANG_OK && i < nb_workloads_count(); i++) {
        if (is_workload_wanted(plan, i)) {
            status = add_curves(record, plan, &machine, nb_workloads_at(i));
        }
    }
    if (status == NBANG_OK && record->num_points > NB_RECORD_MAX_POINTS) {
        snprintf(error, error_size, "%zu points are to be measured, more than %d",
                 record->num_points, NB_RECORD_MAX_POINTS);
        status = NBANG_INVALID;
    }
    return status;
}
