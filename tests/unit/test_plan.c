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

/* ---- teams ---- */

/* A job of so many milliseconds that has just begun, and threads. */
static nb_plan_team team_of(uint64_t ms, unsigned size)
{
    return (nb_plan_team){.time_ns = ms * NB_NS_PER_MS, .left_ns = ms * NB_NS_PER_MS, .size = size};
}

/* Lends slots one by one, as long as one is wanted. Returns how many. */
static unsigned lend(nbang_split mode, nb_plan_team *teams, size_t num_teams, unsigned num_slots)
{
    for (unsigned lent = 0; lent < num_slots; lent++) {
        size_t borrower = nb_plan_borrower(mode, teams, num_teams);
        if (borrower == num_teams) {
            return lent;
        }
        teams[borrower].size++;
    }
    return num_slots;
}

Test(plan, what_is_left_of_a_job_is_what_was_predicted_and_never_nothing)
{
    cr_expect_eq(nb_plan_left_ns(1000, 0), 1000);
    cr_expect_eq(nb_plan_left_ns(1000, 300), 700);
    for (uint64_t done = 900; done < 100000; done *= 2) {
        uint64_t left = nb_plan_left_ns(1000, done);
        cr_expect(left >= done / 5 && left <= done / 2, "%lu after %lu", left, done);
    }
    cr_expect_eq(nb_plan_left_ns(0, 0), 0);
    cr_expect_gt(nb_plan_left_ns(1, UINT64_MAX), 0);
    cr_expect_eq(nb_plan_left_ns(UINT64_MAX, 1), UINT64_MAX - 1);
}

Test(plan, teams_are_for_long_jobs_unless_always_or_never)
{
    nb_plan_team tiny = team_of(0, 1), small = team_of(2, 1), large = team_of(100, 1);
    cr_expect_not(nb_plan_grows(NBANG_SPLIT_AUTO, &tiny));
    cr_expect_not(nb_plan_grows(NBANG_SPLIT_AUTO, &small));
    cr_expect(nb_plan_grows(NBANG_SPLIT_AUTO, &large));
    cr_expect(nb_plan_grows(NBANG_SPLIT_ALWAYS, &tiny));
    cr_expect(nb_plan_grows(NBANG_SPLIT_ALWAYS, &large));
    cr_expect_not(nb_plan_grows(NBANG_SPLIT_NEVER, &tiny));
    cr_expect_not(nb_plan_grows(NBANG_SPLIT_NEVER, &large));
}

Test(plan, teams_do_not_grow_for_the_rest_of_a_job)
{
    nb_plan_team ending = team_of(10000, 1);
    ending.left_ns = NB_NS_PER_MS;
    cr_expect_not(nb_plan_grows(NBANG_SPLIT_AUTO, &ending));
    cr_expect(nb_plan_grows(NBANG_SPLIT_ALWAYS, &ending));
}

Test(plan, long_jobs_have_large_teams_and_no_job_has_an_endless_one)
{
    unsigned last = 1;
    for (uint64_t ms = 1; ms <= 1000000; ms *= 10) {
        nb_plan_team team = team_of(ms, 1);
        lend(NBANG_SPLIT_AUTO, &team, 1, 100000);
        cr_expect_geq(team.size, last);
        cr_expect_lt(team.size, 10000);
        last = team.size;
    }
    cr_expect_geq(last, 256, "a quarter of an hour is for all of a large machine");
}

Test(plan, slots_go_where_the_end_is_farthest)
{
    nb_plan_team teams[] = {team_of(100, 1), team_of(400, 1), team_of(200, 1), team_of(3, 1)};
    cr_expect_eq(nb_plan_borrower(NBANG_SPLIT_AUTO, teams, 4), 1);
    cr_expect_eq(lend(NBANG_SPLIT_AUTO, teams, 4, 18), 18);
    cr_expect(teams[0].size == 3 && teams[1].size == 12 && teams[2].size == 6, "%u, %u, %u",
              teams[0].size, teams[1].size, teams[2].size);
    cr_expect_eq(teams[3].size, 1);
    cr_expect_eq(nb_plan_borrower(NBANG_SPLIT_NEVER, teams, 4), 4);
    cr_expect_eq(nb_plan_borrower(NBANG_SPLIT_AUTO, teams, 0), 0);
}

Test(plan, equal_jobs_get_equal_teams_whatever_the_size)
{
    for (uint64_t ms = 0; ms <= 1000; ms += 1000) {
        nb_plan_team teams[7];
        for (size_t i = 0; i < 7; i++) {
            teams[i] = team_of(ms, 1);
        }
        cr_expect_eq(lend(NBANG_SPLIT_ALWAYS, teams, 7, 70), 70);
        for (size_t i = 0; i < 7; i++) {
            cr_expect_eq(teams[i].size, 11);
        }
    }
}

Test(plan, nothing_divides_by_zero_or_wraps_at_the_ends)
{
    for (size_t p = 0; p < NUM_POOLS; p++) {
        cr_expect(nb_plan_is_critical(UINT64_MAX, UINT64_MAX, pools[p]));
        cr_expect_not(nb_plan_is_critical(0, 0, pools[p]));
        const nb_plan_team longest = {UINT64_MAX, UINT64_MAX, pools[p]};
        cr_expect(nb_plan_grows(NBANG_SPLIT_AUTO, &longest));
        cr_expect_not(nb_plan_grows(NBANG_SPLIT_AUTO, &(nb_plan_team){0, 0, UINT32_MAX}));
    }
}
