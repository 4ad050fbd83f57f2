/* n! modulo 2^61 - 1 along a path that shares nothing with the computation of n! itself: neither
 * primes, nor Legendre exponents, nor GMP. */
#ifndef NB_COMPUTE_RESIDUE_H
#define NB_COMPUTE_RESIDUE_H

#include <stdint.h>

#include "base/team.h"

/* n! mod 2^61 - 1 (0 for n >= 2^61 - 1). About n / 2 modular multiplications, which the team shares
 * (NULL: the caller does them alone). */
uint64_t nb_factorial_residue(uint64_t n, nb_team *team);

#endif
