#include "measure/analysis.h"

#include <math.h>
#include <stdlib.h>

/* What an analysis is made with and does not keep. */
typedef struct work {
    const nb_record *record;
    nb_analysis *analysis;
    double *draws;   /* NB_STAT_DRAWS medians of resamples for each point, which are independent */
    double *scratch; /* NB_STAT_DRAWS values */
} work;

static double *draws_of(const work *self, size_t point)
{
    return self->draws + point * NB_STAT_DRAWS;
}

/* ---- points ---- */

static uint64_t wall_of(const nb_sample *sample)
{
    return sample->wall_ns;
}

static uint64_t cpu_of(const nb_sample *sample)
{
    return sample->cpu_ns;
}

/* The values of all samples, sorted upwards; the caller frees them. NULL without memory. */
static double *sorted_values(const nb_point *point, uint64_t (*value_of)(const nb_sample *))
{
    double *values = malloc(point->num_samples * sizeof(*values));
    for (size_t i = 0; values != NULL && i < point->num_samples; i++) {
        values[i] = (double)value_of(&point->samples[i]);
    }
    if (values != NULL) {
        nb_stat_sort(values, point->num_samples);
    }
    return values;
}

/* The median with its interval, and in `draws` the medians of resamples, in no order that has to do
 * with their values. The interval of the bootstrap is too narrow for few runs (of 7 it contains the
 * true median in 88 % of all cases, of 21 in 92 %): it is not narrower than the exact one. */
static nb_status estimate_median(const work *self, nb_interval *median, double *draws,
                                 const double *sorted, size_t count, uint64_t stream)
{
    *median = (nb_interval){.value = nb_stat_median(sorted, count)};
    if (count < NB_POINT_MIN_RUNS) {
        return NBANG_OK;
    }
    nb_random random;
    nb_random_init(&random, self->record->seed, stream);
    nb_status status =
        nb_stat_bootstrap(draws, NB_STAT_DRAWS, sorted, count, &random, nb_stat_median);
    if (status == NBANG_OK) {
        for (size_t i = 0; i < NB_STAT_DRAWS; i++) {
            self->scratch[i] = draws[i];
        }
        const nb_interval exact = nb_stat_median_interval(sorted, count, NB_STAT_COVERAGE);
        *median = nb_stat_interval(median->value, self->scratch, NB_STAT_DRAWS, NB_STAT_COVERAGE);
        median->low = exact.low < median->low ? exact.low : median->low;
        median->high = exact.high > median->high ? exact.high : median->high;
    }
    return status;
}

static nb_status analyse_point(const work *self, size_t index)
{
    const nb_point *point = &self->record->points[index];
    nb_point_result *result = &self->analysis->points[index];
    const size_t slots = nb_record_slots(self->record, point);
    *result = (nb_point_result){
        .point = point,
        .runs = point->num_samples,
        .is_crowded = slots > 0 && point->workers > slots,
    };
    if (point->num_samples == 0) {
        return NBANG_OK;
    }
    double *wall = sorted_values(point, wall_of);
    double *cpu = sorted_values(point, cpu_of);
    nb_status status = wall != NULL && cpu != NULL ? NBANG_OK : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        result->min_ns = wall[0];
        result->spread = nb_stat_spread(wall, result->runs);
        /* The draws of the CPU time are overwritten by those that are needed later. */
        status = estimate_median(self, &result->median_cpu_ns, draws_of(self, index), cpu,
                                 result->runs, 2 * index + 1);
    }
    if (status == NBANG_OK) {
        status = estimate_median(self, &result->median_ns, draws_of(self, index), wall,
                                 result->runs, 2 * index);
    }
    free(wall);
    free(cpu);
    return status;
}

/* ---- speed-up ---- */

static nb_interval scaled(nb_interval interval, double factor)
{
    interval.value *= factor;
    interval.low *= factor;
    interval.high *= factor;
    return interval;
}

static double serial_fraction(double speedup, double workers)
{
    return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}

/* Fills in what compares a point with the one of one worker: each resample of one with each of the
 * other, in the order in which they were drawn. */
static void compare_with_one(const work *self, size_t one, size_t index)
{
    const nb_point_result *base = &self->analysis->points[one];
    nb_point_result *result = &self->analysis->points[index];
    const double n = result->point->workers;
    if (!base->median_ns.known || !result->median_ns.known || !(result->median_ns.low > 0) ||
        !(base->median_ns.low > 0)) {
        return;
    }
    if (index == one) {
        result->speedup = (nb_interval){.known = true, .value = 1, .low = 1, .high = 1};
        result->efficiency = result->speedup;
        return;
    }
    for (size_t i = 0; i < NB_STAT_DRAWS; i++) {
        self->scratch[i] = draws_of(self, one)[i] / draws_of(self, index)[i];
    }
    result->speedup = nb_stat_interval(base->median_ns.value / result->median_ns.value,
                                       self->scratch, NB_STAT_DRAWS, NB_STAT_COVERAGE);
    if (!result->speedup.known || !(result->speedup.low > 0)) {
        result->speedup.known = false; /* a zero among the resamples */
        return;
    }
    result->efficiency = scaled(result->speedup, 1 / n);
    if (n > 1 && result->speedup.value >= 1) {
        result->karp_flatt = (nb_interval){
            .known = true,
            .value = serial_fraction(result->speedup.value, n),
            .low = serial_fraction(result->speedup.high, n),
            .high = serial_fraction(result->speedup.low, n),
        };
    }
}

/* ---- models ---- */

/* The points of a series that a model can be fitted to. */
typedef struct fitted_points {
    unsigned *workers; /* as many as there are */
    size_t *points;    /* where they are in the record */
    double *times;     /* room for their medians */
    size_t count;
    bool has_crowded; /* there are others, which are not fitted */
} fitted_points;

static void free_points(fitted_points *of)
{
    free(of->workers);
    free(of->points);
    free(of->times);
}

/* Leaves out workers that share a place: that these are no faster is not for want of parallelism,
 * and the models know nothing of it. */
static nb_status choose_points(fitted_points *of, const work *self, const nb_series_result *series)
{
    const size_t most = series->num_points;
    *of = (fitted_points){
        .workers = malloc(most * sizeof(*of->workers)),
        .points = malloc(most * sizeof(*of->points)),
        .times = malloc(most * sizeof(*of->times)),
    };
    if (of->workers == NULL || of->points == NULL || of->times == NULL) {
        free_points(of);
        return NBANG_NO_MEMORY;
    }
    for (size_t i = series->first_point; i < series->first_point + most; i++) {
        const nb_point_result *result = &self->analysis->points[i];
        of->has_crowded = of->has_crowded || result->is_crowded;
        if (result->median_ns.known && !result->is_crowded) {
            of->workers[of->count] = result->point->workers;
            of->points[of->count++] = i;
        }
    }
    return NBANG_OK;
}

/* Workers ascend within a series. */
static size_t count_different(const fitted_points *of)
{
    size_t different = 0;
    for (size_t i = 0; i < of->count; i++) {
        different += i == 0 || of->workers[i] != of->workers[i - 1];
    }
    return different;
}

/* Fits the medians of one resample of each point. */
static bool fit_draw(nb_usl *model, const work *self, const fitted_points *of, size_t draw,
                     bool has_kappa)
{
    for (size_t i = 0; i < of->count; i++) {
        of->times[i] = draws_of(self, of->points[i])[draw];
    }
    return nb_usl_fit(model, of->workers, of->times, of->count, has_kappa);
}

static double serial_of(const nb_usl *model, double unused)
{
    (void)unused;
    return model->serial_ns;
}

static double sigma_of(const nb_usl *model, double unused)
{
    (void)unused;
    return model->sigma;
}

static double kappa_of(const nb_usl *model, double unused)
{
    (void)unused;
    return model->kappa;
}

static double best_of(const nb_usl *model, double unused)
{
    (void)unused;
    return model->kappa > 0 ? nb_usl_best_workers(model) : INFINITY;
}

/* A figure of the model, with the interval of that of the models of the resamples. `scratch` has
 * room for as many values. */
static nb_interval figure(const nb_fit *fit, double *scratch,
                          double (*value_of)(const nb_usl *, double), double workers)
{
    for (size_t i = 0; i < fit->num_draws; i++) {
        scratch[i] = value_of(&fit->draws[i], workers);
    }
    return nb_stat_interval(value_of(&fit->model, workers), scratch, fit->num_draws,
                            NB_STAT_COVERAGE);
}

static nb_status fit_model(nb_fit *fit, const work *self, const fitted_points *of, bool has_kappa)
{
    *fit = (nb_fit){.known = false};
    if (count_different(of) < NB_FIT_MIN_POINTS) {
        if (of->has_crowded) {
            fit->reason = "fewer than six numbers of workers with a place for each have been "
                          "measured six times or more";
            return NBANG_OK;
        }
        fit->reason = "fewer than six numbers of workers have been measured six times or more";
        return NBANG_OK;
    }
    for (size_t i = 0; i < of->count; i++) {
        of->times[i] = self->analysis->points[of->points[i]].median_ns.value;
    }
    if (!nb_usl_fit(&fit->model, of->workers, of->times, of->count, has_kappa)) {
        fit->reason = "the times do not determine a model";
        return NBANG_OK;
    }
    fit->draws = malloc(NB_STAT_DRAWS * sizeof(*fit->draws));
    if (fit->draws == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (size_t i = 0; i < NB_STAT_DRAWS; i++) {
        fit->num_draws += fit_draw(&fit->draws[fit->num_draws], self, of, i, has_kappa);
    }
    fit->serial_ns = figure(fit, self->scratch, serial_of, 0);
    fit->sigma = figure(fit, self->scratch, sigma_of, 0);
    fit->kappa = figure(fit, self->scratch, kappa_of, 0);
    fit->best_workers = figure(fit, self->scratch, best_of, 0);
    fit->known = fit->serial_ns.known && fit->sigma.known && fit->kappa.known;
    if (!fit->known) {
        fit->reason = "the times do not determine a model";
    }
    return NBANG_OK;
}

nb_interval nb_fit_speedup(const nb_fit *fit, unsigned workers)
{
    double *scratch = fit->known ? malloc(fit->num_draws * sizeof(*scratch)) : NULL;
    if (scratch == NULL) {
        return (nb_interval){.known = false};
    }
    const nb_interval speedup = figure(fit, scratch, nb_usl_speedup, workers);
    free(scratch);
    return speedup;
}

/* ---- the whole ---- */

static nb_status analyse_series(const work *self, nb_series_result *series)
{
    const nb_point *points = self->record->points;
    const size_t end = series->first_point + series->num_points;
    size_t one = series->first_point;
    while (one < end && points[one].workers != 1) {
        one++;
    }
    for (size_t i = series->first_point; one < end && i < end; i++) {
        compare_with_one(self, one, i);
    }
    fitted_points of;
    nb_status status = choose_points(&of, self, series);
    if (status != NBANG_OK) {
        return status;
    }
    status = fit_model(&series->amdahl, self, &of, false);
    if (status == NBANG_OK) {
        status = fit_model(&series->usl, self, &of, true);
    }
    free_points(&of);
    return status;
}

/* Finds the series that begins at `first`. */
static nb_series_result series_at(const nb_record *record, size_t first)
{
    size_t end = first + 1;
    while (end < record->num_points &&
           nb_point_same_series(&record->points[first], &record->points[end])) {
        end++;
    }
    return (nb_series_result){.first_point = first, .num_points = end - first};
}

static nb_status analyse(const work *self)
{
    const size_t num_points = self->record->num_points;
    nb_status status = NBANG_OK;
    for (size_t i = 0; status == NBANG_OK && i < num_points; i++) {
        status = analyse_point(self, i);
    }
    for (size_t i = 0; status == NBANG_OK && i < num_points;) {
        nb_series_result series = series_at(self->record, i);
        status = analyse_series(self, &series);
        self->analysis->series[self->analysis->num_series++] =
            series; /* to be cleared in any case */
        i += series.num_points;
    }
    return status;
}

nb_status nb_analysis_create(nb_analysis *analysis, const nb_record *record)
{
    const size_t num_points = record->num_points;
    const size_t room = num_points > 0 ? num_points : 1;
    nb_analysis made = {
        .points = calloc(room, sizeof(*made.points)),
        .num_points = num_points,
        .series = calloc(room, sizeof(*made.series)), /* at most as many as points */
    };
    work self = {
        .record = record,
        .analysis = &made,
        .draws = calloc(room, NB_STAT_DRAWS * sizeof(*self.draws)),
        .scratch = malloc(NB_STAT_DRAWS * sizeof(*self.scratch)),
    };
    nb_status status = NBANG_NO_MEMORY;
    if (made.points != NULL && made.series != NULL && self.draws != NULL && self.scratch != NULL) {
        status = analyse(&self);
    }
    free(self.draws);
    free(self.scratch);
    if (status == NBANG_OK) {
        *analysis = made;
    } else {
        nb_analysis_clear(&made);
    }
    return status;
}

void nb_analysis_clear(nb_analysis *analysis)
{
    for (size_t i = 0; i < analysis->num_series; i++) {
        free(analysis->series[i].amdahl.draws);
        free(analysis->series[i].usl.draws);
    }
    free(analysis->points);
    free(analysis->series);
    *analysis = (nb_analysis){.num_points = 0};
}
