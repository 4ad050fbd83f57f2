/* Products of prime powers in decimal: what n! consists of. */
#ifndef NB_COMPUTE_CHAIN_H
#define NB_COMPUTE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/multiply.h"

/* A decimal number. */
typedef struct nb_decimal {
    int32_t *digits;   /* owned, decimal/digits.h; NULL if there is none */
    size_t capacity;   /* of digits */
    size_t num_digits; /* without leading zeros */
    uint64_t residue;  /* modulo 2^61 - 1 */
} nb_decimal;

/* Frees the digits. */
void nb_decimal_clear(nb_decimal *number);

/* Sets `product` (cleared) to the product of p^e(p) over the primes p in [lo, hi), where e(p) is the
 * exponent of p in n! / 10^z, 10^z being the largest power of ten that divides n!: so 5 does not
 * occur. 1 if there are none. Every product has been checked; NBANG_UNVERIFIED if a check failed and
 * the multiplier is not careful, which it should be for another attempt. NBANG_NO_MEMORY if memory
 * is short.
 *
 * Time and memory are those of the last products: work space of 1.6 to 2 bytes a decimal digit of
 * the result, and the result itself with 0.8. The work space stays with the multiplier. */
NB_MUST_CHECK nb_status nb_chain_product(nb_decimal *product, nb_multiplier *multiplier, uint64_t n,
                                         uint64_t lo, uint64_t hi);

#endif
