#include "measure/workloads.h"

#include <string.h>

/* The sums are those of what GMP 6.2.1 prints, job after job: mpz_fac_ui, mpz_get_str, puts. */
static const nb_workload workloads[] = {
    {
        .name = "strong-1e6-v1",
        .jobs = "1000000",
        .about = "one factorial, 1000000!",
        .sha256 = "5e7f9ce04ad7ee6c05c94484d1b0bb6736b9514aa7135d8b3aea85ade71f2fed",
    },
    {
        .name = "batch-64-v1",
        .jobs = "50000..113000:1000",
        .about = "64 different factorials, 50000! to 113000!",
        .sha256 = "e251d81ad183d475600c28bcf1a077549ab32796eaf1915e375e918c6c3db785",
    },
    {
        .name = "strong-1e7-v1",
        .jobs = "10000000",
        .about = "one factorial, 10000000!",
        .is_long = true,
        .sha256 = "358f8fbffc8fbcd7bcde2c87aa339611f28338f2d2f9868156093086c6af6b88",
    },
};

size_t nb_workloads_count(void)
{
    return sizeof(workloads) / sizeof(*workloads);
}

const nb_workload *nb_workloads_at(size_t index)
{
    return &workloads[index];
}

const nb_workload *nb_workloads_find(const char *name)
{
    for (size_t i = 0; i < nb_workloads_count(); i++) {
        if (strcmp(workloads[i].name, name) == 0) {
            return &workloads[i];
        }
    }
    return NULL;
}
