/* Multiplies a number by one word: in one pass, and without a chain of carries. */
#include "decimal/digits.h"

#include "decimal/fft/lanes/kernel.h"

/* Digits that are worked on at once, within the L1 cache: where a carry goes on further than one
 * digit, which it does once in 10^5 digits, all of them are gone through again. */
enum { BATCH = 1024 };

/* What has not been added yet to the vector that comes next: each digit's product with the word,
 * below 10^15, goes to three neighbouring digits, and their sum carries to one more. */
typedef struct carries {
    vec middle; /* the middle parts, and the top parts of the digits one below */
    vec top;    /* the top parts */
    vec sum;    /* the carries of the sums */
} carries;

/* x / 10^5 rounded to the nearest integer, |x| < 10^15. */
NB_INLINE vec quotient(vec x)
{
    return round_nearest(x * splat(1.0 / NB_DIGIT_BASE));
}

/* NB_LANES digits of the product. They are canonical but for one in 10^5, which is out of range by
 * what the neighbour below carried, -1 .. 2. */
NB_INLINE vec multiply_vector(carries *pending, const int32_t *digits, vec word)
{
    const vec base = splat(NB_DIGIT_BASE);
    const vec product = load_digits(digits) * word;
    const vec above = quotient(product);
    const vec low = product - above * base; /* within +-50001, as middle parts are */
    const vec top = quotient(above);
    const vec middle = (above - top * base) + shift_in(pending->top, top);
    const vec sum = low + shift_in(pending->middle, middle);
    /* Rounds down: what sum / 10^5 may be, a multiple of 10^-5, stays away from the middle between
     * two integers. */
    const vec carry = quotient(sum - splat((NB_DIGIT_BASE - 1) / 2.0));
    const vec digit = (sum - carry * base) + shift_in(pending->sum, carry);
    *pending = (carries){middle, top, carry};
    return digit;
}

/* Whole vectors, with what is carried into them; returns what is carried out of them. */
static int64_t multiply_vectors(int32_t *digits, size_t count, vec word, uint64_t carry)
{
    carries pending = {.sum = {0}};
    pending.middle[NB_LANES - 1] = (double)(carry % NB_DIGIT_BASE);
    pending.top[NB_LANES - 1] = (double)(carry / NB_DIGIT_BASE);
    vec farthest = {0}; /* from the middle of what is canonical */
    for (size_t i = 0; i < count; i += NB_LANES) {
        const vec digit = multiply_vector(&pending, digits + i, word);
        farthest = max_abs(farthest, digit - splat((NB_DIGIT_BASE - 1) / 2.0));
        store_digits(digits + i, digit + splat(NB_ROUNDER), false);
    }
    int64_t out = (int64_t)pending.middle[NB_LANES - 1] + (int64_t)pending.sum[NB_LANES - 1] +
                  (int64_t)pending.top[NB_LANES - 1] * NB_DIGIT_BASE;
    bool canonical = true;
    for (size_t i = 0; i < NB_LANES; i++) {
        canonical &= farthest[i] < NB_DIGIT_BASE / 2.0;
    }
    return canonical ? out : out + NB_WIDE(nb_fft_canonicalise)(digits, count);
}

/* Up to BATCH digits; the carries in and out are less than the word. */
static uint64_t multiply_batch(int32_t *digits, size_t count, uint64_t word, uint64_t carry)
{
    const size_t whole = count / NB_LANES * NB_LANES;
    if (whole > 0) {
        carry = (uint64_t)multiply_vectors(digits, whole, splat((double)word), carry);
    }
    for (size_t i = whole; i < count; i++) {
        const uint64_t sum = (uint64_t)digits[i] * word + carry;
        digits[i] = (int32_t)(sum % NB_DIGIT_BASE);
        carry = sum / NB_DIGIT_BASE;
    }
    return carry;
}

uint64_t NB_WIDE(nb_fft_multiply_word)(int32_t *digits, size_t count, uint64_t word)
{
    uint64_t carry = 0;
    while (count > 0) {
        const size_t batch = count < BATCH ? count : BATCH;
        carry = multiply_batch(digits, batch, word, carry);
        digits += batch;
        count -= batch;
    }
    return carry;
}
