/* Products of decimal numbers, each of them checked. */
#ifndef NB_DECIMAL_MULTIPLY_H
#define NB_DECIMAL_MULTIPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/team.h"
#include "base/trace.h"
#include "decimal/fft/kernel.h"
#include "decimal/workspace.h"

/* A number as an operand: not owned. |digits| <= NB_DIGIT_MAX, num_digits >= 1.
 *
 * Digits within about +-50000, which all numbers from here have, keep factors below 10^(5
 * num_digits) / 2, and so leave room for the product and for those of all pieces of the factors.
 * Larger digits may not: the first attempt fails then, and a top digit of the product that does not
 * fit is left as it is. */
typedef struct nb_factor {
    const int32_t *digits; /* least significant first */
    size_t num_digits;
    uint64_t residue; /* modulo 2^61 - 1 */
} nb_factor;

/* Multiplies; keeps its work space from one product to the next.
 *
 * For one thread at a time. Threads that have multipliers of their own share the tables of roots of
 * unity, which grow: before they multiply at the same time, nb_multiplier_prepare must have been
 * called for the largest of their products. */
typedef struct nb_multiplier {
    const nb_fft_kernel *kernel;
    nb_team *team; /* shares the work of large products, and may grow on the way (nb_team_recruit);
                      not owned, NULL: there is none */
    nb_trace *trace; /* of the thread whose numbers these are; not owned, NULL: there is none */
    nb_workspace transforms, scratch, spare;
    size_t kept_bytes;   /* work space up to this size is worth keeping for the next number */
    bool careful;        /* multiplies split digits at once, for results that must not fail */
    double max_error;    /* the largest rounding error of products that were accepted */
    uint64_t num_failed; /* products whose checks failed */
} nb_multiplier;

/* What a multiplier keeps unless it is told otherwise. */
#define NB_MULTIPLIER_KEPT_BYTES ((size_t)16 << 20)

/* With the kernel in use, and no team. Allocates nothing yet. */
void nb_multiplier_init(nb_multiplier *multiplier);
/* Makes the tables for all products of up to `num_digits` digits. */
NB_MUST_CHECK nb_status nb_multiplier_prepare(const nb_multiplier *multiplier, size_t num_digits);
/* What they take. */
size_t nb_multiplier_table_bytes(const nb_fft_kernel *kernel, size_t num_digits);
/* Makes the work space ready for the square of a number of `num_digits` digits, and for all that is
 * not larger: growing from product to product it would be made again and again. */
NB_MUST_CHECK nb_status nb_multiplier_reserve(nb_multiplier *multiplier, size_t num_digits);
/* Frees the work space, with the team if it is large; the multiplier can go on. */
void nb_multiplier_release(nb_multiplier *multiplier);
/* Does so if it takes more than kept_bytes: what follows a product may take as much memory, in this
 * process or in another. */
void nb_multiplier_give_back(nb_multiplier *multiplier);

/* Sets product[0 .. a.num_digits + b.num_digits) to a * b, with digits within about +-50000, and
 * *residue to its residue. The factors may be the same, and `product` may overlap them in any way.
 *
 * The product is accepted if all coefficients are within 1/4 of an integer and its residue is that
 * of the factors. If not, it is computed again on split digits, with which rounding errors are
 * known to stay below 1/4 (see multiply_split.c); but if `product` overlaps a factor that is gone,
 * and the answer is NBANG_UNVERIFIED. After that or NBANG_NO_MEMORY `product` means nothing. */
NB_MUST_CHECK nb_status nb_multiply(nb_multiplier *multiplier, int32_t *product, nb_factor a,
                                    nb_factor b, uint64_t *residue);

#endif
