#include "exact.h"

#include <stdlib.h>

#include "decimal/digits.h"
#include "digits.h"

/* Halves, until a few digits are left. */
void digits_to_integer(mpz_t value, const int32_t *digits, size_t num_digits)
{
    if (num_digits <= 8) {
        mpz_set_ui(value, 0);
        for (size_t i = num_digits; i-- > 0;) {
            mpz_mul_ui(value, value, NB_DIGIT_BASE);
            if (digits[i] < 0) {
                mpz_sub_ui(value, value, (unsigned long)-digits[i]);
            } else {
                mpz_add_ui(value, value, (unsigned long)digits[i]);
            }
        }
        return;
    }
    const size_t half = num_digits / 2;
    mpz_t high, weight;
    mpz_inits(high, weight, NULL);
    digits_to_integer(high, digits + half, num_digits - half);
    mpz_ui_pow_ui(weight, NB_DIGIT_BASE, half);
    digits_to_integer(value, digits, half);
    mpz_addmul(value, high, weight);
    mpz_clears(high, weight, NULL);
}

/* The sum of digits[i] * 2^(64 i): a borrow goes on as long as digits are negative. */
static void pack(mpz_t value, const int32_t *digits, size_t num_digits)
{
    mp_limb_t *limbs = mpz_limbs_write(value, (mp_size_t)num_digits);
    int64_t borrow = 0;
    for (size_t i = 0; i < num_digits; i++) {
        const int64_t digit = digits[i] - borrow;
        limbs[i] = (mp_limb_t)digit;
        borrow = digit < 0;
    }
    if (borrow != 0) {
        mpn_neg(limbs, limbs, (mp_size_t)num_digits);
    }
    mpz_limbs_finish(value, borrow != 0 ? -(mp_size_t)num_digits : (mp_size_t)num_digits);
}

void convolve_exactly(int64_t *sums, const int32_t *a, size_t num_a, const int32_t *b, size_t num_b)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    pack(x, a, num_a);
    pack(y, b, num_b);
    mpz_mul(x, x, y);
    const bool is_negative = mpz_sgn(x) < 0;
    uint64_t carry = 0;
    for (size_t i = 0; i < num_a + num_b; i++) {
        const uint64_t limb = mpz_getlimbn(x, (mp_size_t)i) + carry;
        /* A limb with its top bit set stands for a negative sum and a carry. */
        carry = limb < carry || limb >> 63 != 0;
        sums[i] = (int64_t)(is_negative ? -limb : limb);
    }
    mpz_clears(x, y, NULL);
}

bool is_product(const int32_t *product, const int32_t *a, size_t num_a, const int32_t *b,
                size_t num_b)
{
    const size_t num_digits = num_a + num_b;
    int64_t *sums = need_memory(num_digits * sizeof(*sums));
    convolve_exactly(sums, a, num_a, b, num_b);
    int64_t carry = 0;
    bool equal = true;
    for (size_t i = 0; i < num_digits && equal; i++) {
        const int64_t difference = sums[i] - product[i] + carry;
        equal = difference % NB_DIGIT_BASE == 0;
        carry = difference / NB_DIGIT_BASE;
    }
    free(sums);
    return equal && carry == 0;
}
