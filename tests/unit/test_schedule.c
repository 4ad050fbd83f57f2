#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "run/plan.h"
#include "run/schedule.h"

/* Jobs are made up: only their estimates count here. */
enum { MAX_JOBS = 5000 };

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

static void set_up_with(unsigned num_workers, nbang_split split, uint64_t memory_limit_bytes,
                        uint64_t hold_limit_bytes, bool unordered)
{
    sink = (nbang_sink){.begin = take_record, .end = take_end};
    summary = (nbang_summary){0};
    nb_window_clear(&window);
    cr_assert_eq(nb_window_init(&window, MAX_JOBS), NBANG_OK);
    nb_writer_init(&writer, &window, &sink, unordered, hold_limit_bytes, &summary);
    nb_schedule_init(&schedule, &writer, num_workers, split, memory_limit_bytes);
}

static void set_up(void)
{
    set_up_with(2, NBANG_SPLIT_NEVER, 1000, 100000, false);
}

static void tear_down(void)
{
    nb_window_clear(&window);
}

TestSuite(schedule, .init = set_up, .fini = tear_down, .timeout = 20);

static nb_item *add(uint64_t time_ns, uint64_t num_digits, uint64_t memory_bytes)
{
    nb_item *item = nb_window_push(&window);
    item->estimate = (nbang_estimate){
        .time_ns = time_ns,
        .num_digits = num_digits,
        .num_bytes = num_digits,
        .memory_bytes = memory_bytes,
    };
    nb_schedule_add(&schedule, item);
    return item;
}

static nb_item *add_small(void)
{
    return add(1000, 100, 50);
}

static nb_item *add_large(uint64_t seconds, uint64_t memory_bytes)
{
    return add(seconds * NB_NS_PER_S, 1000, memory_bytes);
}

/* What a worker that is free gets: the only job, or NULL. */
static nb_item *take_one(void)
{
    size_t count = nb_schedule_take(&schedule, 0, taken);
    cr_assert_leq(count, 1);
    return count == 1 ? taken[0] : NULL;
}

/* A worker has computed it, and the sink has taken it if its turn has come. */
static void finish(nb_item *item)
{
    nb_schedule_finish(&schedule, item);
    item->finished = true;
    item->has_result = true;
    nb_writer_result(&writer, item);
    cr_assert_eq(nb_writer_drain(&writer), NBANG_OK);
}

/* ---- order ---- */

Test(schedule, nothing_to_do)
{
    cr_expect_not(nb_schedule_has_work(&schedule));
    cr_expect_eq(nb_schedule_take(&schedule, 0, taken), 0);
    cr_expect(nb_schedule_is_settled(&schedule));
}

Test(schedule, small_jobs_go_in_groups_in_input_order)
{
    for (size_t i = 0; i < 3000; i++) {
        add_small();
    }
    uint64_t next = 0;
    size_t num_groups = 0;
    size_t count;
    while ((count = nb_schedule_take(&schedule, 0, taken)) > 0) {
        cr_assert_leq(count, NB_PLAN_GROUP_JOBS);
        for (size_t i = 0; i < count; i++) {
            cr_assert_eq(taken[i]->record.index, next++);
            finish(taken[i]);
        }
        num_groups++;
    }
    cr_expect_eq(next, 3000);
    cr_expect_gt(num_groups, 4, "every worker gets some");
    cr_expect_lt(num_groups, 1000, "and not one by one");
    cr_expect(nb_schedule_is_settled(&schedule));
}

Test(schedule, texts_of_a_group_have_a_limit)
{
    set_up_with(1, NBANG_SPLIT_NEVER, 1000, UINT64_MAX, false);
    for (size_t i = 0; i < 1000; i++) {
        add(1, 30000, 50);
    }
    size_t count = nb_schedule_take(&schedule, 0, taken);
    cr_expect_geq(count, 2);
    cr_expect_leq(count * 30000, 300000);
}

Test(schedule, large_jobs_go_alone)
{
    nb_item *a = add_large(1, 10);
    nb_item *b = add_large(1, 10);
    cr_expect_eq(take_one(), a);
    cr_expect_eq(take_one(), b);
    cr_expect_null(take_one());
}

Test(schedule, longest_job_starts_first_if_the_batch_would_end_later_otherwise)
{
    for (size_t i = 0; i < 10; i++) {
        add_large(1, 10);
    }
    nb_item *longest = add_large(8, 10);
    cr_expect_eq(take_one(), longest);
    cr_expect_eq(take_one()->record.index, 0);
}

Test(schedule, longer_job_that_is_not_critical_keeps_its_turn)
{
    for (size_t i = 0; i < 100; i++) {
        add_large(1, 10);
    }
    add_large(2, 10);
    cr_expect_eq(take_one()->record.index, 0);
    cr_expect_eq(take_one()->record.index, 1);
}

Test(schedule, large_job_waits_for_the_small_ones_before_it)
{
    for (size_t i = 0; i < 4000; i++) {
        add(900000, 10, 0); /* 3.6 s */
    }
    nb_item *large = add(2000000, 10, 0);
    size_t count = nb_schedule_take(&schedule, 0, taken);
    cr_expect_geq(count, 1);
    cr_expect_eq(taken[0]->record.index, 0);
    cr_expect_neq(taken[0], large);
}

/* ---- memory ---- */

Test(schedule, large_jobs_wait_for_memory)
{
    nb_item *a = add_large(1, 600);
    nb_item *b = add_large(1, 600);
    nb_item *c = add_large(1, 400);
    cr_expect_eq(take_one(), a);
    cr_expect_null(take_one(), "b does not fit, and c does not pass it");
    finish(a);
    cr_expect_eq(take_one(), b);
    cr_expect_eq(take_one(), c, "exactly full");
    cr_expect_eq(schedule.memory_used_bytes, 1000);
    finish(c);
    finish(b);
    cr_expect(nb_schedule_is_settled(&schedule));
}

Test(schedule, small_jobs_need_no_memory)
{
    nb_item *large = add_large(1, 1000);
    add_small();
    cr_expect_eq(take_one(), large);
    cr_expect_eq(nb_schedule_take(&schedule, 0, taken), 1);
    cr_expect_eq(schedule.memory_used_bytes, 1000);
}

Test(schedule, with_nothing_running_any_job_starts)
{
    nb_item *huge = add_large(1, 5000); /* the limit was lowered by something, say */
    cr_expect_eq(take_one(), huge);
    nb_item *other = add_large(1, 1);
    cr_expect_null(take_one());
    finish(huge);
    cr_expect_eq(take_one(), other);
}

Test(schedule, never_more_memory_than_there_is_whatever_comes)
{
    uint64_t state = 1;
    nb_item *running[8] = {0};
    set_up_with(8, NBANG_SPLIT_NEVER, 1000, 5000, false);
    size_t num_added = 0;
    size_t num_finished = 0;
    while (num_finished < 3000) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint64_t draw = state >> 33;
        if (num_added < 3000) {
            add_large(1 + draw % 9, 1 + draw % 1000);
            num_added++;
        }
        size_t w = draw / 1000 % 8;
        if (running[w] == NULL) {
            running[w] = take_one();
        } else if (draw % 5 == 0) {
            nb_schedule_add_again(&schedule, running[w]);
            running[w] = NULL;
        } else {
            finish(running[w]);
            running[w] = NULL;
            num_finished++;
        }
        uint64_t used = 0;
        for (w = 0; w < 8; w++) {
            used += running[w] != NULL ? running[w]->estimate.memory_bytes : 0;
        }
        cr_assert_leq(used, 1000);
        cr_assert_eq(schedule.memory_used_bytes, used);
    }
    cr_expect(nb_schedule_is_settled(&schedule));
}

Test(schedule, memory_of_a_running_job_can_be_raised_as_far_as_there_is_some)
{
    nb_item *a = add_large(1, 300);
    nb_item *b = add_large(1, 300);
    cr_assert(take_one() == a && take_one() == b);
    cr_expect(nb_schedule_raise_memory(&schedule, a, 200), "has more already");
    cr_expect_eq(schedule.memory_used_bytes, 600);
    cr_expect_not(nb_schedule_raise_memory(&schedule, a, 701));
    cr_expect_eq(schedule.memory_used_bytes, 600);
    cr_expect(nb_schedule_raise_memory(&schedule, a, 700));
    cr_expect_eq(schedule.memory_used_bytes, 1000);
    cr_expect_not(nb_schedule_raise_memory(&schedule, b, UINT64_MAX));
    finish(a);
    cr_expect_eq(schedule.memory_used_bytes, 300);
}

/* ---- what a lost worker leaves ---- */

Test(schedule, lost_jobs_go_first_and_alone)
{
    nb_item *a = add_small();
    nb_item *b = add_small();
    nb_item *c = add_small();
    cr_assert_eq(nb_schedule_take(&schedule, 0, taken), 3);
    nb_schedule_add_again(&schedule, a);
    nb_schedule_add_again(&schedule, b);
    nb_schedule_add_again(&schedule, c);
    nb_item *later = add_large(100, 10);
    cr_expect_eq(take_one(), a);
    cr_expect_eq(take_one(), b);
    cr_expect_eq(take_one(), c);
    cr_expect_eq(take_one(), later);
}

Test(schedule, lost_job_gives_its_memory_back_until_it_starts_again)
{
    nb_item *a = add_large(1, 600);
    nb_item *b = add_large(1, 300);
    cr_assert(take_one() == a && take_one() == b);
    nb_schedule_add_again(&schedule, a);
    cr_expect_eq(schedule.memory_used_bytes, 300);
    cr_expect_eq(take_one(), a);
    cr_expect_eq(schedule.memory_used_bytes, 900);
    finish(a);
    finish(b);
    cr_expect(nb_schedule_is_settled(&schedule));
}

Test(schedule, everything_waits_while_a_lost_job_waits_for_memory)
{
    nb_item *a = add_large(1, 600);
    nb_item *b = add_large(1, 300);
    cr_assert(take_one() == a && take_one() == b);
    nb_schedule_add_again(&schedule, b);
    cr_assert(nb_schedule_raise_memory(&schedule, a, 900));
    add_small();
    cr_expect_eq(nb_schedule_take(&schedule, 0, taken), 0);
    finish(a);
    cr_expect_eq(take_one(), b);
}

Test(schedule, lost_job_keeps_its_reservation_and_gets_no_second_one)
{
    nb_item *a = add_large(1, 10);
    cr_assert_eq(take_one(), a);
    uint64_t reserved_bytes = writer.reserved_bytes;
    cr_expect_gt(reserved_bytes, 0);
    nb_schedule_add_again(&schedule, a);
    cr_assert_eq(take_one(), a);
    cr_expect_eq(writer.reserved_bytes, reserved_bytes);
    finish(a);
    cr_expect(nb_schedule_is_settled(&schedule));
}

/* ---- room for texts ---- */

Test(schedule, without_room_for_its_text_only_the_next_job_in_turn_starts)
{
    set_up_with(4, NBANG_SPLIT_NEVER, 1000, 2500, false);
    nb_item *items[6];
    for (size_t i = 0; i < 6; i++) {
        items[i] = add_large(1, 10); /* 1000 digits each: there is room for two */
    }
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(take_one(), items[i], "in input order each is the oldest that waits");
        cr_expect_eq(items[i]->reserved, i < 2);
    }
}

Test(schedule, critical_job_without_room_for_its_text_keeps_its_turn)
{
    set_up_with(4, NBANG_SPLIT_NEVER, 1000, 1500, false);
    nb_item *first = add_large(1, 10);
    nb_item *longest = add(60 * NB_NS_PER_S, 10000000, 10);
    cr_expect_eq(take_one(), first);
    cr_expect_eq(take_one(), longest);
    cr_expect_not(longest->reserved);
}

Test(schedule, small_jobs_behind_a_large_one_that_waits_start_only_with_room)
{
    set_up_with(4, NBANG_SPLIT_NEVER, 1000, 5000, false);
    nb_item *first = add_large(1, 600);
    nb_item *second = add_large(1, 600);
    for (size_t i = 0; i < 100; i++) {
        add_small();
    }
    cr_assert_eq(take_one(), first);
    size_t started = 0;
    for (size_t count = 1; count > 0; started += count) {
        count = nb_schedule_take(&schedule, 0, taken);
        for (size_t i = 0; i < count; i++) {
            cr_assert(taken[i]->reserved);
        }
    }
    cr_expect_gt(started, 10);
    cr_expect_lt(started, 50, "of 100 bytes each into what the first leaves");
    finish(first);
    cr_expect_eq(take_one(), second, "there is memory, and it is the oldest");
}

Test(schedule, out_of_order_nothing_waits_for_room)
{
    set_up_with(4, NBANG_SPLIT_NEVER, 1000, 0, true);
    for (size_t i = 0; i < 100; i++) {
        add_small();
    }
    size_t started = 0;
    for (size_t count = 1; count > 0; started += count) {
        count = nb_schedule_take(&schedule, 0, taken);
    }
    cr_expect_eq(started, 100);
    cr_expect_eq(writer.reserved_bytes, 0);
}

Test(schedule, whenever_the_job_in_turn_has_not_started_it_can_be_taken)
{
    /* The reason why nothing waits for ever, with every mix of sizes and little room. */
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t state = seed;
        set_up_with(3, NBANG_SPLIT_NEVER, 1000, 2000, false);
        for (size_t i = 0; i < 200; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            uint64_t draw = state >> 33;
            if (draw % 3 == 0) {
                add_small();
            } else {
                add(draw % (9 * NB_NS_PER_S), draw % 3000, draw % 1001);
            }
        }
        while (nb_schedule_has_work(&schedule)) {
            /* All workers are free: nothing runs, so something must start. */
            size_t count = nb_schedule_take(&schedule, 0, taken);
            cr_assert_gt(count, 0);
            for (size_t i = 0; i < count; i++) {
                finish(taken[i]);
            }
        }
        cr_assert(nb_schedule_is_settled(&schedule));
        cr_assert(nb_window_is_empty(&window));
    }
}

/* ---- teams ---- */

Test(schedule, split_always_treats_no_job_as_small)
{
    set_up_with(4, NBANG_SPLIT_ALWAYS, 1000, 100000, false);
    nb_item *small = add_small();
    add_small();
    cr_expect_eq(take_one(), small);
    cr_expect_eq(schedule.memory_used_bytes, 50);
}
