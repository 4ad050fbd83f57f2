/* Factorials in decimal. */
#ifndef NB_COMPUTE_CHAIN_H
#define NB_COMPUTE_CHAIN_H

#include <stdint.h>

#include "base/status.h"
#include "decimal/number.h"

/* Sets `product` (cleared) to n! / 10^z, where 10^z is the largest power of ten that divides n!.
 * Every product has been checked; NBANG_UNVERIFIED if a check failed and the multiplier is
 * not careful, which it should be for another attempt. NBANG_NO_MEMORY if memory is short.
 *
 * Time and memory are those of the last products: work space of 1.6 to 2 bytes a decimal digit of
 * the result, and the result itself with 0.8. The work space stays with the multiplier. The
 * multiplier's team shares the work. */
NB_MUST_CHECK nb_status nb_chain_product(nb_decimal *product, nb_multiplier *multiplier,
                                         uint64_t n);

/* Lengths of the last numbers of the chain, in digits of decimal/digits.h. */
typedef struct nb_chain_lengths {
    double result;
    double factor; /* of the last product: P(1)^2 P(0) */
    double power;  /* the other factor, the square of a square */
    double leaves; /* P(0) and P(1) */
} nb_chain_lengths;

/* Those that are to be expected if the result has `result_digits`. Pure; a few nanoseconds. */
nb_chain_lengths nb_chain_predict(uint64_t n, double result_digits);

/* Predicted peak of nb_chain_product for all primes up to n <= NB_FACTORIAL_MAX_N, in bytes,
 * without a team: what it allocates, and the work space of its multiplier. `result_digits` is the
 * length of the product in digits of decimal/digits.h. Pure; about a microsecond. */
uint64_t nb_chain_memory_bytes(const nb_fft_kernel *kernel, uint64_t n, double result_digits);

#endif
