#include "measure/ab_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "measure/noise.h"

/* The share of the time after which the test first looks; then after twice that, and so on. Early
 * looks spend little, and nearly all that is left is there for the last. */
#define FIRST_LOOK (1.0 / 16)

/* Half of the interquartile range, as a share of the median, from which on it is worth saying. */
#define SPREAD_WORTH_SAYING 0.1

/* A comparison that goes on. */
typedef struct run {
    const nb_ab_options *options;
    nb_ab_state *state;
    uint64_t started_ns;
    uint64_t measured_ns; /* of the blocks alone */
    double next_look;     /* share of the time */
} run;

static bool is_over(const run *self)
{
    const nb_ab_state *state = self->state;
    return state->interrupted || state->failed >= 0 || state->test.verdict != NB_AB_OPEN;
}

/* Runs a command once. *wall_ns is 0 if that failed or was interrupted, as the state says then. */
static nb_status run_once(run *self, int which, uint64_t *wall_ns)
{
    const nb_ab_options *options = self->options;
    const char *const argv[] = {"/bin/sh", "-c", options->commands[which], NULL};
    const nb_process_command command = {
        .argv = argv,
        .out_fd = options->out_fd,
        .err_fd = options->err_fd,
        .deadline_ns = nb_clock_wall_ns() + NB_AB_LATE_FACTOR * options->time_limit_ns,
        .cancel_fd = options->cancel_fd,
    };
    nb_process_outcome *outcome = &self->state->failure;
    *wall_ns = 0;
    if (is_over(self)) {
        return NBANG_OK;
    }
    nb_status status = nb_process_time(outcome, &command);
    if (status != NBANG_OK) {
        return status;
    }
    if (outcome->end == NB_PROCESS_CANCELLED) {
        self->state->interrupted = true;
    } else if (outcome->end != NB_PROCESS_EXITED || outcome->code != 0) {
        self->state->failed = which;
    } else {
        *wall_ns = outcome->wall_ns;
    }
    self->state->elapsed_ns = nb_clock_wall_ns() - self->started_ns;
    return NBANG_OK;
}

/* Runs a block A B B A. An incomplete one leaves no pairs. */
static nb_status run_block(run *self)
{
    static const int order[] = {NB_AB_A, NB_AB_B, NB_AB_B, NB_AB_A};
    nb_ab_state *state = self->state;
    const uint64_t before_ns = nb_clock_wall_ns();
    uint64_t wall_ns[4];
    for (int i = 0; i < 4; i++) {
        nb_status status = run_once(self, order[i], &wall_ns[i]);
        if (status != NBANG_OK) {
            return status;
        }
    }
    if (is_over(self)) {
        return NBANG_OK;
    }
    nb_ab_pair *pairs = realloc(state->pairs, (state->num_pairs + 2) * sizeof(*pairs));
    if (pairs == NULL) {
        return NBANG_NO_MEMORY;
    }
    pairs[state->num_pairs++] = (nb_ab_pair){.a_ns = wall_ns[0], .b_ns = wall_ns[1]};
    pairs[state->num_pairs++] = (nb_ab_pair){.a_ns = wall_ns[3], .b_ns = wall_ns[2]};
    state->pairs = pairs;
    self->measured_ns += nb_clock_wall_ns() - before_ns;
    return NBANG_OK;
}

/* Lets the test look at the pairs, if it is time. */
static nb_status look(run *self)
{
    nb_ab_state *state = self->state;
    const nb_ab_options *options = self->options;
    const double limit_ns = (double)options->time_limit_ns;
    const double block_ns = (double)self->measured_ns / (double)(state->num_pairs / 2);
    bool is_last = (double)state->elapsed_ns + block_ns > limit_ns;
    double share = is_last ? 1 : (double)state->elapsed_ns / limit_ns;
    if (options->runs > 0) {
        is_last = state->num_pairs >= options->runs;
        share = is_last ? 1 : 0;
    }
    if (!is_last &&
        (share < self->next_look || state->num_pairs < nb_ab_min_pairs(&state->test, share))) {
        return NBANG_OK;
    }
    while (self->next_look <= share) {
        self->next_look *= 2;
    }
    return nb_ab_look(&state->test, state->pairs, state->num_pairs, share);
}

/* What there is when somebody has had enough; but no verdict. */
static nb_status conclude_early(nb_ab_state *state)
{
    if (!state->interrupted || state->num_pairs == 0) {
        return NBANG_OK;
    }
    nb_status status = nb_ab_look(&state->test, state->pairs, state->num_pairs, 1);
    state->test.verdict = NB_AB_OPEN;
    return status;
}

/* Says what else went on since `before`. */
static nb_status describe_noise(nb_ab_state *state, const nb_noise_mark *before)
{
    nb_noise_mark after;
    nb_noise_mark_now(&after, "");
    json_t *noise = nb_noise_between(before, &after);
    json_t *others = json_array();
    state->warnings = json_array();
    nb_status status = NBANG_NO_MEMORY;
    if (noise != NULL && others != NULL && state->warnings != NULL) {
        status = nb_noise_describe(state->warnings, noise);
    }
    json_decref(noise);
    if (status == NBANG_OK) {
        status = nb_noise_find_others(others, "");
    }
    if (status == NBANG_OK) {
        status = nb_noise_describe_others(state->warnings, others);
    }
    json_decref(others);
    const double spread = fmax(state->test.a_spread, state->test.b_spread);
    if (status == NBANG_OK && spread >= SPREAD_WORTH_SAYING) {
        char text[96];
        snprintf(text, sizeof(text),
                 "The runs spread by %.0f %% around their median: something disturbed them.",
                 100 * spread);
        status = json_array_append_new(state->warnings, json_string(text)) == 0 ? NBANG_OK
                                                                                : NBANG_NO_MEMORY;
    }
    return status;
}

/* Warms up, and runs blocks until there is a verdict or something has gone wrong. */
static nb_status run_blocks(run *self)
{
    const nb_ab_options *options = self->options;
    uint64_t unused_ns;
    nb_status status = run_once(self, NB_AB_A, &unused_ns);
    if (status == NBANG_OK) {
        status = run_once(self, NB_AB_B, &unused_ns);
    }
    while (status == NBANG_OK && !is_over(self)) {
        status = run_block(self);
        if (status == NBANG_OK && !is_over(self)) {
            status = look(self);
        }
        if (status == NBANG_OK && options->progress != NULL) {
            options->progress(options->progress_ctx, self->state);
        }
    }
    return status == NBANG_OK ? conclude_early(self->state) : status;
}

nb_status nb_ab_run(nb_ab_state *state, const nb_ab_options *options)
{
    *state = (nb_ab_state){.failed = -1};
    nb_ab_begin(&state->test, options->threshold, options->seed);
    nb_noise_mark before;
    nb_noise_mark_now(&before, "");
    run self = {
        .options = options,
        .state = state,
        .started_ns = nb_clock_wall_ns(),
        .next_look = FIRST_LOOK,
    };
    nb_status status = run_blocks(&self);
    if (status == NBANG_OK && state->num_pairs > 0) {
        status = describe_noise(state, &before);
    }
    return status;
}

void nb_ab_clear(nb_ab_state *state)
{
    free(state->pairs);
    json_decref(state->warnings);
    *state = (nb_ab_state){.failed = -1};
}
