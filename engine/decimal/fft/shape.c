#include "decimal/fft/shape.h"

#include <assert.h>

/* The least transform: a part must have the 16 vectors that the innermost step works on. */
enum { MIN_LOG_VECTORS = 4 };

/* Rows that are combined while loading and storing, by odd factor: what keeps odd * rows tiles of
 * NB_FFT_TILE vectors within the L2 cache. */
static const unsigned max_log_rows[] = {[1] = 5, [3] = 4, [5] = 4, [7] = 3};

static unsigned choose_log_rows(unsigned odd, unsigned log_vectors)
{
    if (log_vectors <= NB_FFT_LOG_BLOCK) {
        return 0;
    }
    unsigned levels = log_vectors - NB_FFT_LOG_BLOCK;
    return levels < max_log_rows[odd] ? levels : max_log_rows[odd];
}

nb_fft_shape nb_fft_shape_for(unsigned lanes, size_t num_digits)
{
    assert(lanes == 2 || lanes == 4 || lanes == 8);
    nb_fft_shape best = {0};
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        unsigned log_vectors = MIN_LOG_VECTORS;
        while (2 * ((size_t)odd * lanes << log_vectors) < num_digits) {
            log_vectors++;
        }
        size_t length = (size_t)odd * lanes << log_vectors;
        if (best.length == 0 || length < best.length) {
            best.odd = odd;
            best.log_vectors = log_vectors;
            best.length = length;
        }
    }
    best.lanes = lanes;
    best.vectors = (size_t)1 << best.log_vectors;
    best.log_rows = choose_log_rows(best.odd, best.log_vectors);
    best.columns = best.vectors >> best.log_rows;
    best.part_stride = nb_fft_offset(best.vectors);
    return best;
}

size_t nb_fft_shape_doubles(const nb_fft_shape *shape)
{
    return 2 * (size_t)shape->lanes * shape->odd * shape->part_stride;
}
