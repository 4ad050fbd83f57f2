/* Short discrete Fourier transforms, in place, in natural order, of NB_LANES columns at once:
 * X[k] = sum of x[j] exp(2 pi i j k / size), or with the sign of i changed for the inverse, which
 * is not divided by the size. */
#ifndef NB_DECIMAL_FFT_LANES_DFT_H
#define NB_DECIMAL_FFT_LANES_DFT_H

#include <stdbool.h>

#include "decimal/fft/lanes/roots.h"

/* i a, or -i a for the inverse. */
NB_INLINE cvec c_turn(cvec a, bool inverse)
{
    return inverse ? (cvec){a.im, -a.re} : (cvec){-a.im, a.re};
}

NB_INLINE void dft2(cvec *x0, cvec *x1)
{
    cvec diff = c_sub(*x0, *x1);
    *x0 = c_add(*x0, *x1);
    *x1 = diff;
}

NB_INLINE void dft4(cvec *x0, cvec *x1, cvec *x2, cvec *x3, bool inverse)
{
    cvec sum0 = c_add(*x0, *x2), diff0 = c_sub(*x0, *x2);
    cvec sum1 = c_add(*x1, *x3), diff1 = c_turn(c_sub(*x1, *x3), inverse);
    *x0 = c_add(sum0, sum1);
    *x1 = c_add(diff0, diff1);
    *x2 = c_sub(sum0, sum1);
    *x3 = c_sub(diff0, diff1);
}

/* Two transforms of 4, of the even and of the odd points, and the eighth roots between them. */
NB_INLINE void dft8(cvec x[8], bool inverse)
{
    dft4(&x[0], &x[2], &x[4], &x[6], inverse);
    dft4(&x[1], &x[3], &x[5], &x[7], inverse);
    const vec half_root = splat(0.70710678118654752440);
    cvec odd1 = c_add(x[3], c_turn(x[3], inverse)); /* x[3] exp(+-pi i / 4), times sqrt 2 */
    cvec odd2 = c_turn(x[5], inverse);
    cvec odd3 = c_sub(c_turn(x[7], inverse), x[7]);
    cvec even0 = x[0], even1 = x[2], even2 = x[4], even3 = x[6], odd0 = x[1];
    x[0] = c_add(even0, odd0);
    x[4] = c_sub(even0, odd0);
    x[1] = (cvec){even1.re + odd1.re * half_root, even1.im + odd1.im * half_root};
    x[5] = (cvec){even1.re - odd1.re * half_root, even1.im - odd1.im * half_root};
    x[2] = c_add(even2, odd2);
    x[6] = c_sub(even2, odd2);
    x[3] = (cvec){even3.re + odd3.re * half_root, even3.im + odd3.im * half_root};
    x[7] = (cvec){even3.re - odd3.re * half_root, even3.im - odd3.im * half_root};
}

/* As many points as there are lanes. */
NB_INLINE void dft_lanes(cvec x[NB_LANES], bool inverse)
{
#if NB_LANES == 8
    dft8(x, inverse);
#elif NB_LANES == 4
    dft4(&x[0], &x[1], &x[2], &x[3], inverse);
#else
    (void)inverse;
    dft2(&x[0], &x[1]);
#endif
}

/* An odd number of points, `stride` apart. The points j and size - j have conjugate roots, so that
 * their sum and difference take real multiplications only. */
NB_INLINE void dft_odd(cvec *x, unsigned size, unsigned stride, const nb_fft_roots *roots,
                       bool inverse)
{
    const unsigned half = size / 2;
    cvec sum[NB_FFT_MAX_ODD / 2 + 1], diff[NB_FFT_MAX_ODD / 2 + 1], out[NB_FFT_MAX_ODD];
    const cvec first = x[0];
    out[0] = first;
    for (unsigned j = 1; j <= half; j++) {
        sum[j] = c_add(x[j * stride], x[(size - j) * stride]);
        diff[j] = c_sub(x[j * stride], x[(size - j) * stride]);
        out[0] = c_add(out[0], sum[j]);
    }
    for (unsigned k = 1; k <= half; k++) {
        cvec even = first, odd = {splat(0), splat(0)};
        for (unsigned j = 1; j <= half; j++) {
            const nb_fft_root root = roots->odd[j * k % size];
            const vec cosine = splat(root.re), sine = splat(inverse ? -root.im : root.im);
            even.re += sum[j].re * cosine;
            even.im += sum[j].im * cosine;
            odd.re += diff[j].re * sine;
            odd.im += diff[j].im * sine;
        }
        out[k] = c_add_i(even, odd);
        out[size - k] = c_sub_i(even, odd);
    }
    for (unsigned k = 0; k < size; k++) {
        x[k * stride] = out[k];
    }
}

#endif
