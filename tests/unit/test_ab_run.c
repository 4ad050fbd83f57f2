#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "measure/ab_json.h"
#include "measure/ab_run.h"

TestSuite(ab_run, .timeout = 60);

static nb_ab_state state;

static void run(const nb_ab_options *options)
{
    cr_assert_eq(nb_ab_run(&state, options), NBANG_OK);
}

/* Two commands that leave a letter each in a file, and what is in it in the end. */
typedef struct trail {
    char path[32];
    char commands[2][160];
} trail;

static trail start_trail(const char *b_too)
{
    trail made = {.path = "/tmp/nbang-test-XXXXXX"};
    const int fd = mkstemp(made.path);
    cr_assert_geq(fd, 0);
    close(fd);
    snprintf(made.commands[0], sizeof(made.commands[0]), "printf A >>%s", made.path);
    snprintf(made.commands[1], sizeof(made.commands[1]), "printf B >>%s; %s", made.path, b_too);
    return made;
}

static void end_trail(const trail *self, char letters[64])
{
    FILE *file = fopen(self->path, "r");
    cr_assert_not_null(file);
    letters[fread(letters, 1, 63, file)] = '\0';
    fclose(file);
    unlink(self->path);
}

static void count_calls(void *ctx, const nb_ab_state *news)
{
    cr_expect_eq(news, &state);
    ++*(unsigned *)ctx;
}

Test(ab_run, runs_both_once_to_warm_up_and_then_by_turns)
{
    trail of = start_trail(":");
    unsigned calls = 0;
    run(&(nb_ab_options){
        .commands = {of.commands[0], of.commands[1]},
        .threshold = 0.05,
        .time_limit_ns = NB_NS_PER_S,
        .runs = 3,
        .progress = count_calls,
        .progress_ctx = &calls,
    });
    char letters[64];
    end_trail(&of, letters);
    cr_expect_str_eq(letters, "AB"
                              "ABBA"
                              "ABBA");
    cr_expect_eq(state.num_pairs, 4);
    cr_expect_eq(calls, 2);
    cr_expect_eq(state.test.looks, 1);
    cr_expect_eq(state.test.verdict, NB_AB_CANNOT_TELL, "four pairs are too few");
    cr_expect_eq(state.failed, -1);
    for (size_t i = 0; i < state.num_pairs; i++) {
        cr_expect_gt(state.pairs[i].a_ns, 0);
        cr_expect_gt(state.pairs[i].b_ns, 0);
    }
    nb_ab_clear(&state);
}

Test(ab_run, stops_at_the_first_verdict)
{
    run(&(nb_ab_options){
        .commands = {"sleep 0.002", "sleep 0.04"},
        .threshold = 0.05,
        .time_limit_ns = 50 * NB_NS_PER_S,
    });
    cr_expect_eq(state.test.verdict, NB_AB_REGRESSION);
    cr_expect_lt(state.elapsed_ns, 50 * NB_NS_PER_S);
    cr_expect_lt(state.test.spent, 1);
    nb_ab_clear(&state);
}

Test(ab_run, one_block_is_run_however_short_the_time)
{
    run(&(nb_ab_options){
        .commands = {"sleep 0.1", "sleep 0.1"},
        .threshold = 0.05,
        .time_limit_ns = NB_NS_PER_S / 5,
    });
    cr_expect_eq(state.num_pairs, 2);
    cr_expect_eq(state.test.verdict, NB_AB_CANNOT_TELL);
    cr_expect_geq(state.elapsed_ns, 6 * NB_NS_PER_S / 10);
    nb_ab_clear(&state);
}

Test(ab_run, a_command_that_fails_ends_it)
{
    run(&(nb_ab_options){
        .commands = {"true", "echo why >&2; exit 5"},
        .time_limit_ns = NB_NS_PER_S,
    });
    cr_expect_eq(state.failed, NB_AB_B);
    cr_expect_eq(state.failure.end, NB_PROCESS_EXITED);
    cr_expect_eq(state.failure.code, 5);
    cr_expect_str_eq(state.failure.tail, "why\n");
    cr_expect_eq(state.num_pairs, 0);
    cr_expect_eq(state.test.verdict, NB_AB_OPEN);
    nb_ab_clear(&state);
}

Test(ab_run, a_command_that_fails_later_ends_it_too)
{
    trail of = start_trail("");
    /* The fourth B fails: the letters so far are counted. */
    snprintf(of.commands[1], sizeof(of.commands[1]), "printf B >>%s; ! grep -q 'B.*B.*B.*B' %s",
             of.path, of.path);
    run(&(nb_ab_options){
        .commands = {of.commands[0], of.commands[1]},
        .threshold = 0.05,
        .time_limit_ns = 50 * NB_NS_PER_S,
        .runs = 100,
    });
    char letters[64];
    end_trail(&of, letters);
    cr_expect_str_eq(letters, "AB"
                              "ABBA"
                              "AB");
    cr_expect_eq(state.failed, NB_AB_B);
    cr_expect_eq(state.num_pairs, 2, "an incomplete block does not count");
    cr_expect_eq(state.test.verdict, NB_AB_OPEN);
    nb_ab_clear(&state);
}

Test(ab_run, a_command_that_does_not_end_has_failed)
{
    run(&(nb_ab_options){
        .commands = {"sleep 1000", "true"},
        .time_limit_ns = NB_NS_PER_S / 50,
    });
    cr_expect_eq(state.failed, NB_AB_A);
    cr_expect_eq(state.failure.end, NB_PROCESS_LATE);
    nb_ab_clear(&state);
}

Test(ab_run, cancelling_leaves_what_there_is_and_no_verdict)
{
    int cancel[2];
    cr_assert_eq(pipe(cancel), 0);
    /* The fourth B asks for the end. */
    trail of = start_trail("");
    snprintf(of.commands[1], sizeof(of.commands[1]),
             "printf B >>%s; ! grep -q 'B.*B.*B.*B' %s || { echo >/proc/%d/fd/%d; sleep 1000; }",
             of.path, of.path, (int)getpid(), cancel[1]);
    run(&(nb_ab_options){
        .commands = {"sleep 0.001", of.commands[1]},
        .threshold = 0.05,
        .time_limit_ns = 50 * NB_NS_PER_S,
        .runs = 100,
        .cancel_fd = cancel[0],
    });
    char letters[64];
    end_trail(&of, letters);
    cr_expect(state.interrupted);
    cr_expect_eq(state.failed, -1);
    cr_expect_eq(state.num_pairs, 2);
    cr_expect_eq(state.test.verdict, NB_AB_OPEN);
    cr_expect_gt(state.test.ratio.value, 0);
    nb_ab_clear(&state);
}

Test(ab_run, result_as_json_says_all_of_it)
{
    const nb_ab_options options = {
        .commands = {"true", "true # \xc3\xa4 \""},
        .threshold = 0.25,
        .time_limit_ns = NB_NS_PER_S,
        .runs = 2,
    };
    run(&options);
    json_t *object = nb_ab_to_json(&state, &options);
    cr_assert_not_null(object);
    char *text = json_dumps(object, 0);
    json_decref(object);
    object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(object);
    const char *schema;
    const char *b;
    double threshold;
    const char *verdict;
    json_t *low;
    json_t *pairs;
    cr_assert_eq(json_unpack(object, "{s:s, s:[o, s!], s:f, s:s, s:{s:o}, s:o}", "schema", &schema,
                             "commands", &low, &b, "fail_above", &threshold, "verdict", &verdict,
                             "ratio", "low", &low, "pairs", &pairs),
                 0);
    cr_expect_str_eq(schema, "nbang-ab-1");
    cr_expect_str_eq(b, options.commands[1]);
    cr_expect_eq(threshold, 0.25);
    cr_expect_str_eq(verdict, "inconclusive");
    cr_expect(json_is_null(low), "two pairs have no interval");
    cr_expect_eq(json_array_size(pairs), 2);
    cr_expect(json_is_array(json_object_get(object, "warnings")));
    cr_expect(json_is_false(json_object_get(object, "interrupted")));
    const json_int_t time = json_integer_value(json_array_get(json_array_get(pairs, 1), 1));
    cr_expect_eq((uint64_t)time, state.pairs[1].b_ns);
    json_decref(object);
    free(text);
    nb_ab_clear(&state);
}
