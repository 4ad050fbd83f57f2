/* The steps of a right-angle transform, NB_LANES transforms at a time.
 *
 * A block of 2m values stands for a polynomial modulo x^(2m) - r^2. As x^(2m) - r^2 is the product
 * of x^m - r and x^m + r, reducing it modulo both, with high half h and low half l, takes one
 * multiplication by one root for the whole block,
 *
 *     l + r h   and   l - r h,
 *
 * and is undone by adding, subtracting and multiplying by the conjugate of r (divisions by two are
 * left until the end). The root of block b at depth t is lane_root(t) * T[b], where T is the table
 * of decimal/fft/twiddles.h: the two blocks that come out are 2b and 2b + 1 at depth t + 1. (The
 * formulation as recursive factoring of x^(2m) - r^2 is D. J. Bernstein's, "Multidigit
 * multiplication for mathematicians", 2001, section 2.) */
#ifndef NB_DECIMAL_FFT_LANES_BUTTERFLY_H
#define NB_DECIMAL_FFT_LANES_BUTTERFLY_H

#include "decimal/fft/lanes/vector.h"

/* ---- two levels at once ---- */

/* The roots of two levels: first^2 = second, and first * second = third. The first level uses
 * `second`, the next one `first` and i * first. */
typedef struct roots4 {
    cvec first, second, third;
} roots4;

NB_INLINE roots4 make_roots(cvec lane_root, nb_fft_root twiddle)
{
    roots4 w;
    w.first = c_mul(c_splat(twiddle), lane_root);
    w.second = c_square(w.first);
    w.third = c_mul(w.second, w.first);
    return w;
}

/* The quarters of a block, lowest first, to the blocks with roots r, -r, ir, -ir of the fourth part
 * of its size, r = w.first. 24 operations with fused multiply-add. */
NB_INLINE void forward4(cvec *x0, cvec *x1, cvec *x2, cvec *x3, roots4 w)
{
    cvec a0 = c_mul_add(*x0, *x2, w.second), a1 = c_mul_add(*x1, *x3, w.second);
    cvec a2 = c_reflect(*x0, a0), a3 = c_reflect(*x1, a1);
    cvec b0 = c_mul_add(a0, a1, w.first), b2 = c_mul_add_i(a2, a3, w.first);
    *x0 = b0;
    *x1 = c_reflect(a0, b0);
    *x2 = b2;
    *x3 = c_reflect(a2, b2);
}

/* Undoes forward4, times 4. */
NB_INLINE void inverse4(cvec *x0, cvec *x1, cvec *x2, cvec *x3, roots4 w)
{
    cvec sum0 = c_add(*x0, *x1), diff0 = c_sub(*x0, *x1);
    cvec sum1 = c_add(*x2, *x3), diff1 = c_sub(*x2, *x3);
    *x0 = c_add(sum0, sum1);
    *x1 = c_mul_conj(c_sub_i(diff0, diff1), w.first);
    *x2 = c_mul_conj(c_sub(sum0, sum1), w.second);
    *x3 = c_mul_conj(c_add_i(diff0, diff1), w.third);
}

/* ---- one level ---- */

NB_INLINE void forward2(cvec *x0, cvec *x1, cvec root)
{
    cvec a0 = c_mul_add(*x0, *x1, root);
    *x1 = c_reflect(*x0, a0);
    *x0 = a0;
}

/* Undoes forward2, times 2. */
NB_INLINE void inverse2(cvec *x0, cvec *x1, cvec root)
{
    cvec diff = c_sub(*x0, *x1);
    *x0 = c_add(*x0, *x1);
    *x1 = c_mul_conj(diff, root);
}

/* ---- products ---- */

/* x = x * y modulo z^4 - root, all of them polynomials in z with 4 coefficients. Going down two
 * more levels, multiplying value by value and coming back would take a third more operations. */
NB_INLINE void multiply_mod4(cvec x[4], const cvec y[4], cvec root)
{
    cvec a0 = x[0], a1 = x[1], a2 = x[2], a3 = x[3];
    cvec b0 = y[0], b1 = y[1], b2 = y[2], b3 = y[3];
    cvec w1 = c_mul(b1, root), w2 = c_mul(b2, root), w3 = c_mul(b3, root);
    x[0] = c_mul_add(c_mul_add(c_mul_add(c_mul(a0, b0), a1, w3), a2, w2), a3, w1);
    x[1] = c_mul_add(c_mul_add(c_mul_add(c_mul(a0, b1), a1, b0), a2, w3), a3, w2);
    x[2] = c_mul_add(c_mul_add(c_mul_add(c_mul(a0, b2), a1, b1), a2, b0), a3, w3);
    x[3] = c_mul_add(c_mul_add(c_mul_add(c_mul(a0, b3), a1, b2), a2, b1), a3, b0);
}

/* x = x * x modulo z^4 - root. */
NB_INLINE void square_mod4(cvec x[4], cvec root)
{
    cvec a0 = x[0], a1 = x[1], a2 = x[2], a3 = x[3];
    cvec twice0 = c_add(a0, a0), twice1 = c_add(a1, a1);
    cvec w2 = c_mul(a2, root), w3 = c_mul(a3, root);
    x[0] = c_mul_add(c_mul_add(c_square(a0), twice1, w3), a2, w2);
    x[1] = c_mul_add(c_mul(twice0, a1), c_add(a2, a2), w3);
    x[2] = c_mul_add(c_mul_add(c_square(a1), twice0, a2), a3, w3);
    x[3] = c_mul_add(c_mul(twice0, a3), twice1, a2);
}

#endif
