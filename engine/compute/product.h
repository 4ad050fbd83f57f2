/* The product of many small factors, as decimal digits. */
#ifndef NB_COMPUTE_PRODUCT_H
#define NB_COMPUTE_PRODUCT_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/multiply.h"

/* A number inside an array of digits that others share. */
typedef struct nb_product_node {
    size_t start;      /* of its digits in the array */
    size_t num_digits; /* at least 1, the top one not zero */
    uint64_t residue;
} nb_product_node;

/* Words of a leaf: about 1200 decimal digits. Above some 2500 the transforms are faster than GMP,
 * and its radix conversion, which is quadratic at this size, costs more and more. */
enum { NB_PRODUCT_LEAF_WORDS = 64 };

/* A product that is being gathered. Factors are packed into words, words into leaves, and leaves
 * are multiplied pair by pair within one array of digits: a product takes the place of its factors.
 */
typedef struct nb_product {
    int32_t *digits;        /* owned */
    size_t capacity;        /* of digits */
    size_t num_digits;      /* in use */
    nb_product_node *nodes; /* owned: leaves so far */
    size_t num_nodes, node_capacity;
    uint64_t word;    /* factors not yet in a leaf */
    uint64_t residue; /* of the leaf that is being filled, without `word` */
    mp_limb_t leaf[NB_PRODUCT_LEAF_WORDS];
    size_t leaf_limbs;
    nb_status status; /* the first failure: once it is there, factors are ignored */
} nb_product;

/* The empty product, 1. Allocates nothing yet. */
void nb_product_init(nb_product *product);
void nb_product_clear(nb_product *product);

/* Makes room for a product of `num_digits` digits (decimal/digits.h), so that it need not be moved
 * while it grows. A failure is kept in product->status. */
void nb_product_reserve(nb_product *product, size_t num_digits);

/* Multiplies by factor > 0. */
void nb_product_push(nb_product *product, uint64_t factor);

/* Multiplies everything out: product->nodes[0] is the result then, its digits starting at 0.
 * Returns the first failure, if there was any, or that of a multiplication. */
NB_MUST_CHECK nb_status nb_product_finish(nb_product *product, nb_multiplier *multiplier);

#endif
