#include "decimal/fft/lanes/kernel.h"

extern const nb_fft_kernel NB_WIDE(nb_fft_kernel);

const nb_fft_kernel NB_WIDE(nb_fft_kernel) = {
#if NB_LANES == 8
    .name = "avx512",
#elif NB_LANES == 4
    .name = "avx2",
#else
    .name = "generic",
#endif
    .lanes = NB_LANES,
    .scratch_doubles = NB_FFT_SCRATCH_DOUBLES,
    .prepare = NB_WIDE(nb_fft_prepare),
    .load = NB_WIDE(nb_fft_load),
    .forward = NB_WIDE(nb_fft_forward),
    .convolve = NB_WIDE(nb_fft_convolve),
    .store = NB_WIDE(nb_fft_store),
    .residue = NB_WIDE(nb_fft_residue),
    .add_digits = NB_WIDE(nb_fft_add_digits),
    .canonicalise = NB_WIDE(nb_fft_canonicalise),
    .format = NB_WIDE(nb_fft_format),
    .spells = NB_WIDE(nb_fft_spells),
    .multiply_word = NB_WIDE(nb_fft_multiply_word),
};
