#include "measure/ab_json.h"

#include "nbang/nbang.h"

/* A number, or null. */
static json_t *real_if(bool known, double value)
{
    return known ? json_real(value) : json_null();
}

static json_t *interval_to_json(nb_interval interval)
{
    return json_pack("{s:f, s:o, s:o}", "value", interval.value, "low",
                     real_if(interval.known, interval.low), "high",
                     real_if(interval.known, interval.high));
}

static json_t *times_to_json(nb_interval median, double spread)
{
    return json_pack("{s:f, s:o, s:o, s:f}", "median_ns", median.value, "low_ns",
                     real_if(median.known, median.low), "high_ns",
                     real_if(median.known, median.high), "spread", spread);
}

static json_t *pairs_to_json(const nb_ab_state *state)
{
    json_t *pairs = json_array();
    for (size_t i = 0; pairs != NULL && i < state->num_pairs; i++) {
        json_t *pair =
            json_pack("[I, I]", (json_int_t)state->pairs[i].a_ns, (json_int_t)state->pairs[i].b_ns);
        if (json_array_append_new(pairs, pair) != 0) {
            json_decref(pairs);
            return NULL;
        }
    }
    return pairs;
}

json_t *nb_ab_to_json(const nb_ab_state *state, const nb_ab_options *options)
{
    static const char *const verdicts[] = {
        [NB_AB_OPEN] = NULL,
        [NB_AB_PASS] = "pass",
        [NB_AB_REGRESSION] = "regression",
        [NB_AB_CANNOT_TELL] = "inconclusive",
    };
    const nb_ab_test *test = &state->test;
    json_t *needed = test->verdict == NB_AB_CANNOT_TELL && test->needed_pairs > 0
                         ? json_integer((json_int_t)test->needed_pairs)
                         : json_null();
    /* Whatever could not be made is NULL, and then so is the whole. */
    return json_pack(
        "{s:s, s:s, s:[s, s], s:f, s:s?, s:b, s:I, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "schema", "nbang-ab-1", "version", nbang_version(), "commands", options->commands[NB_AB_A],
        options->commands[NB_AB_B], "fail_above", test->threshold, "verdict",
        verdicts[test->verdict], "interrupted", (int)state->interrupted, "elapsed_ns",
        (json_int_t)state->elapsed_ns, "looks", (int)test->looks, "needed_pairs", needed, "ratio",
        interval_to_json(test->decisive), "ratio_this_look", interval_to_json(test->ratio), "a",
        times_to_json(test->a_ns, test->a_spread), "b", times_to_json(test->b_ns, test->b_spread),
        "pairs", pairs_to_json(state), "warnings",
        state->warnings != NULL ? json_incref(state->warnings) : json_array());
}
