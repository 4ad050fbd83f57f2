#include "compute/factorial.h"

#include <assert.h>
#include <gmp.h>
#include <math.h>
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

static nb_status text_by_gmp(nb_decimal_text *text, uint64_t n, nb_factorial_path path)
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
    if (status == NBANG_OK) {
        status = nb_decimal_text_set(text, value, num_zeros);
    }
    mpz_clear(value);
    return status;
}

/* ---- in decimal ---- */

/* Work space up to this size is worth keeping for the next job. */
#define KEPT_WORKSPACE ((size_t)16 << 20)

/* Gives large work space back to the system: what follows a product may take as much memory, in
 * this process or in another. */
static void give_back(nb_multiplier *multiplier)
{
    if (multiplier->transforms.size > KEPT_WORKSPACE) {
        nb_multiplier_release(multiplier);
    }
}

/* The chain; if a product fails its check, which only data other than primes are known to bring
 * about, the chain again on split digits. */
static nb_status chain(nb_decimal *product, nb_multiplier *multiplier, uint64_t n, uint64_t lo,
                       uint64_t hi, bool careful)
{
    multiplier->careful = careful;
    nb_status status = nb_chain_product(product, multiplier, n, lo, hi);
    if (status == NBANG_UNVERIFIED && !careful) {
        multiplier->careful = true;
        status = nb_chain_product(product, multiplier, n, lo, hi);
    }
    multiplier->careful = false;
    give_back(multiplier);
    return status;
}

nb_status nb_factorial_text(nb_decimal_text *text, nb_multiplier *multiplier, uint64_t n,
                            nb_factorial_path path)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    const bool second = path == NB_FACTORIAL_GMP;
    if (n < (second ? NB_FACTORIAL_GMP_MAX_N + 1 : NB_FACTORIAL_DECIMAL_MIN_N)) {
        return text_by_gmp(text, n, path);
    }
    nb_decimal product;
    nb_decimal_init(&product);
    nb_status status = chain(&product, multiplier, n, 2, n + 1, second);
    if (status == NBANG_OK) {
        nb_decimal_text_take(text, &product, nb_cost_legendre(n, 5));
    }
    nb_decimal_clear(&product);
    return status;
}

/* ---- parts ---- */

/* Numbers up to n per part, at least: a few primes for each. */
#define MIN_N_PER_PART UINT64_C(16)

/* Below this, primes are weighed one by one: a single one can outweigh a whole part, and how many
 * lie between two cuts differs much from the average. */
enum { SINGLE_PRIMES_END = 2048 };

static const double euler_gamma = 0.57721566490153286;

/* How the logarithm of n! / 10^z is spread over its primes. */
struct weights {
    uint64_t n;
    uint64_t num_single;                  /* the last x for which `single` is filled in */
    double single[SINGLE_PRIMES_END + 1]; /* weight of the primes from x on, 2 <= x */
};

/* The weight of the primes from x on by the prime number theorem, x <= n: with m = floor(n / x) and
 * H(m) = 1 + 1/2 + ... + 1/m, the integral of floor(n / t) from x to n is n * H(m) - m * x. */
static double smooth_weight(uint64_t n, uint64_t x)
{
    double m = (double)(n / x);
    double harmonic = log(m) + euler_gamma + 1 / (2 * m) - 1 / (12 * m * m);
    return (double)n * harmonic - m * (double)x;
}

static bool is_prime(uint64_t x)
{
    for (uint64_t d = 2; d * d <= x; d++) {
        if (x % d == 0) {
            return false;
        }
    }
    return true;
}

static void weights_init(struct weights *weights, uint64_t n)
{
    uint64_t end = n < SINGLE_PRIMES_END ? n + 1 : SINGLE_PRIMES_END;
    weights->n = n;
    weights->num_single = end;
    weights->single[end] = end <= n ? smooth_weight(n, end) : 0;
    for (uint64_t x = end; x-- > 2;) {
        double weight = is_prime(x) ? (double)nb_chain_exponent(n, x) * log((double)x) : 0;
        weights->single[x] = weights->single[x + 1] + weight;
    }
}

/* The weight of the primes from x on, 2 <= x <= n + 1; does not grow with x. */
static double weight_from(const struct weights *weights, uint64_t x)
{
    if (x <= weights->num_single) {
        return weights->single[x];
    }
    return x <= weights->n ? smooth_weight(weights->n, x) : 0;
}

/* The end of a part that starts at `lo`, so that the weight after it is as near `rest` as can be
 * without leaving the part empty. */
static uint64_t choose_cut(const struct weights *weights, uint64_t lo, double rest)
{
    uint64_t below = lo, cut = weights->n + 1; /* weight_from(below) > rest >= weight_from(cut) */
    while (cut - below > 1) {
        uint64_t middle = below + (cut - below) / 2;
        if (weight_from(weights, middle) > rest) {
            below = middle;
        } else {
            cut = middle;
        }
    }
    bool nonempty = weight_from(weights, below) < weight_from(weights, lo);
    double excess = weight_from(weights, below) - rest;
    double deficit = rest - weight_from(weights, cut);
    return nonempty && excess < deficit ? below : cut;
}

size_t nb_factorial_cuts(uint64_t n, size_t num_parts, uint64_t *cuts)
{
    assert(num_parts >= 1);
    struct weights weights;
    if (num_parts > 1 + n / MIN_N_PER_PART) {
        num_parts = (size_t)(1 + n / MIN_N_PER_PART);
    }
    if (num_parts > 1) {
        weights_init(&weights, n);
    }

    cuts[0] = 2;
    for (size_t i = 1; i < num_parts; i++) {
        /* Equal shares of what is left: the least primes may have taken more than theirs. */
        double left = weight_from(&weights, cuts[i - 1]);
        cuts[i] = choose_cut(&weights, cuts[i - 1], left - left / (double)(num_parts - i + 1));
        if (weight_from(&weights, cuts[i]) <= 0) {
            num_parts = i;
        }
    }
    cuts[num_parts] = n + 1;
    return num_parts;
}

nb_status nb_factorial_part(nb_decimal *part, nb_multiplier *multiplier, uint64_t n, uint64_t lo,
                            uint64_t hi)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    nb_decimal_clear(part);
    return chain(part, multiplier, n, lo, hi, false);
}

/* parts[0] = the product of all; the others are cleared. */
static nb_status multiply_parts(nb_decimal *parts, size_t num_parts, nb_multiplier *multiplier)
{
    nb_status status = NBANG_OK;
    for (size_t stride = 1; stride < num_parts; stride *= 2) {
        for (size_t i = 0; status == NBANG_OK && i + stride < num_parts; i += 2 * stride) {
            status = nb_decimal_multiply(&parts[i], &parts[i + stride], multiplier);
            nb_decimal_clear(&parts[i + stride]);
        }
    }
    return status;
}

nb_status nb_factorial_join(nb_decimal_text *text, nb_multiplier *multiplier, uint64_t n,
                            nb_decimal *parts, size_t num_parts)
{
    assert(num_parts >= 1);
    nb_status status = multiply_parts(parts, num_parts, multiplier);
    give_back(multiplier);
    if (status == NBANG_OK) {
        nb_decimal_text_take(text, &parts[0], nb_cost_legendre(n, 5));
    }
    for (size_t i = 0; i < num_parts; i++) {
        nb_decimal_clear(&parts[i]);
    }
    return status;
}
