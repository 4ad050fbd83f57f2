/* The ways to multiply, between which multiply.c chooses. */
#ifndef NB_DECIMAL_MULTIPLY_INTERNAL_H
#define NB_DECIMAL_MULTIPLY_INTERNAL_H

#include "decimal/multiply.h"
#include "decimal/multiply_plan.h"

/* Rounding errors that are accepted: half of what would be rounded to a wrong integer. The largest
 * that were seen on random digits are 0.0007 in products of 1.6 * 10^6 decimal digits, 0.012 in
 * 10^7! and 0.055 in 10^8!; they grow like the square root of the length. Digits that are all as
 * large as they can be, and alike, exceed it from M = 2^18 on. An error between 3/4 and 5/4, which
 * looks like one below 1/4, is left to the residue. */
#define NB_MAX_ROUNDING_ERROR 0.25

/* product = a * b digit by digit, a.num_digits >= b.num_digits; `product` may overlap them. Cost:
 * about a.num_digits * b.num_digits / 8 cycles. */
void nb_multiply_basecase(int32_t *product, nb_factor a, nb_factor b, uint64_t *residue);
/* The most digits that the shorter factor may have. */
enum { NB_BASECASE_MAX = 32 };

/* product = a * b on split digits; NBANG_UNVERIFIED if even they fail a check. `product` may
 * overlap the factors. Takes ten times the time of an ordinary product, and four times its memory.
 */
NB_MUST_CHECK nb_status nb_multiply_split(nb_multiplier *multiplier, int32_t *product, nb_factor a,
                                          nb_factor b, uint64_t *residue);

/* One attempt with transforms, a.num_digits >= b.num_digits. *good says whether all checks held. */
NB_MUST_CHECK nb_status nb_multiply_fft(nb_multiplier *multiplier, int32_t *product, nb_factor a,
                                        nb_factor b, uint64_t *residue, bool *good);

/* The same as planned, which must be for numbers of these lengths and the multiplier's kernel. */
NB_MUST_CHECK nb_status nb_multiply_planned(nb_multiplier *multiplier, const nb_multiply_plan *plan,
                                            int32_t *product, nb_factor a, nb_factor b,
                                            uint64_t *residue, bool *good);

#endif
