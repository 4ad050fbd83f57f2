#include "decimal/fft/lanes/roots.h"

#include <assert.h>
#include <math.h>

#include "decimal/fft/lanes/kernel.h"
#include "decimal/fft/lanes/residue.h"

/* Those of 1, 3, 5 and 7. */
static nb_fft_roots all_roots[(NB_FFT_MAX_ODD + 1) / 2];

/* phi(u). */
static long double part_angle(unsigned odd, unsigned u)
{
    return (0.25L + u) / odd;
}

static void fill_level(nb_fft_roots *roots, unsigned odd, unsigned level)
{
    for (unsigned u = 0; u < odd; u++) {
        for (unsigned l = 0; l < NB_LANES; l++) {
            long double angle = (part_angle(odd, u) + l) / NB_LANES;
            nb_fft_root root = nb_fft_root_of_unity(ldexpl(angle, -(int)level - 2));
            roots->lane[u][level].re[l] = root.re;
            roots->lane[u][level].im[l] = root.im;
        }
    }
}

static void fill_first(nb_fft_roots *roots, unsigned odd)
{
    for (unsigned u = 0; u < odd; u++) {
        for (unsigned s = 0; s < NB_LANES; s++) {
            roots->segment[u][s] = nb_fft_root_of_unity(s * part_angle(odd, u) / NB_LANES);
        }
        roots->weight[u] = nb_fft_root_of_unity((long double)u / (4 * odd));
        roots->odd[u] = nb_fft_root_of_unity((long double)u / odd);
    }
}

const nb_fft_roots *NB_WIDE(nb_fft_roots_for)(unsigned odd, unsigned num_levels)
{
    assert(odd % 2 == 1 && odd <= NB_FFT_MAX_ODD && num_levels <= NB_FFT_MAX_LEVELS);
    nb_fft_roots *roots = &all_roots[odd / 2];
    if (roots->num_levels == 0) {
        fill_first(roots, odd);
    }
    for (; roots->num_levels < num_levels; roots->num_levels++) {
        fill_level(roots, odd, roots->num_levels);
    }
    return roots;
}

void NB_WIDE(nb_fft_prepare)(unsigned max_log_vectors)
{
    for (unsigned odd = 1; odd <= NB_FFT_MAX_ODD; odd += 2) {
        (void)NB_WIDE(nb_fft_roots_for)(odd, max_log_vectors);
    }
    (void)NB_WIDE(nb_fft_residue_weights)();
}
