#include "decimal/fft/shape.h"

#include <assert.h>

/* The least transform: a part must have the 16 vectors that the innermost step works on. */
enum { MIN_LOG_VECTORS = 4 };

/* Levels that are done while loading and storing, by odd factor. More would spare later passes, but
 * the tiles of odd << levels rows must stay in the L2 cache; one factor can afford one more level
 * where that spares a whole pass. Measured by bench_kernels. */
static const struct {
    unsigned usual, most;
} row_levels[] = {[1] = {5, 6}, [3] = {5, 5}, [5] = {4, 4}, [7] = {4, 4}};

/* Complex numbers from which on rows are combined while loading and storing: 32 MiB of them. What
 * the caches hold, they pass over once more in less time than it takes to work tile by tile.
 * Measured 2026-11 by bench_tune on a 2-core Xeon with AVX-512, 2 MiB of L2 cache a core, gcc 12:
 * up to there squares and products took 5 to 20 % less time without, 1 to 15 % with AVX2 and 0 to
 * 15 % with SSE2; beyond, up to 12 % more with AVX-512. */
static const size_t rows_min_length = (size_t)2 << 20;

static unsigned choose_log_rows(unsigned odd, unsigned log_vectors)
{
    const unsigned levels = log_vectors - NB_FFT_LOG_BLOCK;
    const unsigned usual = row_levels[odd].usual, most = row_levels[odd].most;
    if (levels <= usual) {
        return levels;
    }
    return levels == most + NB_FFT_PASS_LEVELS ? most : usual;
}

static nb_fft_shape make_shape(unsigned lanes, unsigned odd, unsigned log_vectors)
{
    nb_fft_shape shape = {.lanes = lanes, .odd = odd, .log_vectors = log_vectors};
    shape.length = (size_t)odd * lanes << log_vectors;
    shape.vectors = (size_t)1 << log_vectors;
    shape.log_rows = shape.length < rows_min_length ? 0 : choose_log_rows(odd, log_vectors);
    shape.columns = shape.vectors >> shape.log_rows;
    shape.part_stride = nb_fft_offset(shape.vectors);
    return shape;
}

/* The least log_vectors with which the product fits. */
static unsigned fitting_log_vectors(unsigned lanes, unsigned odd, size_t num_digits)
{
    unsigned log_vectors = MIN_LOG_VECTORS;
    while (2 * ((size_t)odd * lanes << log_vectors) < num_digits) {
        log_vectors++;
    }
    return log_vectors;
}

unsigned nb_fft_max_log_rows(unsigned odd)
{
    return row_levels[odd].most;
}

nb_fft_shape nb_fft_shape_with_rows(nb_fft_shape shape, unsigned log_rows)
{
    assert(log_rows <= nb_fft_max_log_rows(shape.odd));
    shape.log_rows = log_rows;
    shape.columns = shape.vectors >> log_rows;
    return shape;
}

nb_fft_shape nb_fft_shape_for(unsigned lanes, size_t num_digits)
{
    assert(lanes == 2 || lanes == 4 || lanes == 8);
    unsigned best_odd = 0, best_log = 0;
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        const unsigned log_vectors = fitting_log_vectors(lanes, odd, num_digits);
        if (best_odd == 0 || (size_t)odd << log_vectors < (size_t)best_odd << best_log) {
            best_odd = odd;
            best_log = log_vectors;
        }
    }
    return make_shape(lanes, best_odd, best_log);
}

nb_fft_shape nb_fft_shape_below(unsigned lanes, size_t num_digits)
{
    unsigned best_odd = 0, best_log = 0;
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        const unsigned log_vectors = fitting_log_vectors(lanes, odd, num_digits);
        if (log_vectors > MIN_LOG_VECTORS && (size_t)odd << (log_vectors - 1) > (size_t)best_odd
                                                                                    << best_log) {
            best_odd = odd;
            best_log = log_vectors - 1;
        }
    }
    return best_odd > 0 ? make_shape(lanes, best_odd, best_log) : (nb_fft_shape){0};
}

size_t nb_fft_shape_doubles(const nb_fft_shape *shape)
{
    size_t num_doubles = 2 * (size_t)shape->lanes * shape->odd * shape->part_stride;
    return (num_doubles + 7) / 8 * 8;
}
