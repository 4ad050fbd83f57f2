/* The levels of a factorial: for each bit of the exponents of its primes, the product of the primes
 * that have it. */
#ifndef NB_COMPUTE_LEVELS_H
#define NB_COMPUTE_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/number.h"

/* The exponent of the prime p in n! / 10^z, 10^z being the largest power of ten that divides n!. */
uint64_t nb_levels_exponent(uint64_t n, uint64_t p);

/* The products, each of them still in as many factors as there were stretches of primes that were
 * worked on at the same time. */
typedef struct nb_levels {
    size_t count;         /* of levels, at least 1 */
    size_t num_stretches; /* of primes */
    size_t stride;        /* stretches that are multiplied together already */
    nb_decimal *numbers;  /* owned: by stretch, then by level; none stands for 1 */
} nb_levels;

/* Memory that will be needed soon; its contents mean nothing yet. */
typedef struct nb_levels_memory {
    void *start;
    size_t size; /* bytes */
} nb_levels_memory;

/* Sets `levels` (to be cleared in any case) to those of n! / 10^z. The multiplier, with whose team
 * the work is shared, must be prepared for the largest of the products. Members of the
 * team also touch the `num_ahead` pieces of memory `ahead` (decimal/workspace.h) on the way, which
 * may be the multiplier's work space. All
 * products are checked: NBANG_UNVERIFIED or NBANG_NO_MEMORY as from nb_decimal_multiply.
 *
 * Time is that of sieving the primes up to n, and of a product tree over them; the levels together
 * have about 0.6 n decimal digits. */
NB_MUST_CHECK nb_status nb_levels_init(nb_levels *levels, nb_multiplier *multiplier, uint64_t n,
                                       const nb_levels_memory *ahead, size_t num_ahead);
void nb_levels_clear(nb_levels *levels);

/* Moves level k, multiplied out, into `product` (cleared). It is gone from the levels then,
 * whatever the outcome. */
NB_MUST_CHECK nb_status nb_levels_take(nb_levels *levels, size_t k, nb_decimal *product,
                                       nb_multiplier *multiplier);

#endif
