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

static unsigned choose_log_rows(unsigned odd, unsigned log_vectors)
{
    if (log_vectors <= NB_FFT_LOG_BLOCK) {
        return 0;
    }
    const unsigned levels = log_vectors - NB_FFT_LOG_BLOCK;
    const unsigned usual = row_levels[odd].usual, most = row_levels[odd].most;
    if (levels <= usual) {
        return levels;
    }
    return levels == most + NB_FFT_PASS_LEVELS ? most : usual;
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
    size_t num_doubles = 2 * (size_t)shape->lanes * shape->odd * shape->part_stride;
    return (num_doubles + 7) / 8 * 8;
}
