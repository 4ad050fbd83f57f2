/* Where one way to compute small things takes over from another. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/chain.h"
#include "compute/cost.h"
#include "compute/factorial.h"
#include "compute/product.h"
#include "decimal/convert.h"
#include "decimal/digits.h"
#include "decimal/multiply_internal.h"
#include "decimal/text.h"
#include "measure.h"
#include "tune.h"

/* ---- digit by digit or by transforms ---- */

typedef struct small_product {
    nb_multiplier *multiplier;
    nb_factor a, b;
    int32_t *product;
} small_product;

static void run_basecase(void *context)
{
    const small_product *self = context;
    uint64_t residue;
    nb_multiply_basecase(self->product, self->a, self->b, &residue);
}

static void run_transforms(void *context)
{
    const small_product *self = context;
    uint64_t residue;
    bool good;
    bench_must(nb_multiply_fft(self->multiplier, self->product, self->a, self->b, &residue, &good),
               "multiplication");
}

void tune_basecase(const tune_options *options, const nb_fft_kernel *kernel)
{
    printf("## Digit by digit or by transforms with %s (NB_BASECASE_MAX is %d)\n\n"
           "Digits of both factors, ns for a product.\n\n"
           "| digits | digit by digit | transforms |\n|---:|---:|---:|\n",
           kernel->name, NB_BASECASE_MAX);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    for (size_t n = 8; n <= NB_BASECASE_MAX; n += 4) {
        nb_decimal a = bench_random_number(n, 1), b = bench_random_number(n, 2);
        int32_t product[2 * NB_BASECASE_MAX];
        small_product self = {&multiplier, bench_factor(&a), bench_factor(&b), product};
        printf("| %zu | %.0f | %.0f |\n", n,
               bench_measure(run_basecase, &self, options->budget_ns).min_ns,
               bench_measure(run_transforms, &self, options->budget_ns).min_ns);
        nb_decimal_clear(&a);
        nb_decimal_clear(&b);
    }
    printf("\n");
    nb_multiplier_release(&multiplier);
}

/* ---- leaves ---- */

enum { MAX_LEAF = 256 };

typedef struct leaf {
    size_t num_limbs;
    mp_limb_t limbs[MAX_LEAF], scratch[MAX_LEAF];
    int32_t digits[MAX_LEAF * 5];
    unsigned char text[MAX_LEAF * 20 + 8];
    size_t num_digits;
} leaf;

static void run_conversion(void *context)
{
    leaf *self = context;
    memcpy(self->scratch, self->limbs, self->num_limbs * sizeof(mp_limb_t));
    self->num_digits = nb_convert_limbs(self->digits, self->scratch, self->num_limbs, self->text);
}

/* The product of two leaves, by which twice the size is reached. */
static double join_ns(const tune_options *options, nb_multiplier *multiplier, size_t num_digits)
{
    nb_decimal a = bench_random_number(num_digits, 1), b = bench_random_number(num_digits, 2);
    int32_t *product = bench_allocate(2 * num_digits * sizeof(*product));
    small_product self = {multiplier, bench_factor(&a), bench_factor(&b), product};
    double ns = num_digits <= NB_BASECASE_MAX
                    ? bench_measure(run_basecase, &self, options->budget_ns).min_ns
                    : bench_measure(run_transforms, &self, options->budget_ns).min_ns;
    free(product);
    nb_decimal_clear(&a);
    nb_decimal_clear(&b);
    return ns;
}

void tune_leaves(const tune_options *options, const nb_fft_kernel *kernel)
{
    printf("## Leaves with %s (NB_PRODUCT_LEAF_WORDS is %d)\n\n"
           "Words of a leaf, ns per decimal digit to convert it, and to multiply two of them: a\n"
           "leaf of twice the size is worth while if its conversion costs less than both.\n\n"
           "| words | conversion | product |\n|---:|---:|---:|\n",
           kernel->name, NB_PRODUCT_LEAF_WORDS);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    leaf *self = bench_allocate(sizeof(*self));
    for (size_t i = 0; i < MAX_LEAF; i++) {
        self->limbs[i] = (mp_limb_t)(i + 1) * UINT64_C(0x9E3779B97F4A7C15) | 1;
    }
    for (size_t words = 16; words <= MAX_LEAF; words *= 2) {
        self->num_limbs = words;
        double conversion = bench_measure(run_conversion, self, options->budget_ns).min_ns;
        double digits = NB_DIGIT_WIDTH * (double)self->num_digits;
        printf("| %zu | %.2f | %.2f |\n", words, conversion / digits,
               join_ns(options, &multiplier, self->num_digits) / (2 * digits));
    }
    printf("\n");
    free(self);
    nb_multiplier_release(&multiplier);
}

/* ---- GMP or decimal ---- */

typedef struct small_factorial {
    nb_multiplier *multiplier;
    uint64_t n;
} small_factorial;

static void run_gmp(void *context)
{
    const small_factorial *self = context;
    mpz_t value;
    nb_decimal_text text;
    mpz_init(value);
    nb_decimal_text_init(&text);
    mpz_fac_ui(value, self->n);
    bench_must(nb_decimal_text_set(&text, value, 0), "conversion");
    nb_decimal_text_clear(&text);
    mpz_clear(value);
}

static void run_chain(void *context)
{
    const small_factorial *self = context;
    nb_decimal product;
    nb_decimal_text text;
    nb_decimal_init(&product);
    nb_decimal_text_init(&text);
    bench_must(nb_chain_product(&product, self->multiplier, self->n), "chain");
    nb_decimal_text_take(&text, &product, nb_cost_legendre(self->n, 5), NULL);
    nb_decimal_text_clear(&text);
}

void tune_factorials(const tune_options *options, const nb_fft_kernel *kernel)
{
    printf("## GMP or decimal with %s (NB_FACTORIAL_DECIMAL_MIN_N is %d)\n\n"
           "Microseconds for n!.\n\n"
           "| n | mpz_fac_ui and mpn_get_str | decimal chain |\n|---:|---:|---:|\n",
           kernel->name, (int)NB_FACTORIAL_DECIMAL_MIN_N);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    for (uint64_t n = 500; n <= 4000; n += n / 4) {
        small_factorial self = {&multiplier, n};
        printf("| %d | %.1f | %.1f |\n", (int)n,
               bench_measure(run_gmp, &self, options->budget_ns).min_ns / 1000,
               bench_measure(run_chain, &self, options->budget_ns).min_ns / 1000);
    }
    printf("\n");
    nb_multiplier_release(&multiplier);
}
