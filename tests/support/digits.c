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

/* ---- what is right ---- */

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
