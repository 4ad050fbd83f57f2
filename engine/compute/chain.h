/* Products of prime powers in decimal: what n! consists of. */
#ifndef NB_COMPUTE_CHAIN_H
#define NB_COMPUTE_CHAIN_H

#include <stdint.h>

#include "base/status.h"
#include "decimal/number.h"

/* The exponent of the prime p in n! / 10^z, 10^z being the largest power of ten that divides n!. */
uint64_t nb_chain_exponent(uint64_t n, uint64_t p);

/* Sets `product` (cleared) to the product of p^e(p) over the primes p in [lo, hi), where e(p) is
 * nb_chain_exponent. 1 if there are none. Every product has been checked; NBANG_UNVERIFIED if a
 * check failed and the multiplier is not careful, which it should be for another attempt.
 * NBANG_NO_MEMORY if memory is short.
 *
 * Time and memory are those of the last products: work space of 1.6 to 2 bytes a decimal digit of
 * the result, and the result itself with 0.8. The work space stays with the multiplier. */
NB_MUST_CHECK nb_status nb_chain_product(nb_decimal *product, nb_multiplier *multiplier, uint64_t n,
                                         uint64_t lo, uint64_t hi);

#endif
