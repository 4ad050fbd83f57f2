/* Products of prime powers: what n! consists of. */
#ifndef NB_COMPUTE_PRIMES_H
#define NB_COMPUTE_PRIMES_H

#include <gmp.h>
#include <stdint.h>

#include "base/status.h"

/* Sets `product` (initialised) to the product of p^v_p(n!) over the primes p in [lo, hi) other than
 * 2 and 5; 1 if there are none. n <= NB_FACTORIAL_MAX_N. NBANG_NO_MEMORY if the sieve cannot have
 * its memory. Takes O(M(b) log b) time for a product of b bits, and about three times its memory.
 */
NB_MUST_CHECK nb_status nb_primes_factorial_part(mpz_t product, uint64_t n, uint64_t lo,
                                                 uint64_t hi);

#endif
