#include "digits.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"

/* ---- operands ---- */

uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(0x2545F4914F6CDD1D);
}

size_t random_below(uint64_t *state, size_t limit)
{
    return (size_t)((random_next(state) >> 32) * limit >> 32);
}

/* -max .. max. */
static int32_t random_digit(uint64_t *state, int32_t max)
{
    return (int32_t)random_below(state, 2 * (size_t)max + 1) - max;
}

const char *digit_pattern_name(digit_pattern pattern)
{
    static const char *const names[NUM_DIGIT_PATTERNS] = {
        "balanced",  "canonical",   "wide",          "all 50000", "alternating",
        "all 99999", "all largest", "mixed largest", "lone ones", "power of ten"};
    return names[pattern];
}

static int32_t pattern_digit(digit_pattern pattern, size_t i, size_t num_digits, uint64_t *state)
{
    switch (pattern) {
    case DIGITS_BALANCED:
        return random_digit(state, NB_DIGIT_BASE / 2);
    case DIGITS_CANONICAL:
        return (int32_t)random_below(state, NB_DIGIT_BASE);
    case DIGITS_WIDE:
        return random_digit(state, NB_DIGIT_MAX);
    case DIGITS_ALL_50000:
        return NB_DIGIT_BASE / 2;
    case DIGITS_ALTERNATING:
        return i % 2 == 0 ? NB_DIGIT_BASE / 2 : -NB_DIGIT_BASE / 2;
    case DIGITS_ALL_99999:
        return NB_DIGIT_BASE - 1;
    case DIGITS_ALL_LARGEST:
        return NB_DIGIT_MAX;
    case DIGITS_MIXED_LARGEST:
        return random_next(state) >> 63 == 0 ? NB_DIGIT_MAX : -NB_DIGIT_MAX;
    case DIGITS_LONE_ONES:
        return i % 37 == 0 || i + 1 == num_digits;
    default:
        return i + 1 == num_digits;
    }
}

void fill_digits(int32_t *digits, size_t num_digits, digit_pattern pattern, uint64_t *state)
{
    for (size_t i = 0; i < num_digits; i++) {
        digits[i] = pattern_digit(pattern, i, num_digits, state);
    }
}

void *need_memory(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

int32_t *new_digits(size_t num_digits, digit_pattern pattern, uint64_t *state)
{
    int32_t *digits = need_memory(num_digits * sizeof(*digits));
    fill_digits(digits, num_digits, pattern, state);
    return digits;
}

/* ---- products ---- */

__extension__ typedef unsigned __int128 wide;

/* The number modulo a prime above 2^52: three digits at a time. */
static uint64_t residue_of(const int32_t *digits, size_t num_digits, uint64_t prime)
{
    const int64_t base = NB_DIGIT_BASE;
    uint64_t residue = 0;
    while (num_digits > 0) {
        const size_t count = num_digits % 3 == 0 ? 3 : 1;
        num_digits -= count;
        int64_t value = digits[num_digits], weight = base;
        if (count == 3) {
            value += base * digits[num_digits + 1] + base * base * digits[num_digits + 2];
            weight = base * base * base;
        }
        const uint64_t addend = value < 0 ? prime - (uint64_t)-value : (uint64_t)value;
        residue = (uint64_t)(((wide)residue * (uint64_t)weight + addend) % prime);
    }
    return residue;
}

bool is_product_by_residues(const int32_t *product, const int32_t *a, size_t num_a,
                            const int32_t *b, size_t num_b)
{
    static const uint64_t primes[] = {UINT64_MAX - 58, UINT64_MAX - 82}; /* 2^64 - 59, 2^64 - 83 */
    bool equal = true;
    for (size_t i = 0; i < 2; i++) {
        const wide right = (wide)residue_of(a, num_a, primes[i]) * residue_of(b, num_b, primes[i]);
        equal =
            equal && residue_of(product, num_a + num_b, primes[i]) == (uint64_t)(right % primes[i]);
    }
    return equal;
}

int32_t largest_digit(const int32_t *digits, size_t num_digits)
{
    int32_t largest = 0;
    for (size_t i = 0; i < num_digits; i++) {
        const int32_t magnitude = digits[i] < 0 ? -digits[i] : digits[i];
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}
