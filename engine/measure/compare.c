#include "measure/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/analysis.h"

/* ---- samples of a point, ready to be drawn from ---- */

typedef struct side {
    size_t count;
    double *sorted;   /* times, upwards */
    size_t *rank;     /* sample i is sorted[rank[i]] */
    unsigned *times;  /* how often each was drawn */
    uint64_t stream;  /* tells the random numbers of the older from those of the newer */
    double median_ns; /* of all */
} side;

static void side_clear(side *self)
{
    free(self->sorted);
    free(self->rank);
    free(self->times);
}

static nb_status side_init(side *self, const nb_point *point, uint64_t stream)
{
    const size_t count = point->num_samples;
    *self = (side){
        .count = count,
        .sorted = malloc(count * sizeof(*self->sorted)),
        .rank = malloc(count * sizeof(*self->rank)),
        .times = malloc(count * sizeof(*self->times)),
        .stream = stream,
    };
    if (self->sorted == NULL || self->rank == NULL || self->times == NULL) {
        return NBANG_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        self->sorted[i] = (double)point->samples[i].wall_ns;
    }
    nb_stat_sort(self->sorted, count);
    /* Among equal times any will do. */
    for (size_t i = 0; i < count; i++) {
        const double value = (double)point->samples[i].wall_ns;
        size_t low = 0, high = count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (self->sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self->rank[i] = low;
    }
    self->median_ns = nb_stat_median(self->sorted, count);
    return NBANG_OK;
}

/* The value in place `place` of the resample that `times` counts. */
static double drawn_value(const side *self, size_t place)
{
    size_t i = 0, passed = self->times[0];
    while (passed <= place) {
        passed += self->times[++i];
    }
    return self->sorted[i];
}

/* The median of resample number `draw`. Points with as many samples draw the same rounds, because
 * random numbers start anew for each resample; with more or fewer, the same share of their way. */
static double side_draw(side *self, uint64_t seed, uint64_t draw)
{
    nb_random random;
    nb_random_init(&random, seed, 2 * draw + self->stream);
    memset(self->times, 0, self->count * sizeof(*self->times));
    for (size_t i = 0; i < self->count; i++) {
        self->times[self->rank[nb_random_below(&random, self->count)]]++;
    }
    const double upper = drawn_value(self, self->count / 2);
    return self->count % 2 ? upper : (drawn_value(self, self->count / 2 - 1) + upper) / 2;
}

/* ---- the test ---- */

double nb_compare_mann_whitney(const double *a, size_t num_a, const double *b, size_t num_b)
{
    const double total = (double)(num_a + num_b);
    double rank_sum = 0; /* of a */
    double ties = 0;     /* sum of t^3 - t over groups of t equal values */
    size_t i = 0, k = 0;
    while (i < num_a || k < num_b) {
        const double value = k == num_b || (i < num_a && a[i] <= b[k]) ? a[i] : b[k];
        const size_t below = i + k, first_a = i;
        while (i < num_a && a[i] == value) {
            i++;
        }
        while (k < num_b && b[k] == value) {
            k++;
        }
        const double equal = (double)(i + k - below);
        rank_sum += (double)(i - first_a) * ((double)below + (equal + 1) / 2);
        ties += equal * equal * equal - equal;
    }
    const double n_a = (double)num_a, n_b = (double)num_b;
    const double excess = fabs(rank_sum - n_a * (total + 1) / 2);
    const double variance = n_a * n_b / 12 * (total + 1 - ties / (total * (total - 1)));
    if (!(variance > 0)) {
        return 1;
    }
    return erfc(fmax(0, excess - 0.5) / sqrt(2 * variance));
}

/* ---- points ---- */

/* What the comparison of all points is made with. */
typedef struct work {
    nb_comparison *comparison;
    uint64_t seed;
    size_t num_known; /* points whose ratio is known */
    double log_sum;   /* of their ratios */
    double *log_sums; /* the same for each resample */
    double *ratios;   /* of the resamples of a point */
} work;

static void resample_point(work *self, nb_compared_point *point, side *older, side *newer)
{
    for (size_t i = 0; i < NB_STAT_DRAWS; i++) {
        self->ratios[i] = side_draw(newer, self->seed, i) / side_draw(older, self->seed, i);
        self->log_sums[i] += log(self->ratios[i]);
    }
    self->log_sum += log(point->ratio.value);
    self->num_known++;
    point->ratio =
        nb_stat_interval(point->ratio.value, self->ratios, NB_STAT_DRAWS, NB_STAT_COVERAGE);
    point->p_value =
        nb_compare_mann_whitney(older->sorted, older->count, newer->sorted, newer->count);
}

static nb_status compare_point(work *self, const nb_point *old_point, const nb_point *new_point)
{
    side older = {.count = 0}, newer = {.count = 0};
    nb_status status = side_init(&older, old_point, 0);
    if (status == NBANG_OK) {
        status = side_init(&newer, new_point, 1);
    }
    if (status == NBANG_OK) {
        nb_compared_point *point = &self->comparison->points[self->comparison->num_points++];
        *point = (nb_compared_point){
            .older = old_point,
            .newer = new_point,
            .old_ns = older.median_ns,
            .new_ns = newer.median_ns,
            .ratio = {.value = older.median_ns > 0 ? newer.median_ns / older.median_ns : 0},
            .p_value = 1,
            .p_holm = 1,
        };
        /* A time of zero is none; records that are read have no such. */
        if (older.count >= NB_POINT_MIN_RUNS && newer.count >= NB_POINT_MIN_RUNS &&
            older.sorted[0] > 0 && newer.sorted[0] > 0) {
            resample_point(self, point, &older, &newer);
        }
    }
    side_clear(&older);
    side_clear(&newer);
    return status;
}

/* The samples of `record` at the same point, or NULL if there are none. */
static const nb_point *find_samples(const nb_record *record, const nb_point *like)
{
    const nb_point *point = nb_record_find_point(record, like);
    return point && point->num_samples > 0 ? point : NULL;
}

static nb_status compare_points(work *self, const nb_record *older, const nb_record *newer)
{
    nb_comparison *comparison = self->comparison;
    for (size_t i = 0; i < older->num_points; i++) {
        const nb_point *point = &older->points[i];
        if (point->num_samples > 0 && find_samples(newer, point) == NULL) {
            comparison->only_old[comparison->num_only_old++] = point;
        }
    }
    for (size_t i = 0; i < newer->num_points; i++) {
        const nb_point *point = &newer->points[i];
        const nb_point *before = find_samples(older, point);
        if (point->num_samples > 0 && before == NULL) {
            comparison->only_new[comparison->num_only_new++] = point;
        } else if (point->num_samples > 0) {
            const nb_status status = compare_point(self, before, point);
            if (status) {
                return status;
            }
        }
    }
    return NBANG_OK;
}

/* ---- all of them ---- */

static nb_status correct_p_values(nb_comparison *comparison)
{
    double *p_values = malloc((comparison->num_points + 1) * sizeof(*p_values));
    if (p_values == NULL) {
        return NBANG_NO_MEMORY;
    }
    size_t count = 0;
    for (size_t i = 0; i < comparison->num_points; i++) {
        if (comparison->points[i].ratio.known) {
            p_values[count++] = comparison->points[i].p_value;
        }
    }
    const nb_status status = nb_stat_holm(p_values, p_values, count);
    for (size_t i = comparison->num_points; status == NBANG_OK && i-- > 0;) {
        if (comparison->points[i].ratio.known) {
            comparison->points[i].p_holm = p_values[--count];
        }
    }
    free(p_values);
    return status;
}

static void judge(work *self, double threshold)
{
    nb_comparison *comparison = self->comparison;
    comparison->verdict = NB_COMPARE_CANNOT_TELL;
    if (self->num_known == 0) {
        return;
    }
    const double count = (double)self->num_known;
    for (size_t i = 0; i < NB_STAT_DRAWS; i++) {
        self->log_sums[i] = exp(self->log_sums[i] / count);
    }
    comparison->mean = nb_stat_interval(exp(self->log_sum / count), self->log_sums, NB_STAT_DRAWS,
                                        NB_STAT_COVERAGE);
    if (comparison->mean.known && comparison->mean.low > 1 + threshold) {
        comparison->verdict = NB_COMPARE_REGRESSION;
    } else if (comparison->mean.known && comparison->mean.high < 1 + threshold) {
        comparison->verdict = NB_COMPARE_PASS;
    }
}

nb_status nb_comparison_create(nb_comparison *comparison, const nb_record *older,
                               const nb_record *newer, double threshold)
{
    nb_comparison result = {
        .points = calloc(newer->num_points + 1, sizeof(*result.points)),
        .only_old = calloc(older->num_points + 1, sizeof(const nb_point *)),
        .only_new = calloc(newer->num_points + 1, sizeof(const nb_point *)),
    };
    work self = {
        .comparison = &result,
        .seed = older->seed,
        .log_sums = calloc(NB_STAT_DRAWS, sizeof(*self.log_sums)),
        .ratios = calloc(NB_STAT_DRAWS, sizeof(*self.ratios)),
    };
    nb_status status =
        result.points && result.only_old && result.only_new && self.log_sums && self.ratios
            ? NBANG_OK
            : NBANG_NO_MEMORY;
    if (status == NBANG_OK) {
        status = compare_points(&self, older, newer);
    }
    if (status == NBANG_OK) {
        status = correct_p_values(&result);
    }
    if (status == NBANG_OK) {
        judge(&self, threshold);
        *comparison = result;
    } else {
        nb_comparison_clear(&result);
    }
    free(self.log_sums);
    free(self.ratios);
    return status;
}

void nb_comparison_clear(nb_comparison *comparison)
{
    free(comparison->points);
    free(comparison->only_old);
    free(comparison->only_new);
    *comparison = (nb_comparison){.num_points = 0};
}

/* ---- metadata ---- */

nb_same_machine nb_compare_machines(const nb_record *older, const nb_record *newer)
{
    const char *a = json_string_value(json_object_get(older->metadata, "fingerprint"));
    const char *b = json_string_value(json_object_get(newer->metadata, "fingerprint"));
    if (a == NULL || b == NULL) {
        return NB_MACHINE_UNKNOWN;
    }
    return strcmp(a, b) == 0 ? NB_SAME_MACHINE : NB_OTHER_MACHINE;
}

size_t nb_compare_metadata(nb_difference out[NB_DIFFERENCES_MAX], const nb_record *older,
                           const nb_record *newer)
{
    static const char *const names[NB_DIFFERENCES_MAX] = {
        "version",    "git_commit", "git_dirty",      "compiler", "compiler_flags",
        "build_type", "gmp",        "hwloc",          "simd",     "kernel",
        "libc",       "cpu_model",  "num_usable_pus", "affinity", "cpu_quota",
        "governor",   "turbo",      "virtualization"};
    size_t count = 0;
    for (size_t i = 0; i < NB_DIFFERENCES_MAX; i++) {
        const json_t *a = json_object_get(older->metadata, names[i]);
        const json_t *b = json_object_get(newer->metadata, names[i]);
        if (a && b && !json_is_null(a) && !json_is_null(b) && !json_equal(a, b)) {
            out[count++] = (nb_difference){.name = names[i], .older = a, .newer = b};
        }
    }
    return count;
}
