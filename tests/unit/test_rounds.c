/* The order of turns and the end of measuring, with a clock that the tests turn. */
#include <criterion/criterion.h>
#include <string.h>

#include "measure/rounds.h"

TestSuite(rounds, .timeout = 10);

enum { POINTS = 5 };

static nb_rounds make(size_t num_points, uint64_t seed, unsigned runs, uint64_t deadline_ns)
{
    nb_rounds rounds;
    const nb_rounds_limits limits = {.runs = runs, .deadline_ns = deadline_ns};
    cr_assert_eq(nb_rounds_init(&rounds, num_points, seed, &limits), NBANG_OK);
    return rounds;
}

Test(rounds, every_point_has_one_turn_a_round)
{
    nb_rounds rounds = make(POINTS, 1, 50, 0);
    for (unsigned round = 0; round < 50; round++) {
        int turns[POINTS] = {0};
        for (int i = 0; i < POINTS; i++) {
            size_t point;
            cr_assert(nb_rounds_next(&rounds, 0, &point));
            cr_assert_lt(point, POINTS);
            turns[point]++;
            cr_expect_eq(nb_rounds_at_end(&rounds), i == POINTS - 1);
        }
        for (int i = 0; i < POINTS; i++) {
            cr_expect_eq(turns[i], 1, "point %d in round %u", i, round);
        }
        cr_expect_eq(rounds.completed, round + 1);
    }
    size_t point;
    cr_expect(!nb_rounds_next(&rounds, 0, &point), "fifty rounds are enough");
    nb_rounds_clear(&rounds);
}

/* The turns of `count` rounds, one after the other. */
static void take(size_t *turns, unsigned count, uint64_t seed)
{
    nb_rounds rounds = make(POINTS, seed, count, 0);
    for (unsigned i = 0; i < count * POINTS; i++) {
        cr_assert(nb_rounds_next(&rounds, 0, &turns[i]));
    }
    nb_rounds_clear(&rounds);
}

Test(rounds, the_seed_gives_the_orders)
{
    size_t first[20 * POINTS], again[20 * POINTS], other[20 * POINTS];
    take(first, 20, 7);
    take(again, 20, 7);
    take(other, 20, 8);
    cr_expect_arr_eq(first, again, sizeof first);
    cr_expect_neq(memcmp(first, other, sizeof first), 0);
    cr_expect_neq(memcmp(first, first + POINTS, POINTS * sizeof *first), 0,
                  "rounds differ from each other");
}

/* Each point stands in each place about as often as in any other: of 6000 rounds, 1200 times, with
 * a standard deviation of 31. */
Test(rounds, all_orders_are_equally_likely)
{
    enum { ROUNDS = 6000 };
    static size_t turns[ROUNDS * POINTS];
    take(turns, ROUNDS, 3);
    int counts[POINTS][POINTS] = {{0}};
    for (int i = 0; i < ROUNDS * POINTS; i++) {
        counts[i % POINTS][turns[i]]++;
    }
    for (int place = 0; place < POINTS; place++) {
        for (int point = 0; point < POINTS; point++) {
            cr_expect(counts[place][point] > 1050 && counts[place][point] < 1350,
                      "point %d in place %d: %d", point, place, counts[place][point]);
        }
    }
}

/* Takes turns of `turn_ns` each until it is enough; returns how many. */
static unsigned run(nb_rounds *rounds, uint64_t *now_ns, uint64_t turn_ns)
{
    unsigned turns = 0;
    size_t point;
    while (nb_rounds_next(rounds, *now_ns, &point)) {
        *now_ns += turn_ns;
        turns++;
    }
    return turns;
}

Test(rounds, no_round_is_begun_that_would_not_end_in_time)
{
    uint64_t now_ns = 1000;
    nb_rounds rounds = make(4, 1, 0, 1000 + 99);
    cr_expect_eq(run(&rounds, &now_ns, 5), 16,
                 "four rounds of 20 ns, and a fifth would end at 100");
    cr_expect_eq(rounds.completed, 4);
    nb_rounds_clear(&rounds);
}

Test(rounds, the_first_round_is_taken_to_its_end)
{
    uint64_t now_ns = 1000;
    nb_rounds rounds = make(4, 1, 0, 1001);
    cr_expect_eq(run(&rounds, &now_ns, 50), 4);
    nb_rounds_clear(&rounds);
    now_ns = 1000;
    rounds = make(4, 1, 9, 500);
    cr_expect_eq(run(&rounds, &now_ns, 50), 4, "even after the deadline");
    nb_rounds_clear(&rounds);
}

Test(rounds, a_round_that_takes_longer_is_broken_off_at_the_deadline)
{
    uint64_t now_ns = 0;
    nb_rounds rounds = make(4, 1, 0, 100);
    size_t point;
    for (int i = 0; i < 4; i++) {
        cr_assert(nb_rounds_next(&rounds, now_ns, &point));
        now_ns += 5;
    }
    cr_expect_eq(run(&rounds, &now_ns, 45), 2, "from 20 to 65, and from 65 to 110");
    cr_expect_eq(rounds.completed, 1);
    cr_expect(!nb_rounds_at_end(&rounds));
    nb_rounds_clear(&rounds);
}

Test(rounds, one_point_takes_every_turn)
{
    uint64_t now_ns = 0;
    nb_rounds rounds = make(1, 1, 9, 0);
    cr_expect_eq(run(&rounds, &now_ns, 1), 9);
    nb_rounds_clear(&rounds);
}
