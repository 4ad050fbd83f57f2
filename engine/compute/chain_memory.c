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

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

uint64_t nb_chain_memory_bytes(const nb_fft_kernel *kernel, uint64_t n, double result_digits)
{
    const nb_chain_lengths of = nb_chain_predict(n, result_digits);
    const size_t root = (size_t)(of.power / 2) + 1;
    const size_t longer = (size_t)fmax(of.power, of.factor) + 1;
    const size_t shorter = (size_t)fmin(of.power, of.factor) + 1;
    const nb_multiply_plan squaring = nb_multiply_plan_best(kernel->lanes, root, root, true, 0);
    const nb_multiply_memory square = nb_multiply_plan_memory(&squaring, root, root, true);
    const nb_multiply_plan multiplying =
        nb_multiply_plan_best(kernel->lanes, longer, shorter, false, square.transform_bytes);
    const nb_multiply_memory product =
        nb_multiply_plan_memory(&multiplying, longer, shorter, false);

    /* The last product has the result and a factor, and the work space that the last square has
     * left behind. That factor grew in the heap, piece by piece if there is a team, and as it is
     * copied to where it has room, about one and a half times as much is left free there; unless
     * the pieces are too large for the heap. */
    const size_t factor_bytes = (size_t)of.factor * sizeof(int32_t);
    const size_t holes = factor_bytes + factor_bytes / 2, most_holes = 8 * NB_HEAP_MAPPED_BYTES;
    return (size_t)of.result * sizeof(int32_t) + factor_bytes +
           larger(square.transform_bytes, product.transform_bytes) +
           larger(square.spare_bytes, product.spare_bytes) +
           nb_multiplier_table_bytes(kernel, (size_t)of.result) +
           (holes < most_holes ? holes : most_holes);
}
