/* Which worker keeps which number, and who gets the jobs for it: jobs are made up, but for n. */
#include <criterion/criterion.h>

#include "run/plan.h"
#include "run/schedule.h"

enum { MAX_JOBS = 100 };
#define N UINT64_C(1000000)

static nbang_sink sink;
static nbang_summary summary;
static nb_window window;
static nb_writer writer;
static nb_schedule schedule;
static nb_item *taken[NB_PLAN_GROUP_JOBS];

static nbang_status take_record(void *ctx, const nbang_record *record)
{
    (void)ctx, (void)record;
    return NBANG_OK;
}

static nbang_status take_end(void *ctx, const nbang_record *record, bool complete)
{
    (void)ctx, (void)record, (void)complete;
    return NBANG_OK;
}

static void set_up_with(uint64_t memory_limit_bytes, uint64_t hold_limit_bytes)
{
    sink = (nbang_sink){.begin = take_record, .end = take_end};
    nb_window_clear(&window);
    nb_schedule_clear(&schedule);
    cr_assert_eq(nb_window_init(&window, MAX_JOBS), NBANG_OK);
    nb_writer_init(&writer, &window, &sink, false, hold_limit_bytes, &summary);
    nb_schedule_init(&schedule, &writer, 3, NBANG_SPLIT_NEVER, memory_limit_bytes);
    cr_assert_eq(nb_schedule_reuse(&schedule), NBANG_OK);
}

static void set_up(void)
{
    set_up_with(UINT64_C(1) << 32, UINT64_C(1) << 32);
}

static void tear_down(void)
{
    nb_schedule_clear(&schedule);
    nb_window_clear(&window);
}

TestSuite(reuse, .init = set_up, .fini = tear_down, .timeout = 20);

static nb_item *add(uint64_t n)
{
    nb_item *item = nb_window_push(&window);
    item->record.n = n;
    item->estimate = nbang_estimate_job(n);
    nb_schedule_add(&schedule, item);
    return item;
}

/* The large job that the worker gets; NULL if there is none for it. */
static nb_item *take(unsigned worker)
{
    const size_t count = nb_schedule_take(&schedule, worker, taken);
    cr_assert_leq(count, 1);
    return count > 0 ? taken[0] : NULL;
}

static void expect_nothing_left(void)
{
    cr_expect(!nb_schedule_has_work(&schedule));
    cr_expect_eq(schedule.memory_used_bytes, nb_reuse_kept_bytes(&schedule));
    cr_expect_eq(schedule.undone_ns, 0);
    cr_expect_eq(schedule.num_bound, 0);
}

Test(reuse, equal_jobs_go_to_one_worker)
{
    nb_item *first = add(N), *second = add(N), *third = add(N);
    cr_assert_eq(take(0), first);
    cr_expect_eq(first->reuse, NB_REUSE_KEEP);
    cr_expect_null(take(1));
    nb_item *late = add(N);
    cr_expect_null(take(2));
    nb_schedule_finish(&schedule, first);
    cr_expect_null(take(1));
    cr_assert_eq(take(0), second);
    cr_expect_eq((int)second->reuse, NB_REUSE_USE | NB_REUSE_KEEP);
    nb_schedule_finish(&schedule, second);
    cr_assert_eq(take(0), third);
    nb_schedule_finish(&schedule, third);
    cr_assert_eq(take(0), late);
    cr_expect_eq(late->reuse, NB_REUSE_USE); /* nobody wants it any more */
    nb_schedule_finish(&schedule, late);
    cr_expect_eq(schedule.memory_used_bytes, 0);
    expect_nothing_left();
}

Test(reuse, others_pass_jobs_that_wait_for_their_worker)
{
    nb_item *first = add(N), *twin = add(N), *other = add(3 * N);
    cr_assert_eq(take(0), other); /* the longest one is critical */
    cr_assert_eq(take(1), first);
    cr_expect_null(take(2));
    nb_schedule_finish(&schedule, first);
    cr_assert_eq(take(1), twin);
    nb_schedule_finish(&schedule, twin);
    nb_schedule_finish(&schedule, other);
    expect_nothing_left();
}

Test(reuse, what_is_kept_counts_until_it_is_used)
{
    nb_item *first = add(N), *twin = add(N);
    cr_assert_eq(take(0), first);
    cr_expect_eq(schedule.memory_used_bytes, first->estimate.memory_bytes);
    nb_schedule_finish(&schedule, first);
    cr_expect_gt(schedule.memory_used_bytes, first->estimate.num_digits * 4 / 5);
    cr_expect_lt(schedule.memory_used_bytes, first->estimate.num_digits);
    cr_assert_eq(take(0), twin);
    cr_expect_lt(schedule.memory_used_bytes, first->estimate.num_digits);
    nb_schedule_finish(&schedule, twin);
    cr_expect_eq(schedule.memory_used_bytes, 0);
}

Test(reuse, neighbours_are_kept_for_and_go_to_anybody)
{
    nb_item *first = add(N), *second = add(N + 1), *third = add(N + 2);
    cr_assert_eq(take(0), first);
    cr_expect_eq(first->reuse, NB_REUSE_KEEP);
    nb_item *from_nothing = take(1);
    cr_assert(from_nothing == second || from_nothing == third);
    cr_expect_eq(from_nothing->reuse & NB_REUSE_USE, 0);
    nb_schedule_finish(&schedule, first);
    nb_item *near = take(0);
    cr_assert(near != from_nothing && (near == second || near == third));
    cr_expect_neq(near->reuse & NB_REUSE_USE, 0);
    cr_expect_lt(third->time_ns, third->estimate.time_ns / 3);
    nb_schedule_finish(&schedule, second);
    nb_schedule_finish(&schedule, third);
    expect_nothing_left();
}

Test(reuse, nothing_large_is_kept_for_nobody)
{
    nb_item *first = add(N), *far = add(4 * N), *below = add(N - 1);
    cr_assert_eq(take(0), far);
    cr_assert_eq(take(1), first);
    cr_assert_eq(take(2), below);
    cr_expect(first->reuse == NB_REUSE_NONE && far->reuse == NB_REUSE_NONE &&
              below->reuse == NB_REUSE_NONE);
}

Test(reuse, is_forgotten_when_memory_is_short)
{
    const uint64_t needed = nbang_estimate_job(2 * N).memory_bytes;
    set_up_with(needed, 0); /* no place for texts: jobs start in order */
    nb_item *first = add(N), *large = add(2 * N), *twin = add(N);
    cr_assert_eq(take(0), first);
    cr_expect_eq(first->reuse, NB_REUSE_KEEP);
    cr_expect_null(take(1));
    nb_schedule_finish(&schedule, first);
    cr_expect_gt(schedule.memory_used_bytes, 0);
    cr_assert_eq(take(1), large);
    cr_expect(schedule.must_forget && schedule.keepers[0].forgets);
    cr_expect_eq(schedule.memory_used_bytes, needed);
    cr_expect_null(take(0)); /* there is no memory to start it again */
    nb_schedule_finish(&schedule, large);
    cr_assert_eq(take(2), twin); /* anybody may have it now */
    cr_expect_eq(twin->reuse, NB_REUSE_NONE);
}

Test(reuse, ends_with_its_worker)
{
    nb_item *first = add(N), *twin = add(N);
    cr_assert_eq(take(0), first);
    cr_expect_null(take(1));
    nb_schedule_lose(&schedule, 0);
    nb_schedule_add_again(&schedule, first);
    cr_expect_eq(schedule.num_bound, 0);
    cr_expect_eq(schedule.memory_used_bytes, 0);
    cr_assert_eq(take(1), first);
    cr_expect_eq(first->reuse, NB_REUSE_KEEP);
    cr_expect_null(take(0));
    nb_schedule_finish(&schedule, first);
    nb_schedule_lose(&schedule, 1);
    cr_expect_eq(schedule.memory_used_bytes, 0);
    cr_assert_eq(take(0), twin);
    nb_schedule_finish(&schedule, twin);
    expect_nothing_left();
}

Test(reuse, small_jobs_are_predicted_from_the_one_before)
{
    nb_item *first = add(5000), *next = add(5001), *below = add(4000), *same = add(4000);
    cr_expect_eq(first->time_ns, first->estimate.time_ns);
    cr_expect_lt(next->time_ns, next->estimate.time_ns / 3);
    cr_expect_eq(below->time_ns, below->estimate.time_ns);
    cr_expect_lt(same->time_ns, next->time_ns);
}
