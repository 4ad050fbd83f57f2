/* Sums of digits modulo 2^61 - 1, exactly, in floating point. */
#ifndef NB_DECIMAL_FFT_LANES_RESIDUE_H
#define NB_DECIMAL_FFT_LANES_RESIDUE_H

#include "base/residue.h"
#include "decimal/fft/lanes/vector.h"

/* Digits after which sums of weighted digits must be reduced: each lane then has added up 64
 * products of a digit, at most 2^17, and a weight of at most 2^30, which a double holds exactly. */
enum { RESIDUE_PERIOD = 64 * NB_LANES };

/* The powers of the base modulo 2^61 - 1, weight = high * 2^31 + low, -2^30 <= low < 2^30. */
typedef struct residue_weights {
    double low[RESIDUE_PERIOD], high[RESIDUE_PERIOD];
    uint64_t next; /* the power after the last */
} residue_weights;

/* The table, made when it is first asked for. */
const residue_weights *NB_WIDE(nb_fft_residue_weights)(void);

NB_INLINE vec load_weights(const double *weights)
{
    vec x;
    memcpy(&x, weights, sizeof(x));
    return x;
}

/* The sum of integers, |x| < 2^53, modulo 2^61 - 1. */
NB_INLINE uint64_t reduce_sum(vec x)
{
    vec_i64 integers = __builtin_convertvector(x, vec_i64);
    int64_t sum = 0;
    for (unsigned l = 0; l < NB_LANES; l++) {
        sum += integers[l];
    }
    return nb_residue_of_signed(sum);
}

/* What sums of digits times the two halves of their weights stand for. */
NB_INLINE uint64_t reduce_halves(vec low, vec high)
{
    return nb_residue_add(nb_residue_mul(reduce_sum(high), UINT64_C(1) << 31), reduce_sum(low));
}

#endif
