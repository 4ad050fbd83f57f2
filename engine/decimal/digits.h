/* Arrays of decimal digits, five to an element: d[0] + d[1] 10^5 + d[2] 10^10 + ...
 *
 * Digits are balanced: between about -50000 and 50000, which keeps the rounding errors of a
 * transform ten times smaller than digits of one sign would. A number has many such arrays, for
 * digits need not be minimal; |d| <= NB_DIGIT_MAX is all that arithmetic asks for. Only what is
 * printed is canonical, with 0 <= d < 10^5. */
#ifndef NB_DECIMAL_DIGITS_H
#define NB_DECIMAL_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define NB_DIGIT_BASE 100000
#define NB_DIGIT_WIDTH 5
#define NB_DIGIT_MAX 131071

/* The number modulo 2^61 - 1. About 0.3 ns a digit. */
uint64_t nb_digits_residue(const int32_t *digits, size_t num_digits);

/* How many digits are left without leading zeros; 0 for an array of zeros. */
size_t nb_digits_significant(const int32_t *digits, size_t num_digits);

/* Makes the digits canonical; the number must not be negative. Returns how many are significant:
 * without leading zeros, 0 for zero. What does not fit the top digit stays in it. */
size_t nb_digits_canonicalise(int32_t *digits, size_t num_digits);

/* Makes canonical digits balanced again, as multiplication wants them; the top digit stays as it is
 * but for what is carried into it. */
void nb_digits_balance(int32_t *digits, size_t num_digits);

/* Words that digits are multiplied by are below this, 10^10. */
#define NB_DIGIT_WORD_END UINT64_C(10000000000)
#define NB_DIGIT_WORD_LOG10 10

/* Multiplies canonical digits by `word` > 0, in place; there is room for two more. Returns how many
 * there are then, without leading zeros. One pass: 0.7 ns a digit with AVX-512, 1.5 ns with AVX2, 3
 * to 4 ns without (gcc 12, Xeon, November 2026). */
size_t nb_digits_multiply_word(int32_t *digits, size_t num_digits, uint64_t word);

/* Adds `addend` to the low digits of `digits`, num_addend <= num_digits; the carry out of the last
 * of them goes into the next digit if there is one. Both must be within NB_DIGIT_MAX, as the sums
 * are. */
void nb_digits_add(int32_t *digits, size_t num_digits, const int32_t *addend, size_t num_addend);

/* value / 10^5, rounded to the nearest integer: what is left of value is a balanced digit. */
static inline int64_t nb_digits_round_carry(int64_t value)
{
    return (value + (value < 0 ? -NB_DIGIT_BASE / 2 : NB_DIGIT_BASE / 2)) / NB_DIGIT_BASE;
}

/* Splits the value at `position` into a balanced digit, which stays, and a carry, which is added to
 * the next digit unless that one does not exist: then all of it stays, and must fit. */
void nb_digits_put(int32_t *digits, size_t num_digits, size_t position, int64_t value);

#endif
