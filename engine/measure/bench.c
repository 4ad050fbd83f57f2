#include "measure/bench.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "measure/analysis.h"
#include "measure/clock_speed.h"
#include "measure/counters.h"
#include "measure/metadata.h"
#include "measure/noise.h"
#include "measure/rounds.h"
#include "measure/sample.h"

/* A benchmark under way. */
typedef struct bench {
    nb_record *record;
    const nb_bench_options *options;
    nb_sampler sampler;
    nb_rounds rounds;
    nb_noise_mark quiet; /* before anything was measured */
    uint64_t began_ns;
    uint64_t turns;        /* samples so far */
    json_t *others;        /* other runs of this program that have been seen; owned */
    bool others_warned;    /* they are named in a warning of the record, */
    size_t others_warning; /* which is this one */
    char *error;
    size_t error_size;
} bench;

/* ---- before and after ---- */

static nb_status set(json_t *metadata, const char *key, json_t *value)
{
    return json_object_set_new(metadata, key, value) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

/* Moves sentences to the record's warnings. */
static nb_status warn(nb_record *record, json_t *sentences)
{
    nb_status status = NBANG_OK;
    size_t i;
    json_t *sentence;
    json_array_foreach(sentences, i, sentence)
    {
        if (status == NBANG_OK) {
            status = nb_record_warn(record, json_string_value(sentence));
        }
    }
    return status;
}

static nb_status describe_limits(nb_record *record)
{
    json_t *sentences = json_array();
    nb_status status =
        sentences != NULL ? nb_noise_describe_limits(sentences, record) : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = warn(record, sentences);
    }
    json_decref(sentences);
    return status;
}

/* Looks for other runs of this program, which come and go, and names all that have been seen in one
 * of the record's warnings. */
static nb_status look_around(bench *self)
{
    const size_t known = json_array_size(self->others);
    nb_status status = nb_noise_find_others(self->others, "");
    if (status != NBANG_OK || json_array_size(self->others) == known) {
        return status;
    }
    json_t *warnings = self->record->warnings;
    if (self->others_warned) {
        json_array_remove(warnings, self->others_warning);
    }
    self->others_warning = json_array_size(warnings);
    self->others_warned = true;
    return nb_noise_describe_others(warnings, self->others);
}

static nb_status describe_machine(bench *self)
{
    json_t *metadata = self->record->metadata;
    nb_status status = nb_metadata_fill(self->record);
    if (status == NBANG_SYSTEM) {
        snprintf(self->error, self->error_size, "cannot read the machine's topology: %s",
                 strerror(errno));
    }
    nb_clock_speed speed;
    /* Where threads cannot be bound there is nothing to say of clocks. */
    if (status == NBANG_OK && nb_clock_speed_measure(&speed) == NBANG_OK) {
        status = set(metadata, "clock", nb_clock_speed_to_json(&speed));
    }
    if (status == NBANG_OK) {
        status = set(metadata, "counters", json_string(nb_counters_state()));
    }
    if (status == NBANG_OK) {
        status = describe_limits(self->record);
    }
    if (status == NBANG_OK) {
        status = look_around(self);
    }
    nb_noise_mark_now(&self->quiet, "");
    return status;
}

static nb_status describe_spread(const nb_record *record, json_t *sentences)
{
    nb_analysis analysis;
    nb_status status = nb_analysis_create(&analysis, record);
    if (status == NBANG_OK) {
        status = nb_noise_describe_spread(sentences, &analysis);
        nb_analysis_clear(&analysis);
    }
    return status;
}

/* What disturbed the measurement as a whole; also of one that was interrupted. */
static nb_status describe_noise(bench *self)
{
    nb_noise_mark now;
    nb_noise_mark_now(&now, "");
    json_t *noise = nb_noise_between(&self->quiet, &now);
    json_t *sentences = json_array();
    nb_status status =
        noise != NULL && sentences != NULL ? nb_noise_describe(sentences, noise) : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = describe_spread(self->record, sentences);
    }
    if (status == NBANG_OK) {
        status = warn(self->record, sentences);
    }
    json_decref(sentences);
    if (status != NBANG_OK) {
        json_decref(noise);
        return status;
    }
    return set(self->record->metadata, "noise", noise);
}

/* ---- measuring ---- */

static void show(const bench *self, bool warming_up, size_t turns, const nb_point *point)
{
    const nb_bench_options *options = self->options;
    if (options->progress == NULL) {
        return;
    }
    const size_t num_points = self->record->num_points;
    const nb_bench_progress progress = {
        .warming_up = warming_up,
        .turns = turns,
        .num_turns = warming_up ? num_points : num_points * options->runs,
        .elapsed_ns = nb_clock_wall_ns() - self->began_ns,
        .time_limit_ns = options->time_limit_ns,
        .point = point,
    };
    options->progress(options->ctx, &progress);
}

static nb_status warm_up(bench *self)
{
    nb_status status = NBANG_OK;
    for (size_t i = 0; status == NBANG_OK && i < self->record->num_points; i++) {
        const nb_point *point = &self->record->points[i];
        show(self, true, i, point);
        status = nb_sampler_check(&self->sampler, point, self->error, self->error_size);
    }
    return status;
}

const nb_point *nb_bench_traced_point(const nb_record *record)
{
    const nb_point *last = record->points;
    for (size_t i = 1; i < record->num_points && nb_point_same_series(&record->points[i], last);
         i++) {
        last = &record->points[i];
    }
    return last;
}

/* What goes wrong is no more than a warning: what is measured is as good without a trace. */
static nb_status trace(bench *self)
{
    if (self->options->trace == NULL) {
        return NBANG_OK;
    }
    const nb_status status = nb_sampler_trace(&self->sampler, nb_bench_traced_point(self->record),
                                              self->options->trace, self->error, self->error_size);
    if (status != NBANG_INVALID) {
        return status;
    }
    char sentence[256];
    snprintf(sentence, sizeof(sentence), "No run could be traced: %.200s.", self->error);
    self->error[0] = '\0';
    return nb_record_warn(self->record, sentence);
}

static nb_status take_turn(bench *self, nb_point *point)
{
    nb_sample sample;
    show(self, false, self->turns, point);
    nb_status status =
        nb_sampler_take(&self->sampler, point, &sample, self->error, self->error_size);
    if (status != NBANG_OK) {
        return status;
    }
    sample.turn = self->turns++;
    return nb_point_add_sample(point, &sample);
}

static nb_status end_round(bench *self)
{
    nb_status status = look_around(self);
    if (status == NBANG_OK && self->options->round != NULL) {
        status = self->options->round(self->options->ctx, self->record);
    }
    return status;
}

static nb_status measure(bench *self)
{
    nb_status status = NBANG_OK;
    size_t index;
    while (status == NBANG_OK && nb_rounds_next(&self->rounds, nb_clock_wall_ns(), &index)) {
        status = take_turn(self, &self->record->points[index]);
        if (status == NBANG_OK && nb_rounds_at_end(&self->rounds)) {
            status = end_round(self);
        }
    }
    return status;
}

nb_status nb_bench_run(nb_record *record, const nb_bench_options *options, char *error,
                       size_t error_size)
{
    bench self = {
        .record = record,
        .options = options,
        .began_ns = nb_clock_wall_ns(),
        .error = error,
        .error_size = error_size,
    };
    const nb_rounds_limits limits = {
        .runs = options->runs,
        .deadline_ns = options->time_limit_ns > 0 ? self.began_ns + options->time_limit_ns : 0,
    };
    record->interrupted = true;
    nb_sampler_init(&self.sampler, options->program, options->cancel_fd);
    self.others = json_array();
    nb_status status = self.others != NULL
                           ? nb_rounds_init(&self.rounds, record->num_points, record->seed, &limits)
                           : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = describe_machine(&self);
    }
    if (status == NBANG_OK) {
        status = warm_up(&self);
    }
    if (status == NBANG_OK) {
        status = trace(&self);
    }
    if (status == NBANG_OK) {
        status = measure(&self);
        const nb_status described = describe_noise(&self);
        status = status != NBANG_OK ? status : described;
    }
    record->interrupted = status != NBANG_OK;
    nb_rounds_clear(&self.rounds);
    json_decref(self.others);
    return status;
}
