#include "measure/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- random numbers ---- */

void nb_random_init(nb_random *random, uint64_t seed, uint64_t stream)
{
    /* Neighbouring seeds and streams start far from each other: the mixing function of SplitMix64
     * (Steele, Lea and Flood, 2014), twice. */
    uint64_t bits = seed;
    for (int round = 0; round < 2; round++) {
        bits += UINT64_C(0x9e3779b97f4a7c15);
        bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
        bits ^= bits >> 31;
        bits += round == 0 ? stream : 0;
    }
    for (int i = 0; i < 3; i++) {
        random->state[i] = (unsigned short)(bits >> (16 * i));
    }
}

size_t nb_random_below(nb_random *random, size_t limit)
{
    assert(limit > 0 && limit <= (size_t)1 << 31);
    return (size_t)(((uint64_t)nrand48(random->state) * limit) >> 31);
}

/* ---- order statistics ---- */

static int compare_values(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

void nb_stat_sort(double *values, size_t count)
{
    if (count > 1) {
        qsort(values, count, sizeof(*values), compare_values);
    }
}

double nb_stat_quantile(const double *sorted, size_t count, double p)
{
    assert(count > 0 && p >= 0 && p <= 1);
    const double place = p * (double)(count - 1);
    const size_t below = (size_t)place;
    if (below + 1 >= count) {
        return sorted[count - 1];
    }
    const double share = place - (double)below;
    return sorted[below] * (1 - share) + sorted[below + 1] * share;
}

double nb_stat_median(const double *sorted, size_t count)
{
    return nb_stat_quantile(sorted, count, 0.5);
}

double nb_stat_spread(const double *sorted, size_t count)
{
    const double median = nb_stat_median(sorted, count);
    const double range = nb_stat_quantile(sorted, count, 0.75) - //
                         nb_stat_quantile(sorted, count, 0.25);
    return median != 0 ? range / 2 / fabs(median) : 0;
}

/* The probability of `k` heads among `n` tosses of a coin. */
static double heads(size_t k, size_t n)
{
    const double of = (double)n;
    const double hit = (double)k;
    return exp(lgamma(of + 1) - lgamma(hit + 1) - lgamma(of - hit + 1) - of * log(2));
}

nb_interval nb_stat_median_interval(const double *sorted, size_t count, double coverage)
{
    /* `below` values are left out at each end. */
    size_t below = 0;
    double missed = 2 * heads(0, count);
    if (missed > 1 - coverage) {
        return (nb_interval){.known = false};
    }
    while (missed + 2 * heads(below + 1, count) <= 1 - coverage) {
        missed += 2 * heads(++below, count);
    }
    return (nb_interval){
        .known = true,
        .value = nb_stat_median(sorted, count),
        .low = sorted[below],
        .high = sorted[count - 1 - below],
    };
}

/* ---- the bootstrap ---- */

/* Draws `count` values with replacement. How often each is drawn, in `times`, gives the resample in
 * order without sorting it. */
static void resample(double *out, unsigned *times, const double *sorted, size_t count,
                     nb_random *random)
{
    memset(times, 0, count * sizeof(*times));
    for (size_t i = 0; i < count; i++) {
        times[nb_random_below(random, count)]++;
    }
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        for (unsigned n = 0; n < times[i]; n++) {
            out[filled++] = sorted[i];
        }
    }
}

nb_status nb_stat_bootstrap(double *draws, size_t num_draws, const double *sorted, size_t count,
                            nb_random *random, nb_statistic *statistic)
{
    assert(count > 0);
    double *values = malloc(count * sizeof(*values));
    unsigned *times = malloc(count * sizeof(*times));
    const bool good = values != NULL && times != NULL;
    for (size_t i = 0; good && i < num_draws; i++) {
        resample(values, times, sorted, count, random);
        draws[i] = statistic(values, count);
    }
    free(values);
    free(times);
    return good ? NBANG_OK : NBANG_NO_MEMORY;
}

nb_interval nb_stat_interval(double value, double *draws, size_t num_draws, double coverage)
{
    for (size_t i = 0; i < num_draws; i++) {
        if (!isfinite(draws[i])) {
            return (nb_interval){.known = false};
        }
    }
    if (num_draws == 0 || !isfinite(value)) {
        return (nb_interval){.known = false};
    }
    nb_stat_sort(draws, num_draws);
    const double tail = (1 - coverage) / 2;
    return (nb_interval){
        .known = true,
        .value = value,
        .low = fmin(value, nb_stat_quantile(draws, num_draws, tail)),
        .high = fmax(value, nb_stat_quantile(draws, num_draws, 1 - tail)),
    };
}

/* ---- several tests at once ---- */

static int compare_targets(const void *a, const void *b)
{
    return compare_values(*(const double *const *)a, *(const double *const *)b);
}

nb_status nb_stat_holm(double *adjusted, const double *p_values, size_t count)
{
    const double **order = malloc((count > 0 ? count : 1) * sizeof(*order));
    double *result = malloc((count > 0 ? count : 1) * sizeof(*result));
    const bool good = order != NULL && result != NULL;
    for (size_t i = 0; good && i < count; i++) {
        order[i] = &p_values[i];
    }
    if (good && count > 0) {
        qsort(order, count, sizeof(*order), compare_targets);
        double largest = 0;
        for (size_t i = 0; i < count; i++) {
            largest = fmax(largest, fmin(1, (double)(count - i) * *order[i]));
            result[order[i] - p_values] = largest;
        }
        memcpy(adjusted, result, count * sizeof(*result));
    }
    free(order);
    free(result);
    return good ? NBANG_OK : NBANG_NO_MEMORY;
}
