/* n! as decimal text: the seam between the batch engine and the arithmetic. */
#ifndef NB_COMPUTE_FACTORIAL_H
#define NB_COMPUTE_FACTORIAL_H

#include <stdint.h>

#include "base/status.h"
#include "decimal/multiply.h"
#include "decimal/text.h"

/* The largest n: n! has 4.0 * 10^10 digits then, and takes about 100 GB. Nothing but memory stands
 * in the way of more; GMP's own integers end at n = 4.49 * 10^9. */
#define NB_FACTORIAL_MAX_N UINT64_C(4400000000)

/* Independent ways to the same number; a result that fails its check is computed again on the
 * other one.
 *
 * The first is the chain of prime powers (compute/chain.h), in decimal from the start. Below
 * NB_FACTORIAL_DECIMAL_MIN_N GMP is faster: there it is the chain in binary, or mpz_fac_ui where a
 * sieve does not pay.
 *
 * The second is GMP: mpz_fac_ui, or for the smallest n 1 * 2 * ... * n one factor after the other.
 * Above NB_FACTORIAL_GMP_MAX_N, where GMP's radix conversion would take forty times as long as all
 * of the first way, it is that again, but on split digits, by other code for the multiplications.
 */
typedef enum nb_factorial_path { NB_FACTORIAL_PRIMES, NB_FACTORIAL_GMP } nb_factorial_path;

/* Measured in November 2026 on a Xeon, GMP 6.2.1, gcc 12: the decimal chain passes GMP at 1200 with
 * AVX-512, at 1700 with the generic kernel, and takes half of GMP's time at 3000. */
#define NB_FACTORIAL_DECIMAL_MIN_N UINT64_C(1500)
#define NB_FACTORIAL_GMP_MAX_N UINT64_C(2000000)

/* n! into `text` (initialised), n <= NB_FACTORIAL_MAX_N. Not verified as a whole: see
 * compute/residue.h. The multiplier's work space is given back if it is large. In its trace, the
 * last phase is NBANG_PHASE_TEXT, and that before NBANG_PHASE_PRODUCTS. */
NB_MUST_CHECK nb_status nb_factorial_text(nb_decimal_text *text, nb_multiplier *multiplier,
                                          uint64_t n, nb_factorial_path path);

#endif
