/* With e(p) the exponent of p, let P(k) be the product of the primes for which bit k of e(p) is
 * set. Then
 *
 *     product of p^e(p) = product over k of P(k)^(2^k) = (...(P(K)^2 P(K-1))^2 ... )^2 P(0),
 *
 * so that nearly all of the work is squaring (P. B. Borwein, "On the complexity of calculating
 * factorials", Journal of Algorithms 6, 1985). The P(k) together are short: for all primes up to n
 * their logarithms add up to about 1.4 n, against n log n for n!.
 *
 * Two levels at a time, R becomes R^4 (P(k+1)^2 P(k)): the product in brackets is short, and one
 * long multiplication by it takes the place of two. */
#include "compute/chain.h"

#include <assert.h>
#include <stdbool.h>

#include "compute/levels.h"
#include "decimal/digits.h"
#include "nbang/estimate.h"

/* result = result^2 P(k). */
static nb_status step(nb_decimal *result, nb_levels *levels, size_t k, nb_multiplier *multiplier)
{
    nb_decimal factor;
    nb_decimal_init(&factor);
    nb_status status = nb_decimal_multiply(result, result, multiplier);
    if (status == NBANG_OK) {
        status = nb_levels_take(levels, k, &factor, multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, &factor, multiplier);
    }
    nb_decimal_clear(&factor);
    return status;
}

/* factor = P(k + 1)^2 P(k). */
static nb_status double_factor(nb_decimal *factor, nb_levels *levels, size_t k,
                               nb_multiplier *multiplier)
{
    nb_decimal low;
    nb_decimal_init(&low);
    nb_status status = nb_levels_take(levels, k + 1, factor, multiplier);
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(factor, factor, multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_levels_take(levels, k, &low, multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(factor, &low, multiplier);
    }
    nb_decimal_clear(&low);
    return status;
}

/* result = result^4 P(k + 1)^2 P(k). */
static nb_status double_step(nb_decimal *result, nb_levels *levels, size_t k,
                             nb_multiplier *multiplier)
{
    nb_decimal factor;
    nb_decimal_init(&factor);
    nb_status status = nb_decimal_multiply(result, result, multiplier);
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, result, multiplier);
    }
    if (status == NBANG_OK) {
        status = double_factor(&factor, levels, k, multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, &factor, multiplier);
    }
    nb_decimal_clear(&factor);
    return status;
}

/* `result` has room for all of it. */
static nb_status run_chain(nb_decimal *result, nb_levels *levels, nb_multiplier *multiplier)
{
    nb_decimal first;
    nb_decimal_init(&first);
    size_t k = levels->count - 1;
    nb_status status = nb_levels_take(levels, k, &first, multiplier);
    if (status == NBANG_OK) {
        nb_decimal_copy(result, &first);
    }
    nb_decimal_clear(&first);
    if (status == NBANG_OK && k % 2 == 1) {
        status = step(result, levels, --k, multiplier);
    }
    while (status == NBANG_OK && k > 0) {
        k -= 2;
        status = double_step(result, levels, k, multiplier);
    }
    return status;
}

/* Alone it pays only if huge pages can be had. */
#define MIN_TOUCHED_ALONE ((size_t)64 << 20)

/* On the way the work space and the first digits of `result` are touched. */
static nb_status init_levels(nb_levels *levels, nb_multiplier *multiplier, uint64_t n,
                             const nb_decimal *result, size_t num_digits)
{
    const nb_levels_memory ahead[] = {
        {multiplier->transforms.memory, multiplier->transforms.size},
        {result->digits, num_digits * sizeof(*result->digits)},
    };
    const bool touches =
        nb_team_size(multiplier->team) > 1 || ahead[0].size + ahead[1].size >= MIN_TOUCHED_ALONE;
    return nb_levels_init(levels, multiplier, n, ahead, touches ? 2 : 0);
}

/* Each of at most 64 levels may be two digits longer than its logarithm says. */
enum { SLACK_DIGITS = 2 * 64 + 16 };

nb_status nb_chain_product(nb_decimal *product, nb_multiplier *multiplier, uint64_t n)
{
    assert(product->digits == NULL);
    const nbang_estimate estimate = nbang_estimate_job(n);
    const uint64_t significant = estimate.num_digits - estimate.trailing_zeros;
    const size_t num_digits = (size_t)(significant / NB_DIGIT_WIDTH) + 1;
    const nb_chain_lengths predicted = nb_chain_predict(n, (double)num_digits);
    nb_levels levels = {0};
    nb_team_recruit(multiplier->team);
    nb_status status = nb_multiplier_prepare(multiplier, num_digits);
    if (status == NBANG_OK) {
        status = nb_multiplier_reserve(multiplier, (size_t)(predicted.power / 2) + 1);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_reserve(product, num_digits + SLACK_DIGITS);
    }
    if (status == NBANG_OK) {
        status = init_levels(&levels, multiplier, n, product, num_digits);
    }
    if (status == NBANG_OK) {
        status = run_chain(product, &levels, multiplier);
    }
    nb_levels_clear(&levels);
    if (status != NBANG_OK) {
        nb_decimal_clear(product);
    }
    return status;
}
