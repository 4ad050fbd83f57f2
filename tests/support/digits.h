/* Digit arrays for the tests of decimal/, and a check of products that needs no other arithmetic.
 */
#ifndef NB_TEST_DIGITS_H
#define NB_TEST_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- operands ---- */

/* Pseudo-random numbers, the same in every run: xorshift64* from any state but 0. */
uint64_t random_next(uint64_t *state);

/* A number in [0, limit), limit > 0. */
size_t random_below(uint64_t *state, size_t limit);

/* Digits that are chosen at random, or to be bad for one thing or another. */
typedef enum digit_pattern {
    DIGITS_BALANCED,      /* -50000 .. 50000, as arithmetic leaves them */
    DIGITS_CANONICAL,     /* 0 .. 99999 */
    DIGITS_WIDE,          /* -NB_DIGIT_MAX .. NB_DIGIT_MAX */
    DIGITS_ALL_50000,     /* rounding errors of the same sign add up */
    DIGITS_ALTERNATING,   /* 50000, -50000, 50000, ... */
    DIGITS_ALL_99999,     /* 10^k - 1: all carries go all the way */
    DIGITS_ALL_LARGEST,   /* NB_DIGIT_MAX */
    DIGITS_MIXED_LARGEST, /* +-NB_DIGIT_MAX, signs at random */
    DIGITS_LONE_ONES,     /* 1 every 37 digits, the first and the last among them */
    DIGITS_POWER_OF_TEN,  /* 10^k */
    NUM_DIGIT_PATTERNS
} digit_pattern;

const char *digit_pattern_name(digit_pattern pattern);

/* Fills digits[0 .. num_digits). The last digit is not zero, unless it is chosen at random. */
void fill_digits(int32_t *digits, size_t num_digits, digit_pattern pattern, uint64_t *state);

/* An array of its own, for the caller to free; the test fails if there is no memory. */
int32_t *new_digits(size_t num_digits, digit_pattern pattern, uint64_t *state);

/* malloc, or the process ends. */
void *need_memory(size_t size);

/* ---- products ---- */

/* Whether product[0 .. num_a + num_b) is a * b, in time that is linear: modulo two primes below
 * 2^64, neither of them the engine's, so that a wrong product would be found right with a
 * probability of 2^-120. */
bool is_product_by_residues(const int32_t *product, const int32_t *a, size_t num_a,
                            const int32_t *b, size_t num_b);

/* The largest |digit|. */
int32_t largest_digit(const int32_t *digits, size_t num_digits);

#endif
