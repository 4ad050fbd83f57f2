#include "run/refuse.h"

#include <stdio.h>

#include "base/number.h"
#include "compute/integer.h"
#include "nbang/nbang.h"
#include "run/machine.h"
#include "run/plan.h"

bool nb_refuses(const nbang_machine *machine, const nbang_options *options, uint64_t n,
                const nbang_estimate *estimate, char *reason, size_t size)
{
    char number[NB_NUMBER_TEXT_SIZE];
    char limit[NB_NUMBER_TEXT_SIZE];
    if (options->max_digits > 0 && estimate->num_digits > options->max_digits) {
        snprintf(reason, size, "would have %s digits, more than the limit of %s",
                 nb_number_group(number, estimate->num_digits),
                 nb_number_group(limit, options->max_digits));
        return true;
    }
    if (options->content == NBANG_CONTENT_RAW && n > NB_INTEGER_RAW_MAX_N) {
        snprintf(reason, size,
                 "is too large for GMP's raw format, which counts up to %s bytes: factorials up to "
                 "that of %s fit",
                 nb_number_group(limit, NB_INTEGER_RAW_MAX_BYTES),
                 nb_number_group(number, NB_INTEGER_RAW_MAX_N));
        return true;
    }
    /* Where n is beyond what can be computed the estimates are beyond what can be summed up. */
    if (n > nbang_max_n()) {
        snprintf(reason, size, "is too large: factorials up to that of %s can be computed",
                 nb_number_group(number, nbang_max_n()));
        return true;
    }
    if (nb_plan_is_small(estimate)) {
        return false; /* it lives on what a worker takes anyway */
    }
    if (estimate->memory_bytes > nbang_machine_job_memory(machine)) {
        snprintf(reason, size, "needs about %s of memory in all, more than the limit of %s (%s)",
                 nb_number_size(number, nb_machine_budget_for(machine, estimate->memory_bytes)),
                 nb_number_size(limit, nbang_machine_memory(machine)),
                 nbang_machine_memory_reason(machine));
        return true;
    }
    uint64_t process_memory = nbang_machine_process_memory(machine);
    uint64_t address_space = nb_machine_address_space(estimate->memory_bytes);
    if (address_space > process_memory) {
        snprintf(reason, size, "needs about %s of memory, more than the %s that a process may have",
                 nb_number_size(number, address_space), nb_number_size(limit, process_memory));
        return true;
    }
    return false;
}

bool nbang_refuses(const nbang_machine *machine, const nbang_options *options, uint64_t n,
                   char *reason, size_t size)
{
    const nbang_estimate estimate = nbang_estimate_content(n, options->content);
    return nb_refuses(machine, options, n, &estimate, reason, size);
}
