/* The multiplication of school, from the top of the product down: what is still to be computed does
 * not depend on the digits that are overwritten already. */
#include <string.h>

#include "decimal/digits.h"
#include "decimal/multiply_internal.h"

/* Digits of the product that are computed together. */
enum { CHUNK = 256 };

/* sum[0 .. count) = the coefficients [first, first + count) of the product. A coefficient is below
 * 32 * 2^34. */
static void convolve_chunk(int64_t *sum, size_t first, size_t count, nb_factor a, const int32_t *b,
                           size_t num_b)
{
    memset(sum, 0, count * sizeof(*sum));
    for (size_t j = 0; j < num_b; j++) {
        /* Coefficient first + i takes a[first + i - j]. */
        size_t low = first < j ? j - first : 0;
        size_t high = a.num_digits + j > first ? a.num_digits + j - first : 0;
        high = high < count ? high : count;
        const int64_t digit = b[j];
        for (size_t i = low; i < high; i++) {
            sum[i] += digit * a.digits[first + i - j];
        }
    }
}

void nb_multiply_basecase(int32_t *product, nb_factor a, nb_factor b, uint64_t *residue)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    int32_t short_factor[NB_BASECASE_MAX];
    memcpy(short_factor, b.digits, b.num_digits * sizeof(*short_factor));
    memmove(product, a.digits, a.num_digits * sizeof(*product));
    a.digits = product;
    for (size_t end = num_digits; end > 0;) {
        int64_t sum[CHUNK];
        size_t count = end < CHUNK ? end : CHUNK, first = end - count;
        convolve_chunk(sum, first, count, a, short_factor, b.num_digits);
        int64_t carry = 0;
        for (size_t i = 0; i < count; i++) {
            int64_t value = sum[i] + carry;
            carry = nb_digits_round_carry(value);
            product[first + i] = (int32_t)(value - carry * NB_DIGIT_BASE);
        }
        if (end < num_digits) {
            nb_digits_put(product, num_digits, end, product[end] + carry);
        } else {
            product[end - 1] += (int32_t)carry * NB_DIGIT_BASE;
        }
        end = first;
    }
    *residue = nb_digits_residue(product, num_digits);
}
