/* The powers of 2 and 5 stay out of the multiplications: with e = v_2(n!) and z = v_5(n!), which is
 * never larger, n! = odd part without fives * 2^(e - z) * 10^z. The tens become zeros of the text.
 */
#include "compute/factorial.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "compute/cost.h"
#include "compute/primes.h"

/* Below this, mpz_fac_ui and the conversion of its zeros take less time than setting up a sieve. */
#define PRIMES_MIN_N UINT64_C(400)

/* ---- whole factorials ---- */

/* n! into `text` from the product of its odd prime powers without those of 5, which is consumed. */
static nb_status finish(nb_decimal_text *text, uint64_t n, mpz_t product)
{
    uint64_t zeros = nb_cost_legendre(n, 5);
    mpz_mul_2exp(product, product, nb_cost_legendre(n, 2) - zeros);
    return nb_decimal_text_set(text, product, zeros);
}

static void multiply_up(mpz_t value, uint64_t n)
{
    mpz_set_ui(value, 1);
    for (uint64_t factor = 2; factor <= n; factor++) {
        mpz_mul_ui(value, value, factor);
    }
}

nb_status nb_factorial_text(nb_decimal_text *text, uint64_t n, nb_factorial_path path)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    bool is_small = n < PRIMES_MIN_N;
    nb_status status = NBANG_OK;
    mpz_t value;
    mpz_init(value);
    if (path == NB_FACTORIAL_PRIMES && !is_small) {
        status = nb_primes_factorial_part(value, n, 3, n + 1);
        if (status == NBANG_OK) {
            status = finish(text, n, value);
        }
    } else {
        if (path == NB_FACTORIAL_GMP && is_small) {
            multiply_up(value, n);
        } else {
            mpz_fac_ui(value, n);
        }
        status = nb_decimal_text_set(text, value, 0);
    }
    mpz_clear(value);
    return status;
}

/* ---- parts ---- */

/* Numbers up to n per part, at least: a few primes for each. */
#define MIN_N_PER_PART UINT64_C(16)

/* Below this, primes are weighed one by one: a single one can outweigh a whole part, and how many
 * lie between two cuts differs much from the average. */
enum { SINGLE_PRIMES_END = 2048 };

static const double euler_gamma = 0.57721566490153286;

/* How the logarithm of n! is spread over its primes other than 2 and 5. */
struct weights {
    uint64_t n;
    uint64_t num_single;                  /* the last x for which `single` is filled in */
    double single[SINGLE_PRIMES_END + 1]; /* weight of the primes from x on, 3 <= x */
};

/* The weight of the primes from x on by the prime number theorem, x <= n: with m = floor(n / x) and
 * H(m) = 1 + 1/2 + ... + 1/m, the integral of floor(n / t) from x to n is n * H(m) - m * x. */
static double smooth_weight(uint64_t n, uint64_t x)
{
    double m = (double)(n / x);
    double harmonic = log(m) + euler_gamma + 1 / (2 * m) - 1 / (12 * m * m);
    return (double)n * harmonic - m * (double)x;
}

static bool is_odd_prime(uint64_t x)
{
    if (x < 3 || x % 2 == 0) {
        return false;
    }
    for (uint64_t d = 3; d * d <= x; d += 2) {
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
    for (uint64_t x = end; x-- > 3;) {
        bool counts = is_odd_prime(x) && x != 5;
        double weight = counts ? (double)nb_cost_legendre(n, x) * log((double)x) : 0;
        weights->single[x] = weights->single[x + 1] + weight;
    }
}

/* The weight of the primes from x on, 3 <= x <= n + 1; does not grow with x. */
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

    cuts[0] = 3;
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

nb_status nb_factorial_part(mpz_t part, uint64_t n, uint64_t lo, uint64_t hi)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    return nb_primes_factorial_part(part, n, lo, hi);
}

nb_status nb_factorial_join(nb_decimal_text *text, uint64_t n, mpz_t *parts, size_t num_parts)
{
    assert(num_parts >= 1);
    for (size_t stride = 1; stride < num_parts; stride *= 2) {
        for (size_t i = 0; i + stride < num_parts; i += 2 * stride) {
            mpz_mul(parts[i], parts[i], parts[i + stride]);
            mpz_clear(parts[i + stride]);
            mpz_init(parts[i + stride]);
        }
    }
    return finish(text, n, parts[0]);
}
