/* What arithmetic must make of digits, by GMP. */
#ifndef NB_TEST_EXACT_H
#define NB_TEST_EXACT_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number that the digits stand for, which may be negative. */
void digits_to_integer(mpz_t value, const int32_t *digits, size_t num_digits);

/* sums[0 .. num_a + num_b): the sums of products a[i] * b[j] with i + j = k, by one product of
 * integers, in which 2^64 stands for the base. They must stay below 2^62. */
void convolve_exactly(int64_t *sums, const int32_t *a, size_t num_a, const int32_t *b,
                      size_t num_b);

/* Whether product[0 .. num_a + num_b) is a * b, as a number. */
bool is_product(const int32_t *product, const int32_t *a, size_t num_a, const int32_t *b,
                size_t num_b);

#endif
