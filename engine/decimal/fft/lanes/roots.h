/* The constants of one odd factor at one width. */
#ifndef NB_DECIMAL_FFT_LANES_ROOTS_H
#define NB_DECIMAL_FFT_LANES_ROOTS_H

#include "decimal/fft/lanes/vector.h"

enum { NB_FFT_MAX_ODD = 7, NB_FFT_MAX_LEVELS = 40 };

/* Part u of the transform, 0 <= u < odd, has the angle phi(u) = (1/4 + u) / odd in turns; its lane
 * l has the angle (phi(u) + l) / NB_LANES. Each entry is the root of unity of an angle. */
typedef struct nb_fft_roots {
    unsigned num_levels;                           /* how many t are filled in */
    cvec lane[NB_FFT_MAX_ODD][NB_FFT_MAX_LEVELS];  /* [u][t]: the lanes' angles / 2^(t + 2) */
    nb_fft_root segment[NB_FFT_MAX_ODD][NB_LANES]; /* [u][s]: s * phi(u) / NB_LANES */
    nb_fft_root weight[NB_FFT_MAX_ODD];            /* [j]: j / (4 * odd) */
    nb_fft_root odd[NB_FFT_MAX_ODD];               /* [j]: j / odd */
} nb_fft_roots;

/* Those of `odd` (1, 3, 5 or 7) for at least `num_levels` levels, computed when they are first
 * asked for: not by two threads at once. */
const nb_fft_roots *NB_WIDE(nb_fft_roots_for)(unsigned odd, unsigned num_levels);

#endif
