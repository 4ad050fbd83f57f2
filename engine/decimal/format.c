#include "decimal/format.h"

#include <string.h>

#include "decimal/digits.h"

/* The five characters of a digit, the first in the lowest byte, as a machine word shows them to
 * arithmetic: d = 10^4 a + 100 b + c, then b and c side by side are split into tens and ones. */
static inline uint64_t characters_of(uint32_t digit)
{
    uint32_t first = digit / 10000, rest = digit % 10000;
    uint32_t high = rest / 100, low = rest % 100;
    uint32_t pairs = high | low << 16;
    uint32_t tens = pairs * 103 >> 10 & 0x000f000f; /* x / 10 for x < 100, twice */
    uint32_t values = tens | (pairs - 10 * tens) << 8;
    return ((uint64_t)values << 8 | first) + UINT64_C(0x3030303030);
}

static inline void store(char *out, uint64_t characters)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    characters = __builtin_bswap64(characters);
#endif
    memcpy(out, &characters, sizeof(characters));
}

/* Words first, which the compiler does side by side, then their overlapping stores. */
void nb_digits_format(char *out, const int32_t *digits, size_t low, size_t count)
{
    enum { BATCH = 64 };
    while (count > 0) {
        uint64_t words[BATCH];
        size_t batch = count < BATCH ? count : BATCH;
        count -= batch;
        const int32_t *first = digits + low + count;
        for (size_t i = 0; i < batch; i++) {
            words[i] = characters_of((uint32_t)first[i]);
        }
        for (size_t i = batch; i-- > 0; out += NB_DIGIT_WIDTH) {
            store(out, words[i]);
        }
    }
}
