/* n! as decimal text: the seam between the batch engine and the arithmetic. */
#ifndef NB_COMPUTE_FACTORIAL_H
#define NB_COMPUTE_FACTORIAL_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/text.h"

/* The largest n: an mpz holds fewer than 2^37 bits (GMP 6, 64-bit limbs), less a margin. */
#define NB_FACTORIAL_MAX_N UINT64_C(4400000000)

/* Independent ways to the same number; a result that fails its check is computed again on the
 * other one. Small n take a simpler turn on either: the first then leaves prime powers for
 * mpz_fac_ui, and the second mpz_fac_ui for 1 * 2 * ... * n, one factor after the other. */
typedef enum nb_factorial_path {
    NB_FACTORIAL_PRIMES, /* the product of prime powers p^v_p(n!) (Legendre), tens taken out */
    NB_FACTORIAL_GMP     /* mpz_fac_ui */
} nb_factorial_path;

/* n! into `text` (initialised), n <= NB_FACTORIAL_MAX_N. Not verified: see compute/residue.h. */
NB_MUST_CHECK nb_status nb_factorial_text(nb_decimal_text *text, uint64_t n,
                                          nb_factorial_path path);

/* ---- one factorial in parts ----
 *
 * n! = 2^e * 10^z * product of parts, where part i is the product of p^v_p(n!) over the primes
 * p other than 2 and 5 with cuts[i] <= p < cuts[i + 1]. Parts are computed anywhere, in any order.
 */

/* Chooses `num_parts` >= 1 parts of roughly equal cost: fills cuts[0 .. num_parts], ascending if n
 * >= 3, cuts[0] = 3 and cuts[num_parts] = n + 1. Returns the number of parts, which is smaller if n
 * is too small to share (at least 1). A part cannot be smaller than the power of one prime: 3 alone
 * makes up 5 % of 10^6!, and the cuts allow for it. Pure; about 20 microseconds. */
size_t nb_factorial_cuts(uint64_t n, size_t num_parts, uint64_t *cuts);

/* Sets `part` (initialised) to the part of n! for the primes in [lo, hi); 1 if there are none. n <=
 * NB_FACTORIAL_MAX_N. */
NB_MUST_CHECK nb_status nb_factorial_part(mpz_t part, uint64_t n, uint64_t lo, uint64_t hi);

/* n! into `text` (initialised) from all its parts, which are consumed: each is 0 afterwards, its
 * limbs freed. After NBANG_NO_MEMORY their values mean nothing. */
NB_MUST_CHECK nb_status nb_factorial_join(nb_decimal_text *text, uint64_t n, mpz_t *parts,
                                          size_t num_parts);

#endif
