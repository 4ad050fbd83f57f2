#include "decimal/convert.h"

#include <assert.h>

#include "decimal/digits.h"

/* Decimal digits of a number of `num_limbs` limbs, including the one that mpn_get_str may need on
 * top: a bit is log10(2) < 0.30103 digits. */
size_t nb_convert_scratch_size(size_t num_limbs)
{
    return num_limbs * GMP_NUMB_BITS * 30103 / 100000 + 2;
}

size_t nb_convert_max_digits(size_t num_limbs)
{
    return nb_convert_scratch_size(num_limbs) / NB_DIGIT_WIDTH + 2;
}

/* Up to five values 0 to 9, most significant first. */
static int32_t join(const unsigned char *values, size_t count)
{
    int32_t digit = 0;
    for (size_t i = 0; i < count; i++) {
        digit = digit * 10 + values[i];
    }
    return digit;
}

size_t nb_convert_limbs(int32_t *digits, mp_limb_t *limbs, size_t num_limbs, unsigned char *scratch)
{
    assert(num_limbs > 0 && limbs[num_limbs - 1] != 0);
    size_t left = mpn_get_str(scratch, 10, limbs, (mp_size_t)num_limbs);
    size_t count = 0;
    int32_t carry = 0;
    while (left > 0) {
        size_t width = left < NB_DIGIT_WIDTH ? left : NB_DIGIT_WIDTH;
        left -= width;
        int32_t digit = join(scratch + left, width) + carry;
        carry = digit > NB_DIGIT_BASE / 2;
        digits[count++] = digit - carry * NB_DIGIT_BASE;
    }
    if (carry > 0) {
        digits[count++] = carry;
    }
    return count;
}
