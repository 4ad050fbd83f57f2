/* What a worker says that it did. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "executor_support.h"

TestSuite(execute_trace, .timeout = 60);

/* Before the first task. */
static uint64_t began_ns;

/* All that was heard of one task, and of the rest of the one before. */
typedef struct account {
    uint64_t end_ns; /* of the task */
    uint64_t phase_ns[NBANG_NUM_PHASES];
    uint64_t last_ns;          /* end of the last span of the worker's own thread */
    uint64_t job_ns[2];        /* in the first and the second job */
    size_t num_members;        /* spans of the team */
    bool was_spans;            /* the frame before */
    bool last_was_after_spans; /* the last frame came after one of spans */
} account;

static void take_span(account *heard, const nbang_span *span, const uint64_t *jobs)
{
    cr_assert_eq(span->worker, worker.index);
    cr_assert_lt(span->place, nb_slots_count(slots));
    cr_assert_geq(span->start_ns, began_ns);
    cr_assert_leq(span->end_ns, heard->end_ns);
    const uint64_t length_ns = span->end_ns - span->start_ns;
    heard->phase_ns[span->phase] += length_ns;
    if (span->phase == NBANG_PHASE_TEAM) {
        heard->num_members++;
        cr_expect_eq(span->n, jobs[0]);
        return;
    }
    cr_assert_leq(heard->last_ns, span->start_ns, "spans of a thread do not overlap");
    heard->last_ns = span->end_ns;
    for (size_t i = 0; i < 2; i++) {
        heard->job_ns[i] += span->n == jobs[i] ? length_ns : 0;
    }
}

static void begin(nb_executor_options options)
{
    began_ns = nb_clock_wall_ns();
    start(options);
}

/* Does two jobs, or one and nothing, and listens. */
static account run(const uint64_t *jobs, size_t num_jobs)
{
    account heard = {.num_members = 0};
    for (unsigned i = 0; num_jobs == 1 && i < nb_slots_count(slots); i++) {
        const nb_lend lend = {.slot = i};
        cr_assert_eq(command(NB_MESSAGE_LEND, &lend, sizeof(lend)), NBANG_OK);
    }
    cr_assert_eq(command(NB_MESSAGE_JOBS, jobs, num_jobs * sizeof(*jobs)), NBANG_OK);
    heard.end_ns = nb_clock_wall_ns();
    receive();
    nb_frame frame;
    while (next_frame(&frame)) {
        heard.last_was_after_spans = heard.was_spans && frame.type != NB_MESSAGE_SPANS;
        heard.was_spans = frame.type == NB_MESSAGE_SPANS;
        size_t num_spans = 0;
        if (heard.was_spans) {
            cr_assert_eq(nb_codec_num_spans(&num_spans, &frame), NBANG_OK);
        }
        for (size_t i = 0; i < num_spans; i++) {
            nbang_span span;
            cr_assert_eq(nb_codec_span(&span, &frame, i), NBANG_OK);
            take_span(&heard, &span, jobs);
        }
    }
    task++;
    return heard;
}

Test(execute_trace, every_phase_of_a_large_job_is_told_before_its_last_text)
{
    const uint64_t jobs[] = {300000, 0};
    begin((nb_executor_options){.verify = true, .trace = true});
    for (int i = 0; i < 2; i++) { /* the second account begins where the first ended */
        const account heard = run(jobs, 1);
        cr_expect(heard.last_was_after_spans);
        cr_expect_gt(heard.phase_ns[NBANG_PHASE_PRIMES], 0);
        cr_expect_gt(heard.phase_ns[NBANG_PHASE_PRODUCTS], heard.phase_ns[NBANG_PHASE_PIPES]);
        cr_expect_gt(heard.phase_ns[NBANG_PHASE_VERIFICATION], 0);
        cr_expect_gt(heard.phase_ns[NBANG_PHASE_TEXT], 0);
        cr_expect_gt(heard.phase_ns[NBANG_PHASE_PIPES], 0);
        cr_expect_eq(heard.phase_ns[NBANG_PHASE_READ] + heard.phase_ns[NBANG_PHASE_WRITE], 0);
        cr_expect_eq(heard.num_members, nb_slots_count(slots));
        /* Little is left: the last frame, and giving the memory back. */
        cr_expect_gt(heard.job_ns[0], heard.phase_ns[NBANG_PHASE_PRODUCTS]);
    }
    stop();
}

Test(execute_trace, jobs_of_a_group_are_told_apart)
{
    const uint64_t jobs[] = {20000, 1800};
    begin((nb_executor_options){.verify = true, .trace = true});
    const account heard = run(jobs, 2);
    cr_expect(heard.last_was_after_spans);
    cr_expect_gt(heard.job_ns[1], 0);
    cr_expect_gt(heard.job_ns[0], heard.job_ns[1]);
    stop();
}

Test(execute_trace, numbers_made_of_others_are_told)
{
    const uint64_t jobs[] = {16000, 16001};
    begin((nb_executor_options){.verify = true, .reuse = true, .trace = true});
    const account heard = run(jobs, 2);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_REUSE], 0);
    cr_expect_lt(heard.phase_ns[NBANG_PHASE_REUSE], heard.job_ns[1]);
    stop();
}

Test(execute_trace, binary_numbers_have_phases)
{
    const uint64_t jobs[] = {100000, 0};
    begin((nb_executor_options){.verify = true, .trace = true, .content = NBANG_CONTENT_RAW});
    const account heard = run(jobs, 1);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_PRODUCTS], 0);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_VERIFICATION], 0);
    cr_expect_gt(heard.phase_ns[NBANG_PHASE_TEXT], 0);
    stop();
}

Test(execute_trace, nothing_is_told_unless_it_is_asked_for)
{
    const uint64_t jobs[] = {300000, 0};
    begin((nb_executor_options){.verify = true});
    const account heard = run(jobs, 1);
    cr_expect_not(heard.last_was_after_spans);
    cr_expect_eq(heard.last_ns + heard.num_members, 0);
    stop();
}
