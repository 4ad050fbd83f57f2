/* The sizes of one transform. */
#ifndef NB_DECIMAL_FFT_SHAPE_H
#define NB_DECIMAL_FFT_SHAPE_H

#include <stddef.h>

/* Complex numbers are kept in groups of `lanes` (the width of a vector register): a complex vector,
 * all its real parts followed by all its imaginary parts.
 *
 * A transform of `length` = odd * lanes * vectors complex points consists of odd * lanes transforms
 * of `vectors` points each, one per lane of `odd` arrays, which are called the parts. Within a part
 * the vectors form `rows` of equal length: the first levels combine rows while digits are being
 * loaded, and the last inverse levels combine them while digits are being stored. If there is one
 * row, all levels come in between. */
typedef struct nb_fft_shape {
    unsigned lanes;       /* 2, 4 or 8 */
    unsigned odd;         /* 1, 3, 5 or 7 */
    unsigned log_vectors; /* log2 of vectors, at least 4 */
    unsigned log_rows;    /* log2 of rows */
    size_t vectors;       /* complex vectors in a part */
    size_t columns;       /* complex vectors in a row */
    size_t length;        /* complex points in all: M */
    size_t part_stride;   /* complex vectors from one part to the next, padding included */
} nb_fft_shape;

/* log2 of the complex vectors in a block, the unit that is transformed within the L1 cache. */
enum { NB_FFT_LOG_BLOCK = 8, NB_FFT_BLOCK = 1 << NB_FFT_LOG_BLOCK };

/* Levels that one pass over a block combines if more passes must follow: the rest then is a block
 * of 2^13 vectors, which the L2 cache holds. One more level is better than one more pass. */
enum { NB_FFT_PASS_LEVELS = 5 };

/* log2 of the rows that one pass over memory combines at most. */
enum { NB_FFT_MAX_LOG_ROWS = 6 };

/* The smallest shape whose 2 * length digits hold a product of `num_digits` digits. Pure; a few
 * nanoseconds. */
nb_fft_shape nb_fft_shape_for(unsigned lanes, size_t num_digits);

/* The largest shape with fewer than `num_digits` / 2 points, if there is one: length 0 if not. */
nb_fft_shape nb_fft_shape_below(unsigned lanes, size_t num_digits);

/* The same shape with 2^log_rows rows, each of at least NB_FFT_BLOCK vectors. How many there are is
 * a matter of speed alone: tests and benchmarks compare others with those that are chosen. */
nb_fft_shape nb_fft_shape_with_rows(nb_fft_shape shape, unsigned log_rows);

/* log2 of the most rows for which kernels have room, by odd factor. */
unsigned nb_fft_max_log_rows(unsigned odd);

/* Doubles that the transform takes in memory: a multiple of 8, a cache line. */
size_t nb_fft_shape_doubles(const nb_fft_shape *shape);

/* Where vector `i` of a part lies. One vector of padding after each block, and one more after every
 * 32 blocks, keep rows whose distance is a power of two out of each other's cache sets. */
static inline size_t nb_fft_offset(size_t i)
{
    size_t block = i >> NB_FFT_LOG_BLOCK;
    return i + block + (block >> 5);
}

#endif
