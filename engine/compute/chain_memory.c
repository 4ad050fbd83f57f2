/* The memory of the chain follows from the lengths of its last numbers, and those from the primes.
 * By the prime number theorem the logarithms of the primes up to x add up to about x. So with L =
 * n log 2, as the exponent of p is floor(n / p) for nearly all of n!,
 *
 *     log P(0) ~ (n - n/2) + (n/3 - n/4) + ... = L,
 *     log P(1) ~ (n/2 - n/4) + (n/6 - n/8) + ... = L / 2,
 *
 * and log P(k) ~ L / 2^k. The last double step multiplies R^4 by H = P(1)^2 P(0), log H ~ 2 L. */
#include <math.h>

#include "base/heap.h"
#include "compute/chain.h"
#include "decimal/digits.h"
#include "decimal/multiply_plan.h"

nb_chain_lengths nb_chain_predict(uint64_t n, double result_digits)
{
    const double unit = (double)n * log(2) / log(NB_DIGIT_BASE);
    return (nb_chain_lengths){
        .result = result_digits,
        .factor = 2 * unit,
        .power = fmax(result_digits - 2 * unit, 2),
        .leaves = 1.5 * unit,
    };
}

static double digit_bytes(double num_digits)
{
    return num_digits * (double)sizeof(int32_t);
}

uint64_t nb_chain_memory_bytes(unsigned lanes, uint64_t n, double result_digits)
{
    const nb_chain_lengths of = nb_chain_predict(n, result_digits);
    const size_t root = (size_t)(of.power / 2) + 1;
    const double longer = fmax(of.power, of.factor), shorter = fmin(of.power, of.factor);
    const nb_multiply_memory square = nb_multiply_plan_memory(lanes, root, root, true);
    const nb_multiply_memory product =
        nb_multiply_plan_memory(lanes, (size_t)longer + 1, (size_t)shorter + 1, false);

    /* During the last square the leaves wait. The last product has H beside the result, and the
     * work space that the square has left behind. */
    const double squaring =
        digit_bytes(of.power + of.leaves) + (double)square.kept + (double)square.passing;
    const double multiplying = digit_bytes(of.result + of.factor) +
                               fmax((double)square.kept, (double)product.kept) +
                               (double)product.passing;
    /* All P(k) grow side by side, and leave holes where they were before. */
    const double holes = fmin(2 * digit_bytes(of.leaves), 2 * NB_HEAP_MAPPED_BYTES);
    return (uint64_t)(fmax(squaring, multiplying) + holes);
}
