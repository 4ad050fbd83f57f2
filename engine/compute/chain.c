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
#include <math.h>
#include <primesieve.h>
#include <stdlib.h>

#include "compute/cost.h"
#include "compute/product.h"
#include "decimal/digits.h"

/* Exponents are below 2^63. */
enum { MAX_LEVELS = 63 };

/* ---- numbers ---- */

/* Multiplies `product` out into `number` (cleared), and clears it. */
static nb_status take_product(nb_decimal *number, nb_product *product, nb_multiplier *multiplier)
{
    nb_status status = nb_product_finish(product, multiplier);
    if (status == NBANG_OK) {
        *number = (nb_decimal){
            .digits = product->digits,
            .capacity = product->capacity,
            .num_digits = product->nodes[0].num_digits,
            .residue = product->nodes[0].residue,
        };
        product->digits = NULL;
    }
    nb_product_clear(product);
    return status;
}

/* ---- primes ---- */

/* The P(k), and how long their combination will be. */
typedef struct prime_levels {
    nb_product product[MAX_LEVELS];
    size_t count;
    double result_digits; /* of decimal/digits.h */
} prime_levels;

static void levels_clear(prime_levels *levels)
{
    for (size_t k = 0; k < levels->count; k++) {
        nb_product_clear(&levels->product[k]);
    }
    free(levels);
}

uint64_t nb_chain_exponent(uint64_t n, uint64_t p)
{
    if (p == 2) {
        return nb_cost_legendre(n, 2) - nb_cost_legendre(n, 5);
    }
    return p == 5 ? 0 : nb_cost_legendre(n, p);
}

/* Primes that follow one another and have the same exponent share a logarithm. */
typedef struct prime_run {
    uint64_t exponent;
    double product;
} prime_run;

/* Adds a prime to the run; returns the logarithm of what had to go before it. */
static double extend_run(prime_run *run, uint64_t exponent, double prime)
{
    double log_before = 0;
    if (exponent != run->exponent || run->product > 1e280) {
        log_before = (double)run->exponent * log(run->product);
        run->exponent = exponent;
        run->product = 1;
    }
    run->product *= prime;
    return log_before;
}

/* Multiplies each prime in [lo, hi) into the P(k) of its exponent. */
static nb_status distribute_primes(prime_levels *levels, uint64_t n, uint64_t lo, uint64_t hi)
{
    primesieve_iterator sieve;
    primesieve_init(&sieve);
    primesieve_jump_to(&sieve, lo, hi);
    double log_result = 0;
    prime_run run = {.product = 1};
    uint64_t prime;
    while ((prime = primesieve_next_prime(&sieve)) < hi) {
        uint64_t exponent = nb_chain_exponent(n, prime);
        log_result += extend_run(&run, exponent, (double)prime);
        for (size_t k = 0; exponent > 0; exponent /= 2, k++) {
            for (; levels->count <= k; levels->count++) {
                nb_product_init(&levels->product[levels->count]);
            }
            if (exponent % 2 == 1) {
                nb_product_push(&levels->product[k], prime);
            }
        }
    }
    log_result += extend_run(&run, 0, 1);
    levels->result_digits = log_result / log(NB_DIGIT_BASE);
    nb_status status = sieve.is_error ? NBANG_NO_MEMORY : NBANG_OK;
    primesieve_free_iterator(&sieve);
    return status;
}

/* ---- the chain ---- */

/* result = result^2 P(k). */
static nb_status step(nb_decimal *result, prime_levels *levels, size_t k, nb_multiplier *multiplier)
{
    nb_decimal factor;
    nb_decimal_init(&factor);
    nb_status status = nb_decimal_multiply(result, result, multiplier);
    if (status == NBANG_OK) {
        status = take_product(&factor, &levels->product[k], multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, &factor, multiplier);
    }
    nb_decimal_clear(&factor);
    return status;
}

/* result = result^4 P(k + 1)^2 P(k). */
static nb_status double_step(nb_decimal *result, prime_levels *levels, size_t k,
                             nb_multiplier *multiplier)
{
    nb_decimal high, low;
    nb_decimal_init(&high);
    nb_decimal_init(&low);
    nb_status status = nb_decimal_multiply(result, result, multiplier);
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, result, multiplier);
    }
    if (status == NBANG_OK) {
        status = take_product(&high, &levels->product[k + 1], multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(&high, &high, multiplier);
    }
    if (status == NBANG_OK) {
        status = take_product(&low, &levels->product[k], multiplier);
    }
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(&high, &low, multiplier);
    }
    nb_decimal_clear(&low);
    if (status == NBANG_OK) {
        status = nb_decimal_multiply(result, &high, multiplier);
    }
    nb_decimal_clear(&high);
    return status;
}

/* Slack: every level may be two digits longer than its logarithm says. */
static size_t result_capacity(const prime_levels *levels)
{
    return (size_t)(levels->result_digits * (1 + 1e-9)) + 2 * MAX_LEVELS + 16;
}

static nb_status run_chain(nb_decimal *result, prime_levels *levels, nb_multiplier *multiplier)
{
    size_t k = levels->count - 1;
    nb_status status = take_product(result, &levels->product[k], multiplier);
    if (status == NBANG_OK) {
        status = nb_decimal_reserve(result, result_capacity(levels));
    }
    if (status == NBANG_OK) {
        status = nb_multiplier_reserve(multiplier, (size_t)levels->result_digits);
    }
    if (status == NBANG_OK && k % 2 == 1) {
        status = step(result, levels, --k, multiplier);
    }
    while (status == NBANG_OK && k > 0) {
        k -= 2;
        status = double_step(result, levels, k, multiplier);
    }
    return status;
}

nb_status nb_chain_product(nb_decimal *product, nb_multiplier *multiplier, uint64_t n, uint64_t lo,
                           uint64_t hi)
{
    assert(product->digits == NULL);
    prime_levels *levels = malloc(sizeof(*levels));
    if (levels == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_product_init(&levels->product[0]);
    levels->count = 1;
    nb_status status = distribute_primes(levels, n, lo, hi);
    if (status == NBANG_OK) {
        status = run_chain(product, levels, multiplier);
    }
    if (status != NBANG_OK) {
        nb_decimal_clear(product);
    }
    levels_clear(levels);
    return status;
}
