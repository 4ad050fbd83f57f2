#include "base/residue.h"

#include <string.h>

enum { WORD_DIGITS = 8, BLOCK_DIGITS = 2 * WORD_DIGITS };

uint64_t nb_residue_pow(uint64_t base, uint64_t exponent)
{
    uint64_t power = 1;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            power = nb_residue_mul(power, base);
        }
        base = nb_residue_mul(base, base);
    }
    return power;
}

/* The number that 8 digit characters spell. All of them at once, within one word: neighbouring
 * digits become pairs, and the four pairs are weighted by two multiplications (D. Lemire, "Quickly
 * parsing eight digits", 2018). */
static uint64_t parse_word(const char *digits)
{
    uint64_t word;
    memcpy(&word, digits, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word); /* the first digit belongs in the lowest byte */
#endif
    const uint64_t pair_mask = UINT64_C(0x000000FF000000FF);
    const uint64_t first_weights = 100 + (UINT64_C(1000000) << 32);
    const uint64_t second_weights = 1 + (UINT64_C(10000) << 32);

    word -= UINT64_C(0x3030303030303030);
    word = word * 10 + (word >> 8); /* bytes 0, 2, 4 and 6 now hold the pairs */
    return ((word & pair_mask) * first_weights + (word >> 16 & pair_mask) * second_weights) >> 32;
}

uint64_t nb_residue_append_digits(uint64_t residue, const char *digits, size_t len)
{
    const uint64_t word_weight = UINT64_C(100000000);
    const uint64_t block_weight = word_weight * word_weight; /* 10^16 < p, as is any block */

    for (; len >= BLOCK_DIGITS; len -= BLOCK_DIGITS, digits += BLOCK_DIGITS) {
        uint64_t block = parse_word(digits) * word_weight + parse_word(digits + WORD_DIGITS);
        residue = nb_residue_add(nb_residue_mul(residue, block_weight), block);
    }

    uint64_t rest = 0, rest_weight = 1;
    for (; len > 0; len--, digits++) {
        rest = rest * 10 + (uint64_t)(*digits - '0');
        rest_weight *= 10;
    }
    return nb_residue_add(nb_residue_mul(residue, rest_weight), rest);
}
