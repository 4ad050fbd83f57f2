/* Arithmetic modulo the Mersenne prime p = 2^61 - 1: the check that every result must pass.
 *
 * Two different numbers of up to D decimal digits agree modulo p with a probability of about
 * 2^-61 if their difference does not depend on p; a single wrong digit, a shifted digit or a
 * swapped pair of neighbours is always caught, since 10^k mod p is never 0 and 10 has a large
 * order. */
#ifndef NB_BASE_RESIDUE_H
#define NB_BASE_RESIDUE_H

#include <stddef.h>
#include <stdint.h>

#define NB_RESIDUE_MODULUS ((UINT64_C(1) << 61) - 1)

/* All arguments and results are fully reduced: in [0, p). */
uint64_t nb_residue_reduce(uint64_t x);
uint64_t nb_residue_add(uint64_t a, uint64_t b);
uint64_t nb_residue_mul(uint64_t a, uint64_t b);
uint64_t nb_residue_pow(uint64_t base, uint64_t exponent);

/* Continues the residue of a decimal number with `len` more digits, most significant first:
 * residue * 10^len + digits. `digits` are characters '0' to '9', which is not checked. */
uint64_t nb_residue_append_digits(uint64_t residue, const char *digits, size_t len);

#endif
