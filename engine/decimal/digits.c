#include "decimal/digits.h"

#include <assert.h>

#include "decimal/fft/kernel.h"

uint64_t nb_digits_residue(const int32_t *digits, size_t num_digits)
{
    return nb_fft_kernel_in_use()->residue(digits, num_digits);
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
    if (num_digits > 0) {
        digits[num_digits - 1] += nb_fft_kernel_in_use()->canonicalise(digits, num_digits - 1);
    }
    return nb_digits_significant(digits, num_digits);
}

void nb_digits_balance(int32_t *digits, size_t num_digits)
{
    int32_t carry = 0;
    for (size_t i = 0; i + 1 < num_digits; i++) {
        const int32_t next = digits[i] > NB_DIGIT_BASE / 2;
        digits[i] += carry - next * NB_DIGIT_BASE;
        carry = next;
    }
    if (num_digits > 0) {
        digits[num_digits - 1] += carry;
    }
}

size_t nb_digits_multiply_word(int32_t *digits, size_t num_digits, uint64_t word)
{
    assert(word > 0 && word < NB_DIGIT_WORD_END);
    const uint64_t carry = nb_fft_kernel_in_use()->multiply_word(digits, num_digits, word);
    digits[num_digits] = (int32_t)(carry % NB_DIGIT_BASE);
    digits[num_digits + 1] = (int32_t)(carry / NB_DIGIT_BASE);
    return nb_digits_significant(digits, num_digits + 2);
}

void nb_digits_add(int32_t *digits, size_t num_digits, const int32_t *addend, size_t num_addend)
{
    assert(num_addend <= num_digits);
    int32_t carry = nb_fft_kernel_in_use()->add_digits(digits, addend, num_addend);
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
