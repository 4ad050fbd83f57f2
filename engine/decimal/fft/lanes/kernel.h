/* The functions of one kernel; see decimal/fft/kernel.h. */
#ifndef NB_DECIMAL_FFT_LANES_KERNEL_H
#define NB_DECIMAL_FFT_LANES_KERNEL_H

#include "decimal/fft/kernel.h"
#include "decimal/fft/lanes/vector.h"

/* Columns that are loaded and stored together: 128 bytes of digits from each of many places. */
enum { NB_FFT_TILE = 32 };

/* Vectors from one row of a tile to the next: one more than it has, against cache conflicts. */
enum { NB_FFT_TILE_STRIDE = NB_FFT_TILE + 1 };

/* Work space from this size on is written past the caches when digits are loaded: none of it would
 * still be there when it is needed. */
#define NB_FFT_PAST_CACHES_BYTES ((size_t)24 << 20)

/* Most rows of all parts together: odd << log_rows of any shape. */
enum { NB_FFT_MAX_TILE_ROWS = 112 };

void NB_WIDE(nb_fft_load)(const nb_fft_shape *shape, double *x, const int32_t *digits,
                          size_t num_digits, double *scratch);
void NB_WIDE(nb_fft_forward)(const nb_fft_shape *shape, double *x);
void NB_WIDE(nb_fft_convolve)(const nb_fft_shape *shape, double *x, double *y, bool y_is_forward);
void NB_WIDE(nb_fft_store)(const nb_fft_shape *shape, const double *x, int32_t *digits,
                           size_t num_digits, double *scratch, nb_fft_check *check);

uint64_t NB_WIDE(nb_fft_residue)(const int32_t *digits, size_t num_digits);
int32_t NB_WIDE(nb_fft_add_digits)(int32_t *digits, const int32_t *addend, size_t count);
int32_t NB_WIDE(nb_fft_canonicalise)(int32_t *digits, size_t count);
void NB_WIDE(nb_fft_format)(char *out, const int32_t *digits, size_t count);

/* Doubles of scratch space for any shape: a tile of all rows, and for each of its streams of digits
 * two vectors and a few numbers. */
enum {
    NB_FFT_STREAM_DOUBLES = NB_LANES < 4 ? 2 * NB_LANES + 4 : 3 * NB_LANES,
    NB_FFT_SCRATCH_DOUBLES =
        NB_FFT_MAX_TILE_ROWS * (NB_FFT_TILE_STRIDE + NB_FFT_STREAM_DOUBLES) * 2 * NB_LANES
};

#endif
