#include "compute/factorial.h"

#include <assert.h>
#include <gmp.h>
#include <stdbool.h>

#include "compute/chain.h"
#include "compute/cost.h"
#include "compute/primes.h"

/* Below this, mpz_fac_ui and the conversion of its zeros take less time than setting up a sieve. */
#define PRIMES_MIN_N UINT64_C(400)

/* ---- by GMP ---- */

static void multiply_up(mpz_t value, uint64_t n)
{
    mpz_set_ui(value, 1);
    for (uint64_t factor = 2; factor <= n; factor++) {
        mpz_mul_ui(value, value, factor);
    }
}

/* The prime powers in binary: with e = v_2(n!) and z = v_5(n!), which is never larger, n! = odd
 * part without fives * 2^(e - z) * 10^z. */
static nb_status binary_chain(mpz_t value, uint64_t *num_zeros, uint64_t n)
{
    nb_status status = nb_primes_factorial_part(value, n, 3, n + 1);
    *num_zeros = nb_cost_legendre(n, 5);
    mpz_mul_2exp(value, value, nb_cost_legendre(n, 2) - *num_zeros);
    return status;
}

static nb_status text_by_gmp(nb_decimal_text *text, nb_trace *trace, uint64_t n,
                             nb_factorial_path path)
{
    const bool sieves = n >= PRIMES_MIN_N;
    uint64_t num_zeros = 0;
    nb_status status = NBANG_OK;
    mpz_t value;
    mpz_init(value);
    if (path == NB_FACTORIAL_PRIMES && sieves) {
        status = binary_chain(value, &num_zeros, n);
    } else if (path == NB_FACTORIAL_PRIMES || sieves) {
        mpz_fac_ui(value, n);
    } else {
        multiply_up(value, n);
    }
    nb_trace_enter(trace, NBANG_PHASE_TEXT);
    if (status == NBANG_OK) {
        status = nb_decimal_text_set(text, value, num_zeros);
    }
    mpz_clear(value);
    return status;
}

/* ---- in decimal ---- */

/* The chain; if a product fails its check, which only data other than primes are known to bring
 * about, the chain again on split digits. */
static nb_status chain(nb_decimal *product, nb_multiplier *multiplier, uint64_t n, bool careful)
{
    multiplier->careful = careful;
    nb_status status = nb_chain_product(product, multiplier, n);
    if (status == NBANG_UNVERIFIED && !careful) {
        multiplier->careful = true;
        status = nb_chain_product(product, multiplier, n);
    }
    multiplier->careful = false;
    nb_multiplier_give_back(multiplier);
    return status;
}

nb_status nb_factorial_text(nb_decimal_text *text, nb_multiplier *multiplier, uint64_t n,
                            nb_factorial_path path)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    const bool second = path == NB_FACTORIAL_GMP;
    nb_trace_enter(multiplier->trace, NBANG_PHASE_PRODUCTS);
    if (n < (second ? NB_FACTORIAL_GMP_MAX_N + 1 : NB_FACTORIAL_DECIMAL_MIN_N)) {
        return text_by_gmp(text, multiplier->trace, n, path);
    }
    nb_decimal product;
    nb_decimal_init(&product);
    nb_status status = chain(&product, multiplier, n, second);
    nb_trace_enter(multiplier->trace, NBANG_PHASE_TEXT);
    if (status == NBANG_OK) {
        nb_decimal_text_take(text, &product, nb_cost_legendre(n, 5), multiplier->team);
    }
    nb_decimal_clear(&product);
    return status;
}
