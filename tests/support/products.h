/* Products that are checked against GMP, for the tests of decimal/multiply. */
#ifndef NB_TEST_PRODUCTS_H
#define NB_TEST_PRODUCTS_H

#include "decimal/multiply.h"
#include "digits.h"

/* The digits as an operand. */
nb_factor factor_of(const int32_t *digits, size_t num_digits);

/* Asserts that product[0 .. a.num_digits + b.num_digits) is what nb_multiply may leave for a * b,
 * given copies of the factors. */
void expect_product(const int32_t *product, nb_factor a, nb_factor b, uint64_t residue);

/* Multiplies into an array of its own, and asserts that the product is right. */
void expect_multiplies(nb_multiplier *multiplier, nb_factor a, nb_factor b);

/* Operands are numbers below 10^(5 num_digits) / 2, as those with balanced digits are: replaces a
 * top digit that is larger by 1. */
void leave_room(int32_t *digits, size_t num_digits);

/* expect_multiplies for operands of these lengths, with room. */
void expect_multiplies_pattern(nb_multiplier *multiplier, digit_pattern pattern, size_t num_a,
                               size_t num_b);

#endif
