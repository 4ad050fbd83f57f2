/* Arithmetic modulo the Mersenne prime p = 2^61 - 1: the check that every result must pass.
 *
 * A number that differs from the right one by chance has the same residue with a probability of
 * about 2^-61. A single wrong digit and a swapped pair of neighbours are always caught: they change
 * the number by d * 10^k or d * 9 * 10^k with 0 < |d| < 10, and p divides neither. */
#ifndef NB_BASE_RESIDUE_H
#define NB_BASE_RESIDUE_H

#include <stddef.h>
#include <stdint.h>

#define NB_RESIDUE_MODULUS ((UINT64_C(1) << 61) - 1)

/* Unless said otherwise, arguments and results are fully reduced: in [0, p). The short functions
 * are inline because the products that use them are as fast as the processor multiplies. */

/* x mod p, for any x. */
static inline uint64_t nb_residue_reduce(uint64_t x)
{
    uint64_t folded = (x & NB_RESIDUE_MODULUS) + (x >> 61); /* 2^61 = 1 modulo p */
    return folded >= NB_RESIDUE_MODULUS ? folded - NB_RESIDUE_MODULUS : folded;
}

/* x mod p, for any x of either sign. */
static inline uint64_t nb_residue_of_signed(int64_t x)
{
    uint64_t magnitude = nb_residue_reduce(x < 0 ? -(uint64_t)x : (uint64_t)x);
    return x < 0 && magnitude > 0 ? NB_RESIDUE_MODULUS - magnitude : magnitude;
}

/* a + b mod p. */
static inline uint64_t nb_residue_add(uint64_t a, uint64_t b)
{
    return nb_residue_reduce(a + b);
}

/* a * b mod p. */
static inline uint64_t nb_residue_mul(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    uint64_t low = (uint64_t)product & NB_RESIDUE_MODULUS;
    uint64_t high = (uint64_t)(product >> 61); /* at most p - 2, since a, b < p */
    return nb_residue_reduce(low + high);
}

/* base^exponent mod p; 0^0 = 1. */
uint64_t nb_residue_pow(uint64_t base, uint64_t exponent);

/* Continues the residue of a decimal number with `len` more digits, most significant first:
 * residue * 10^len + digits. `digits` are characters '0' to '9', which is not checked. Several
 * gigabytes a second. */
uint64_t nb_residue_append_digits(uint64_t residue, const char *digits, size_t len);

#endif
