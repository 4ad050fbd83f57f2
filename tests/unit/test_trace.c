#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/trace.h"

TestSuite(trace, .timeout = 30);

static nb_trace *new_trace(size_t capacity)
{
    nb_trace *trace;
    cr_assert_eq(nb_trace_create(&trace, capacity, 3, 5), NBANG_OK);
    return trace;
}

/* Asserts that spans are of worker 3 at place 5, by time, and do not overlap. */
static void expect_in_order(const nbang_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(spans[i].worker, 3);
        cr_assert_eq(spans[i].place, 5);
        cr_assert_lt(spans[i].start_ns, spans[i].end_ns);
        cr_assert(i == 0 || spans[i - 1].end_ns <= spans[i].start_ns, "span %zu", i);
    }
}

/* ---- phases ---- */

Test(trace, every_change_of_phase_ends_a_span)
{
    nb_trace *trace = new_trace(64);
    const uint64_t before_ns = nb_clock_wall_ns();
    cr_expect_eq(nb_trace_enter(trace, NBANG_PHASE_PRIMES), NBANG_PHASE_IDLE);
    usleep(2000);
    cr_expect_eq(nb_trace_enter(trace, NBANG_PHASE_PRODUCTS), NBANG_PHASE_PRIMES);
    usleep(1000);
    cr_expect_eq(nb_trace_enter(trace, NBANG_PHASE_PRODUCTS), NBANG_PHASE_PRODUCTS);
    usleep(1000);
    cr_expect_eq(nb_trace_enter(trace, NBANG_PHASE_IDLE), NBANG_PHASE_PRODUCTS);
    const uint64_t after_ns = nb_clock_wall_ns();
    usleep(1000);

    const nbang_span *spans;
    cr_assert_eq(nb_trace_take(trace, &spans), 2);
    expect_in_order(spans, 2);
    cr_expect_eq(spans[0].phase, NBANG_PHASE_PRIMES);
    cr_expect_eq(spans[1].phase, NBANG_PHASE_PRODUCTS);
    cr_expect_eq(spans[0].end_ns, spans[1].start_ns);
    cr_expect_geq(spans[0].end_ns - spans[0].start_ns, 2 * NB_NS_PER_MS);
    cr_expect_geq(spans[1].end_ns - spans[1].start_ns, 2 * NB_NS_PER_MS);
    cr_expect_geq(spans[0].start_ns, before_ns);
    cr_expect_leq(spans[1].end_ns, after_ns);
    nb_trace_destroy(trace);
}

Test(trace, spans_belong_to_the_job_of_their_time)
{
    nb_trace *trace = new_trace(64);
    nb_trace_enter(trace, NBANG_PHASE_PIPES);
    usleep(100);
    nb_trace_job(trace, 5);
    usleep(100);
    nb_trace_job(trace, 0);
    usleep(100);
    nb_trace_enter(trace, NBANG_PHASE_TEXT);
    usleep(100);
    const nbang_span *spans;
    cr_assert_eq(nb_trace_take(trace, &spans), 4);
    expect_in_order(spans, 4);
    cr_expect_eq(spans[0].n, NBANG_SPAN_NO_JOB);
    cr_expect_eq(spans[1].n, 5);
    cr_expect_eq(spans[2].n, 0);
    cr_expect_eq(spans[3].n, 0);
    cr_expect_eq(spans[2].phase, NBANG_PHASE_PIPES);
    nb_trace_destroy(trace);
}

Test(trace, what_is_taken_goes_up_to_now_and_the_rest_goes_on_from_there)
{
    nb_trace *trace = new_trace(64);
    const nbang_span *spans;
    cr_expect_eq(nb_trace_take(trace, &spans), 0);
    nb_trace_job(trace, 7);
    nb_trace_enter(trace, NBANG_PHASE_TEXT);
    usleep(100);
    cr_assert_eq(nb_trace_take(trace, &spans), 1);
    const uint64_t end_ns = spans[0].end_ns;
    cr_expect_leq(end_ns, nb_clock_wall_ns());
    usleep(100);
    cr_assert_eq(nb_trace_take(trace, &spans), 1);
    cr_expect_eq(spans[0].start_ns, end_ns);
    cr_expect_eq(spans[0].phase, NBANG_PHASE_TEXT);
    cr_expect_eq(spans[0].n, 7);
    nb_trace_destroy(trace);
}

Test(trace, nothing_is_recorded_without_one)
{
    nb_trace_job(NULL, 5);
    cr_expect_eq(nb_trace_enter(NULL, NBANG_PHASE_TEXT), NBANG_PHASE_TEXT);
    nb_trace_destroy(NULL);
}

Test(trace, every_phase_has_a_name_of_its_own)
{
    for (unsigned i = 0; i < NBANG_NUM_PHASES; i++) {
        for (unsigned k = 0; k < i; k++) {
            cr_expect_str_neq(nbang_phase_name((nbang_phase)i), nbang_phase_name((nbang_phase)k));
        }
    }
    cr_expect_str_eq(nbang_phase_name(NBANG_PHASE_VERIFICATION), "verification");
    cr_expect_str_eq(nbang_phase_name(NBANG_PHASE_WRITE), "write");
}

/* ---- adding, and folding ---- */

static void add(nb_trace *trace, nbang_phase phase, uint64_t start_ns, uint64_t end_ns, uint64_t n)
{
    const nbang_span span = {
        .worker = 3, .place = 5, .phase = phase, .start_ns = start_ns, .end_ns = end_ns, .n = n};
    nb_trace_add(trace, &span);
}

static void expect_span(const nbang_span *span, nbang_phase phase, uint64_t start_ns,
                        uint64_t end_ns, uint64_t n)
{
    cr_expect_eq(span->phase, phase);
    cr_expect_eq(span->start_ns, start_ns);
    cr_expect_eq(span->end_ns, end_ns);
    cr_expect_eq(span->n, n);
}

Test(trace, spans_that_touch_become_one_if_phase_and_job_are_the_same)
{
    nb_trace *trace = new_trace(32);
    add(trace, NBANG_PHASE_TEXT, 10, 20, 1);
    add(trace, NBANG_PHASE_TEXT, 20, 30, 1);
    add(trace, NBANG_PHASE_TEXT, 31, 40, 1);
    add(trace, NBANG_PHASE_TEXT, 40, 50, 2);
    add(trace, NBANG_PHASE_PIPES, 50, 60, 2);
    add(trace, NBANG_PHASE_PRIMES, 60, 60, 2); /* no time at all */
    const nbang_span *spans;
    cr_assert_eq(nb_trace_take(trace, &spans), 4);
    expect_span(&spans[0], NBANG_PHASE_TEXT, 10, 30, 1);
    expect_span(&spans[1], NBANG_PHASE_TEXT, 31, 40, 1);
    expect_span(&spans[2], NBANG_PHASE_TEXT, 40, 50, 2);
    expect_span(&spans[3], NBANG_PHASE_PIPES, 50, 60, 2);
    nb_trace_destroy(trace);
}

/* The first folding has windows of two microseconds. */
Test(trace, short_spans_are_folded_when_there_is_no_more_room)
{
    nb_trace *trace = new_trace(32);
    /* One window: text 100 + 300, pipes 50 + 50; one long span; and 27 short ones. */
    add(trace, NBANG_PHASE_TEXT, 1000, 1100, 8);
    add(trace, NBANG_PHASE_PIPES, 1100, 1150, 8);
    add(trace, NBANG_PHASE_TEXT, 2000, 2300, 8);
    add(trace, NBANG_PHASE_PIPES, 2950, 3000, 9);
    add(trace, NBANG_PHASE_PRODUCTS, 3000, 900000, 10);
    for (uint64_t i = 0; i < 27; i++) {
        add(trace, NBANG_PHASE_TEXT, 1000000 + 10 * i, 1000005 + 10 * i, i);
    }
    cr_assert_eq(trace->num_spans, 32);
    add(trace, NBANG_PHASE_WRITE, 2000000, 2000001, 11);
    const nbang_span *spans;
    cr_assert_eq(nb_trace_take(trace, &spans), 5);
    expect_span(&spans[0], NBANG_PHASE_TEXT, 1000, 1400, 8);
    expect_span(&spans[1], NBANG_PHASE_PIPES, 1400, 1500, NBANG_SPAN_NO_JOB);
    expect_span(&spans[2], NBANG_PHASE_PRODUCTS, 3000, 900000, 10);
    expect_span(&spans[3], NBANG_PHASE_TEXT, 1000000, 1000135, NBANG_SPAN_NO_JOB);
    expect_span(&spans[4], NBANG_PHASE_WRITE, 2000000, 2000001, 11);
    nb_trace_destroy(trace);
}

/* Time in a phase until `until_ns`. */
static uint64_t time_until(const nbang_span *spans, size_t count, nbang_phase phase,
                           uint64_t until_ns)
{
    uint64_t sum_ns = 0;
    for (size_t i = 0; i < count && spans[i].start_ns < until_ns; i++) {
        const uint64_t end_ns = spans[i].end_ns < until_ns ? spans[i].end_ns : until_ns;
        sum_ns += spans[i].phase == phase ? end_ns - spans[i].start_ns : 0;
    }
    return sum_ns;
}

Test(trace, folding_keeps_the_time_in_each_phase_and_about_where_it_was)
{
    enum { COUNT = 100000, LONG = 20000000, CAPACITY = 2048 };
    nb_trace *trace = new_trace(CAPACITY);
    nbang_span *all = malloc(COUNT * sizeof(*all));
    cr_assert_not_null(all);
    srand(1);
    uint64_t now_ns = 12345;
    for (size_t i = 0; i < COUNT; i++) {
        now_ns += rand() % 3 == 0 ? (uint64_t)(rand() % 5000) : 0;
        const uint64_t length_ns = i % 10000 == 5000 ? LONG : (uint64_t)(rand() % 2000) + 1;
        all[i] = (nbang_span){.worker = 3,
                              .place = 5,
                              .phase = (nbang_phase)(1 + rand() % (NBANG_NUM_PHASES - 1)),
                              .start_ns = now_ns,
                              .end_ns = now_ns + length_ns,
                              .n = i};
        nb_trace_add(trace, &all[i]);
        now_ns += length_ns;
    }
    const uint64_t moved_ns = 2 * trace->window_ns;
    cr_assert_lt(moved_ns, LONG);
    const nbang_span *spans;
    const size_t count = nb_trace_take(trace, &spans);
    cr_expect_leq(count, CAPACITY);
    expect_in_order(spans, count);
    for (unsigned phase = 1; phase < NBANG_NUM_PHASES; phase++) {
        const nbang_phase p = (nbang_phase)phase;
        cr_expect_eq(time_until(spans, count, p, now_ns), time_until(all, COUNT, p, now_ns));
        for (uint64_t t = moved_ns; t < now_ns; t += now_ns / 50) {
            const uint64_t found_ns = time_until(spans, count, p, t);
            cr_expect_geq(found_ns, time_until(all, COUNT, p, t - moved_ns));
            cr_expect_leq(found_ns, time_until(all, COUNT, p, t + moved_ns));
        }
    }
    size_t num_long = 0;
    for (size_t i = 0; i < count; i++) {
        num_long += spans[i].end_ns - spans[i].start_ns == LONG && spans[i].n % 10000 == 5000;
    }
    cr_expect_eq(num_long, COUNT / 10000);
    free(all);
    nb_trace_destroy(trace);
}
