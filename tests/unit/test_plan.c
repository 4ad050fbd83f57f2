#include <criterion/criterion.h>

#include "base/clock.h"
#include "run/plan.h"

TestSuite(plan, .timeout = 10);

static const unsigned pools[] = {1, 2, 3, 7, 64, 256, 4096};
enum { NUM_POOLS = sizeof(pools) / sizeof(pools[0]) };

Test(plan, small_jobs_are_small_in_time_and_in_text)
{
    cr_expect(nb_plan_is_small(&(nbang_estimate){.num_digits = 1, .time_ns = 80}));
    cr_expect_not(nb_plan_is_small(&(nbang_estimate){.num_digits = 1, .time_ns = NB_NS_PER_S}));
    cr_expect_not(nb_plan_is_small(&(nbang_estimate){.num_digits = 1000000, .time_ns = 80}));
    /* Once large, larger ones are not small again. */
    bool was_small = true;
    for (uint64_t n = 0; n < 100000; n += 10) {
        nbang_estimate estimate = nbang_estimate_job(n);
        bool is_small = nb_plan_is_small(&estimate);
        cr_assert(was_small || !is_small);
        was_small = is_small;
    }
    cr_expect_not(was_small);
}

Test(plan, groups_shrink_as_the_work_ends_and_never_to_nothing)
{
    for (size_t p = 0; p < NUM_POOLS; p++) {
        uint64_t last_ns = UINT64_MAX;
        for (uint64_t waiting_ns = UINT64_MAX; waiting_ns > 0; waiting_ns /= 3) {
            uint64_t group_ns = nb_plan_group_ns(waiting_ns, pools[p]);
            cr_assert_gt(group_ns, 0);
            cr_assert_leq(group_ns, last_ns);
            last_ns = group_ns;
        }
        cr_expect_gt(nb_plan_group_ns(0, pools[p]), 0);
    }
}

Test(plan, every_worker_of_a_large_pool_gets_some_groups)
{
    /* A second of work for 256 workers is not a few groups. */
    cr_expect_leq(nb_plan_group_ns(NB_NS_PER_S, 256), NB_NS_PER_S / 256 / 2);
}

Test(plan, workers_are_at_least_one_and_at_most_all)
{
    for (size_t p = 0; p < NUM_POOLS; p++) {
        cr_expect_eq(nb_plan_workers(0, 0, pools[p]), 1);
        cr_expect_eq(nb_plan_workers(1, 0, pools[p]), 1);
        cr_expect_eq(nb_plan_workers(SIZE_MAX / 2, 0, pools[p]), pools[p]);
        cr_expect_eq(nb_plan_workers(0, UINT64_MAX, pools[p]), pools[p]);
        unsigned two = pools[p] < 2 ? 1 : 2;
        cr_expect_eq(nb_plan_workers(2, 0, pools[p]), two);
        cr_expect_eq(nb_plan_workers(1, 1, pools[p]), two, "the least pass large ones");
    }
}

Test(plan, few_tiny_jobs_do_not_start_a_machine_full_of_workers)
{
    cr_expect_eq(nb_plan_workers(0, 50000, 256), 1);
    cr_expect_leq(nb_plan_workers(0, 4 * NB_NS_PER_MS, 256), 16);
}

Test(plan, job_is_critical_if_it_outweighs_a_fair_share_of_what_waits)
{
    for (size_t p = 0; p < NUM_POOLS; p++) {
        cr_expect(nb_plan_is_critical(1000000, 1000000, pools[p]), "all that waits");
        cr_expect_not(nb_plan_is_critical(1, UINT64_C(1000000000), pools[p]));
        uint64_t waiting_ns = 1000000 * (uint64_t)pools[p];
        cr_expect(nb_plan_is_critical(1000000, waiting_ns, pools[p]), "a fair share");
    }
}

Test(plan, nothing_divides_by_zero_or_wraps_at_the_ends)
{
    for (size_t p = 0; p < NUM_POOLS; p++) {
        cr_expect(nb_plan_is_critical(UINT64_MAX, UINT64_MAX, pools[p]));
        cr_expect_not(nb_plan_is_critical(0, 0, pools[p]));
    }
}
