/* Vectors of NB_LANES doubles, by GCC's vector extensions (gcc and clang).
 *
 * The files of this folder are compiled once for each width, with NB_LANES set to 2, 4 or 8 and the
 * instruction set that has such registers; NB_WIDE(name) gives each copy its own symbols. */
#ifndef NB_DECIMAL_FFT_LANES_VECTOR_H
#define NB_DECIMAL_FFT_LANES_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "decimal/fft/twiddles.h"

#ifndef NB_LANES
#error "NB_LANES must be 2, 4 or 8"
#endif

#define NB_WIDE_PASTE(name, lanes) name##_##lanes
#define NB_WIDE_EXPAND(name, lanes) NB_WIDE_PASTE(name, lanes)
#define NB_WIDE(name) NB_WIDE_EXPAND(name, NB_LANES)

#define NB_INLINE static inline __attribute__((always_inline))

typedef double vec __attribute__((vector_size(8 * NB_LANES)));
typedef int64_t vec_i64 __attribute__((vector_size(8 * NB_LANES)));
typedef int32_t vec_i32 __attribute__((vector_size(4 * NB_LANES)));

/* NB_LANES complex numbers. */
typedef struct cvec {
    vec re, im;
} cvec;

/* ---- one value in every lane, rounding, extremes ---- */

NB_INLINE vec splat(double x)
{
    return x - (vec){0};
}

/* 1.5 * 2^52: adding it to |x| < 2^51 leaves no bits for a fraction, so that the sum is rounded to
 * the nearest integer, which its lowest bits then show in two's complement. */
#define NB_ROUNDER 6755399441055744.0

/* The nearest integer to x, |x| < 2^51. */
NB_INLINE vec round_nearest(vec x)
{
    return (x + splat(NB_ROUNDER)) - splat(NB_ROUNDER);
}

/* max(worst, |x|) in each lane. */
NB_INLINE vec max_abs(vec worst, vec x)
{
#if NB_LANES == 8 && defined(__AVX512DQ__)
    return (vec)_mm512_range_pd((__m512d)worst, (__m512d)x, 0xB);
#else
    vec magnitude = (vec)((vec_i64)x & INT64_MAX);
#if NB_LANES == 4 && defined(__AVX__)
    return (vec)_mm256_max_pd((__m256d)worst, (__m256d)magnitude);
#elif NB_LANES == 2 && defined(__SSE2__)
    return (vec)_mm_max_pd((__m128d)worst, (__m128d)magnitude);
#else
    vec_i64 larger = magnitude > worst;
    return (vec)(((vec_i64)magnitude & larger) | ((vec_i64)worst & ~larger));
#endif
#endif
}

/* ---- digits ---- */

/* NB_LANES digits as doubles. */
NB_INLINE vec load_digits(const int32_t *digits)
{
    vec_i32 packed;
    memcpy(&packed, digits, sizeof(packed));
    return __builtin_convertvector(packed, vec);
}

/* ---- lanes ---- */

#if NB_LANES == 8
#define NB_SHIFT_ORDER 7, 8, 9, 10, 11, 12, 13, 14
#define NB_SWAP1_LOW 0, 8, 2, 10, 4, 12, 6, 14
#define NB_SWAP1_HIGH 1, 9, 3, 11, 5, 13, 7, 15
#define NB_SWAP2_LOW 0, 1, 8, 9, 4, 5, 12, 13
#define NB_SWAP2_HIGH 2, 3, 10, 11, 6, 7, 14, 15
#define NB_SWAP4_LOW 0, 1, 2, 3, 8, 9, 10, 11
#define NB_SWAP4_HIGH 4, 5, 6, 7, 12, 13, 14, 15
#elif NB_LANES == 4
#define NB_SHIFT_ORDER 3, 4, 5, 6
#define NB_SWAP1_LOW 0, 4, 2, 6
#define NB_SWAP1_HIGH 1, 5, 3, 7
#define NB_SWAP2_LOW 0, 1, 4, 5
#define NB_SWAP2_HIGH 2, 3, 6, 7
#elif NB_LANES == 2
#define NB_SHIFT_ORDER 1, 2
#define NB_SWAP1_LOW 0, 2
#define NB_SWAP1_HIGH 1, 3
#else
#error "NB_LANES must be 2, 4 or 8"
#endif

/* The lanes of `current` moved up by one; the last lane of `previous` comes in. */
NB_INLINE vec shift_in(vec previous, vec current)
{
    return __builtin_shufflevector(previous, current, NB_SHIFT_ORDER);
}

#define NB_SWAP(distance)                                                                          \
    for (int i = 0; i < NB_LANES; i++) {                                                           \
        if ((i & (distance)) == 0) {                                                               \
            vec low = row[i], high = row[i + (distance)];                                          \
            row[i] = __builtin_shufflevector(low, high, NB_SWAP##distance##_LOW);                  \
            row[i + (distance)] = __builtin_shufflevector(low, high, NB_SWAP##distance##_HIGH);    \
        }                                                                                          \
    }

/* Transposes a square of lanes: swaps its two off-diagonal quarters at every scale. */
NB_INLINE void transpose(vec row[NB_LANES])
{
    NB_SWAP(1)
#if NB_LANES >= 4
    NB_SWAP(2)
#endif
#if NB_LANES >= 8
    NB_SWAP(4)
#endif
}

/* ---- memory ---- */

/* Stores past the caches: for what is not needed soon, which then need not be read first. */
NB_INLINE void store_past_caches(vec *to, vec x)
{
#if NB_LANES == 8 && defined(__AVX512F__)
    _mm512_stream_pd((double *)to, (__m512d)x);
#elif NB_LANES == 4 && defined(__AVX__)
    _mm256_stream_pd((double *)to, (__m256d)x);
#elif NB_LANES == 2 && defined(__SSE2__)
    _mm_stream_pd((double *)to, (__m128d)x);
#else
    *to = x;
#endif
}

/* ---- digits out ---- */

/* Stores the integers of which `rounded` = x + NB_ROUNDER shows the lowest bits. */
NB_INLINE void store_digits(int32_t *digits, vec rounded, bool past_caches)
{
    vec_i32 packed = __builtin_convertvector((vec_i64)rounded, vec_i32);
#if NB_LANES == 8 && defined(__AVX__)
    if (past_caches) {
        _mm256_stream_si256((__m256i *)digits, (__m256i)packed);
        return;
    }
#endif
    (void)past_caches;
    memcpy(digits, &packed, sizeof(packed));
}

/* ---- complex arithmetic ---- */

NB_INLINE cvec c_splat(nb_fft_root x)
{
    return (cvec){splat(x.re), splat(x.im)};
}

NB_INLINE cvec c_add(cvec a, cvec b)
{
    return (cvec){a.re + b.re, a.im + b.im};
}

NB_INLINE cvec c_sub(cvec a, cvec b)
{
    return (cvec){a.re - b.re, a.im - b.im};
}

/* a + i b. */
NB_INLINE cvec c_add_i(cvec a, cvec b)
{
    return (cvec){a.re - b.im, a.im + b.re};
}

/* a - i b. */
NB_INLINE cvec c_sub_i(cvec a, cvec b)
{
    return (cvec){a.re + b.im, a.im - b.re};
}

NB_INLINE cvec c_mul(cvec a, cvec b)
{
    return (cvec){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* a times the conjugate of b. */
NB_INLINE cvec c_mul_conj(cvec a, cvec b)
{
    return (cvec){a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

NB_INLINE cvec c_square(cvec a)
{
    vec twice = a.re + a.re;
    return (cvec){a.re * a.re - a.im * a.im, twice * a.im};
}

/* sum + a b. */
NB_INLINE cvec c_mul_add(cvec sum, cvec a, cvec b)
{
    return (cvec){(sum.re + a.re * b.re) - a.im * b.im, (sum.im + a.re * b.im) + a.im * b.re};
}

/* sum + i a b. */
NB_INLINE cvec c_mul_add_i(cvec sum, cvec a, cvec b)
{
    return (cvec){(sum.re - a.re * b.im) - a.im * b.re, (sum.im + a.re * b.re) - a.im * b.im};
}

/* 2 a - b. */
NB_INLINE cvec c_reflect(cvec a, cvec b)
{
    return (cvec){(a.re + a.re) - b.re, (a.im + a.im) - b.im};
}

#endif
