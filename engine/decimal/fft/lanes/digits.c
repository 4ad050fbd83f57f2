/* Passes over digits that come before or after the transforms: short loops, which the compiler
 * vectorises by itself for each instruction set. */
#include "decimal/digits.h"

#include "decimal/fft/lanes/kernel.h"
#include "decimal/fft/lanes/residue.h"

/* Digits that are worked on at once, within the L1 cache. */
enum { BATCH = 1024 };

/* ---- residues ---- */

const residue_weights *NB_WIDE(nb_fft_residue_weights)(void)
{
    static residue_weights table;
    if (table.next == 0) {
        uint64_t power = 1;
        for (size_t i = 0; i < RESIDUE_PERIOD; i++) {
            uint64_t high = (power + (UINT64_C(1) << 30)) >> 31;
            table.high[i] = (double)high;
            table.low[i] = (double)((int64_t)power - (int64_t)(high << 31));
            power = nb_residue_mul(power, NB_DIGIT_BASE);
        }
        table.next = power;
    }
    return &table;
}

/* A few sums side by side: each must wait for its own last addition only. */
enum { NUM_SUMS = 4 };

static uint64_t residue_of_period(const residue_weights *weights, const int32_t *digits,
                                  size_t count)
{
    const size_t step = NUM_SUMS * NB_LANES, whole = count / step * step;
    vec low[NUM_SUMS] = {{0}}, high[NUM_SUMS] = {{0}};
    for (size_t i = 0; i < whole; i += step) {
        for (size_t k = 0; k < NUM_SUMS; k++) {
            const vec x = load_digits(digits + i + k * NB_LANES);
            low[k] += x * load_weights(&weights->low[i + k * NB_LANES]);
            high[k] += x * load_weights(&weights->high[i + k * NB_LANES]);
        }
    }
    for (size_t i = whole; i < count; i++) {
        low[0][0] += (double)digits[i] * weights->low[i];
        high[0][0] += (double)digits[i] * weights->high[i];
    }
    return reduce_halves((low[0] + low[1]) + (low[2] + low[3]),
                         (high[0] + high[1]) + (high[2] + high[3]));
}

uint64_t NB_WIDE(nb_fft_residue)(const int32_t *digits, size_t num_digits)
{
    const residue_weights *weights = NB_WIDE(nb_fft_residue_weights)();
    size_t whole = num_digits / RESIDUE_PERIOD * RESIDUE_PERIOD;
    uint64_t residue = residue_of_period(weights, digits + whole, num_digits - whole);
    while (whole > 0) {
        whole -= RESIDUE_PERIOD;
        residue = nb_residue_add(nb_residue_mul(residue, weights->next),
                                 residue_of_period(weights, digits + whole, RESIDUE_PERIOD));
    }
    return residue;
}

/* ---- carries ---- */

/* to[i + 1] = what digits[i], within +-4 * 10^5, carries if it is to be balanced, or canonical. */
NB_INLINE void find_carries(int32_t *to, const int32_t *digits, size_t count, int32_t shift)
{
    for (size_t i = 0; i < count; i++) {
        const int32_t x = digits[i] + shift;
        int32_t carry = 0;
        for (int32_t k = 0; k < 4; k++) {
            carry += (x >= (k + 1) * NB_DIGIT_BASE) - (x < -k * NB_DIGIT_BASE);
        }
        to[i + 1] = carry;
    }
}

NB_INLINE void apply_carries(int32_t *digits, const int32_t *carries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        digits[i] += carries[i] - carries[i + 1] * NB_DIGIT_BASE;
    }
}

int32_t NB_WIDE(nb_fft_add_digits)(int32_t *digits, const int32_t *addend, size_t count)
{
    int32_t carries[BATCH + 1];
    carries[0] = 0;
    while (count > 0) {
        const size_t batch = count < BATCH ? count : BATCH;
        for (size_t i = 0; i < batch; i++) {
            digits[i] += addend[i];
        }
        find_carries(carries, digits, batch, NB_DIGIT_BASE / 2);
        apply_carries(digits, carries, batch);
        carries[0] = carries[batch];
        digits += batch;
        addend += batch;
        count -= batch;
    }
    return carries[0];
}

/* Whether all digits are in 0 .. 10^5 - 1. */
NB_INLINE bool are_canonical(const int32_t *digits, size_t count)
{
    uint32_t above = 0;
    for (size_t i = 0; i < count; i++) {
        above |= (uint32_t)digits[i] >= NB_DIGIT_BASE;
    }
    return above == 0;
}

/* One after the other: for the few places where a carry goes on. */
static int32_t ripple(int32_t *digits, size_t count)
{
    int32_t carry = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t sum = digits[i] + carry;
        carry = (sum >= NB_DIGIT_BASE) - (sum < 0);
        digits[i] = sum - carry * NB_DIGIT_BASE;
    }
    return carry;
}

int32_t NB_WIDE(nb_fft_canonicalise)(int32_t *digits, size_t count)
{
    int32_t carries[BATCH + 1];
    carries[0] = 0;
    while (count > 0) {
        const size_t batch = count < BATCH ? count : BATCH;
        find_carries(carries, digits, batch, 0);
        apply_carries(digits, carries, batch);
        carries[0] = carries[batch];
        if (!are_canonical(digits, batch)) {
            carries[0] += ripple(digits, batch);
        }
        digits += batch;
        count -= batch;
    }
    return carries[0];
}
