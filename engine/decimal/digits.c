#include "decimal/digits.h"

#include <assert.h>

#include "base/residue.h"

/* Digits whose weighted sum is reduced at once: sums of 2048 products of 17 and 31 bits do not come
 * near 2^63. */
enum { PERIOD = 2048 };

/* The powers of the base modulo 2^61 - 1, in halves: high * 2^31 + low. */
struct weights {
    int32_t low[PERIOD], high[PERIOD];
    uint64_t next; /* the power after the last */
};

static const struct weights *residue_weights(void)
{
    static struct weights table;
    if (table.next == 0) {
        uint64_t power = 1;
        for (size_t i = 0; i < PERIOD; i++) {
            table.low[i] = (int32_t)(power & INT32_MAX);
            table.high[i] = (int32_t)(power >> 31);
            power = nb_residue_mul(power, NB_DIGIT_BASE);
        }
        table.next = power;
    }
    return &table;
}

static uint64_t short_residue(const struct weights *weights, const int32_t *digits, size_t count)
{
    int64_t low = 0, high = 0;
    for (size_t i = 0; i < count; i++) {
        low += (int64_t)digits[i] * weights->low[i];
        high += (int64_t)digits[i] * weights->high[i];
    }
    return nb_residue_add(nb_residue_mul(nb_residue_of_signed(high), UINT64_C(1) << 31),
                          nb_residue_of_signed(low));
}

uint64_t nb_digits_residue(const int32_t *digits, size_t num_digits)
{
    const struct weights *weights = residue_weights();
    uint64_t residue = 0;
    size_t whole = num_digits / PERIOD * PERIOD;
    residue = short_residue(weights, digits + whole, num_digits - whole);
    while (whole > 0) {
        whole -= PERIOD;
        residue = nb_residue_add(nb_residue_mul(residue, weights->next),
                                 short_residue(weights, digits + whole, PERIOD));
    }
    return residue;
}

size_t nb_digits_significant(const int32_t *digits, size_t num_digits)
{
    while (num_digits > 0 && digits[num_digits - 1] == 0) {
        num_digits--;
    }
    return num_digits;
}

size_t nb_digits_canonicalise(int32_t *digits, size_t num_digits)
{
    int32_t carry = 0;
    for (size_t i = 0; i < num_digits; i++) {
        int32_t sum = digits[i] + carry;
        carry = 0;
        if (i + 1 < num_digits) {
            carry = sum / NB_DIGIT_BASE - (sum % NB_DIGIT_BASE < 0);
            sum -= carry * NB_DIGIT_BASE;
        }
        digits[i] = sum;
    }
    return nb_digits_significant(digits, num_digits);
}

void nb_digits_add(int32_t *digits, size_t num_digits, const int32_t *addend, size_t num_addend)
{
    assert(num_addend <= num_digits);
    int32_t carry = 0;
    for (size_t i = 0; i < num_addend; i++) {
        int32_t sum = digits[i] + addend[i];
        int32_t half = sum < 0 ? -NB_DIGIT_BASE / 2 : NB_DIGIT_BASE / 2;
        int32_t out = (sum + half) / NB_DIGIT_BASE;
        digits[i] = sum - out * NB_DIGIT_BASE + carry;
        carry = out;
    }
    if (num_addend < num_digits) {
        digits[num_addend] += carry;
    } else if (num_addend > 0) {
        digits[num_addend - 1] += carry * NB_DIGIT_BASE;
    }
}

void nb_digits_put(int32_t *digits, size_t num_digits, size_t position, int64_t value)
{
    int64_t carry = 0;
    if (position + 1 < num_digits) {
        carry = nb_digits_round_carry(value);
        digits[position + 1] += (int32_t)carry;
    }
    digits[position] = (int32_t)(value - carry * NB_DIGIT_BASE);
}
