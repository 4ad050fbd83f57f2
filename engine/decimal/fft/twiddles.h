/* Roots of unity in the order in which a decimation-in-frequency transform meets them. */
#ifndef NB_DECIMAL_FFT_TWIDDLES_H
#define NB_DECIMAL_FFT_TWIDDLES_H

#include <stddef.h>

#include "base/status.h"

/* One complex number. */
typedef struct nb_fft_root {
    double re, im;
} nb_fft_root;

/* exp(2 pi i turns). */
nb_fft_root nb_fft_root_of_unity(long double turns);

/* Makes sure that nb_fft_twiddles has at least `count` entries, within 1 unit in the last place.
 * Entries never change, so that one table serves every length; those already there are kept.
 * NBANG_NO_MEMORY leaves the table as it was. About 10 ns an entry. Not safe to call while another
 * thread uses the table. */
NB_MUST_CHECK nb_status nb_fft_twiddles_reserve(size_t count);

/* Entry b is exp(2 pi i r(b) / 4), where r(b) is the fraction whose binary digits are those of b in
 * reverse: r(1) = 0.1, r(2) = 0.01, r(3) = 0.11, ... (van der Corput's sequence). */
const nb_fft_root *nb_fft_twiddles(void);

#endif
