#include "decimal/fft/twiddles.h"

#include <math.h>
#include <stdlib.h>

/* Entries of the first table. */
enum { MIN_COUNT = 1024 };

static nb_fft_root *table;
static size_t table_count;

static const long double two_pi = 6.283185307179586476925286766559005768L;

struct long_root {
    long double re, im;
};

nb_fft_root nb_fft_root_of_unity(long double turns)
{
    long double angle = two_pi * turns;
    return (nb_fft_root){(double)cosl(angle), (double)sinl(angle)};
}

/* r(b) for b of `bits` bits, times 2^bits. */
static size_t reverse_bits(size_t b, unsigned bits)
{
    size_t reversed = 0;
    for (unsigned i = 0; i < bits; i++) {
        reversed = reversed << 1 | (b >> i & 1);
    }
    return reversed;
}

/* Entry b of the table for b < 2^bits, further divided by 2^shift turns. */
static struct long_root entry(size_t b, unsigned bits, unsigned shift)
{
    long double turns = ldexpl((long double)reverse_bits(b, bits), -(int)(bits + shift) - 2);
    return (struct long_root){cosl(two_pi * turns), sinl(two_pi * turns)};
}

/* With b = high * 2^k + low, r(b) = r(low) + r(high) / 2^k: two short tables of sines and one
 * product for each entry of the long one. */
static void fill(nb_fft_root *roots, unsigned log_count, const struct long_root *low,
                 const struct long_root *high, unsigned log_low)
{
    size_t num_low = (size_t)1 << log_low, num_high = (size_t)1 << (log_count - log_low);
    for (size_t h = 0; h < num_high; h++) {
        for (size_t l = 0; l < num_low; l++) {
            const struct long_root a = low[l], b = high[h];
            *roots++ = (nb_fft_root){(double)(a.re * b.re - a.im * b.im),
                                     (double)(a.re * b.im + a.im * b.re)};
        }
    }
}

nb_status nb_fft_twiddles_reserve(size_t count)
{
    if (count <= table_count) {
        return NBANG_OK;
    }
    unsigned log_count = 0;
    while ((size_t)1 << log_count < count || (size_t)1 << log_count < MIN_COUNT) {
        log_count++;
    }
    size_t new_count = (size_t)1 << log_count;
    unsigned log_low = (log_count + 1) / 2, log_high = log_count - log_low;
    size_t num_low = (size_t)1 << log_low, num_high = (size_t)1 << log_high;

    nb_status status = NBANG_NO_MEMORY;
    nb_fft_root *roots = aligned_alloc(64, new_count * sizeof(*roots));
    struct long_root *factors = malloc((num_low + num_high) * sizeof(*factors));
    if (roots != NULL && factors != NULL) {
        for (size_t l = 0; l < num_low; l++) {
            factors[l] = entry(l, log_low, 0);
        }
        for (size_t h = 0; h < num_high; h++) {
            factors[num_low + h] = entry(h, log_high, log_low);
        }
        fill(roots, log_count, factors, factors + num_low, log_low);
        free(table);
        table = roots;
        table_count = new_count;
        roots = NULL;
        status = NBANG_OK;
    }
    free(roots);
    free(factors);
    return status;
}

const nb_fft_root *nb_fft_twiddles(void)
{
    return table;
}
