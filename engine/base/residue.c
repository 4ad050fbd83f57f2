#include "base/residue.h"

#include <string.h>

enum { WORD_DIGITS = 8, BLOCK_DIGITS = 2 * WORD_DIGITS, BLOCKS = 4 };

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

/* The number that 16 digit characters spell, below 10^16. */
static inline uint64_t parse_block(const char *digits)
{
    return parse_word(digits) * UINT64_C(100000000) + parse_word(digits + WORD_DIGITS);
}

__extension__ typedef unsigned __int128 wide;

/* residue * 10^64 + digits: four blocks are weighted and added before anything is reduced, so that
 * they do not wait for one another. */
static uint64_t append_blocks(uint64_t residue, const char *digits)
{
    static const uint64_t power_of_ten[BLOCKS] = {
        UINT64_C(127763649872067382), /* 10^64, 10^48, 10^32, 10^16 modulo 2^61 - 1 */
        UINT64_C(1251348550687181471),
        UINT64_C(409008371600591580),
        UINT64_C(10000000000000000),
    };
    wide sum = (wide)residue * power_of_ten[0];
    for (int i = 1; i < BLOCKS; i++) {
        sum += (wide)parse_block(digits) * power_of_ten[i];
        digits += BLOCK_DIGITS;
    }
    sum += parse_block(digits); /* below 2^123 in all */
    uint64_t low = (uint64_t)sum & NB_RESIDUE_MODULUS;
    return nb_residue_add(low, nb_residue_reduce((uint64_t)(sum >> 61)));
}

uint64_t nb_residue_append_digits(uint64_t residue, const char *digits, size_t len)
{
    for (; len >= BLOCKS * BLOCK_DIGITS; len -= BLOCKS * BLOCK_DIGITS) {
        residue = append_blocks(residue, digits);
        digits += BLOCKS * BLOCK_DIGITS;
    }
    const uint64_t block_weight = UINT64_C(10000000000000000); /* 10^16 < p, as is any block */
    for (; len >= BLOCK_DIGITS; len -= BLOCK_DIGITS, digits += BLOCK_DIGITS) {
        residue = nb_residue_add(nb_residue_mul(residue, block_weight), parse_block(digits));
    }

    uint64_t rest = 0, rest_weight = 1;
    for (; len > 0; len--, digits++) {
        rest = rest * 10 + (uint64_t)(*digits - '0');
        rest_weight *= 10;
    }
    return nb_residue_add(nb_residue_mul(residue, rest_weight), rest);
}
