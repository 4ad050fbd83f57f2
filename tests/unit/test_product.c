/* Products of many factors, against GMP. */
#include "compute/product.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/residue.h"
#include "decimal_support.h"

static nb_product product;
static nb_multiplier multiplier;

static void init(void)
{
    nb_product_init(&product);
    nb_multiplier_init(&multiplier);
}

static void clear(void)
{
    nb_product_clear(&product);
    nb_multiplier_release(&multiplier);
}

TestSuite(product, .init = init, .fini = clear, .timeout = 60);

/* Multiplies out what has been pushed, and asserts that it is `expected`. */
static void expect_product(const mpz_t expected, const char *what, unsigned long n)
{
    cr_assert_eq(nb_product_finish(&product, &multiplier), NBANG_OK, "%s %lu", what, n);
    cr_assert_eq(product.nodes[0].start, 0);
    const nb_decimal result = {
        .digits = product.digits,
        .capacity = product.capacity,
        .num_digits = product.nodes[0].num_digits,
        .residue = product.nodes[0].residue,
    };
    expect_decimal(&result, expected, what, n);
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Any number of at most `max_bits` bits but 0, more often small than not. */
static uint64_t random_factor(unsigned max_bits)
{
    uint64_t bits = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
    uint64_t factor = bits >> (64 - 1 - (unsigned)rand() % max_bits);
    return factor > 0 ? factor : 1;
}

/* ---- what it is ---- */

Test(product, of_nothing_is_1)
{
    mpz_t one;
    mpz_init_set_ui(one, 1);
    expect_product(one, "no factors", 0);
    mpz_clear(one);
}

Test(product, of_ones_is_1)
{
    mpz_t one;
    mpz_init_set_ui(one, 1);
    for (int i = 0; i < 1000; i++) {
        nb_product_push(&product, 1);
    }
    expect_product(one, "ones", 1000);
    mpz_clear(one);
}

/* All factors the same: how they are packed into words and leaves depends on them alone. */
Test(product, of_any_number_of_factors_of_any_size)
{
    const uint64_t factors[] = {2,
                                3,
                                99999,
                                100000,
                                UINT32_MAX,
                                (UINT64_C(1) << 32) + 1,
                                UINT64_C(1) << 63,
                                NB_RESIDUE_MODULUS + 1,
                                UINT64_MAX - 1,
                                UINT64_MAX};
    mpz_t expected;
    mpz_init(expected);
    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
        mpz_set_ui(expected, 1);
        for (unsigned long count = 1; count <= 600; count++) {
            mpz_mul_ui(expected, expected, factors[i]);
            nb_product_clear(&product);
            for (unsigned long k = 0; k < count; k++) {
                nb_product_push(&product, factors[i]);
            }
            expect_product(expected, "factors of one size:", count);
        }
    }
    mpz_clear(expected);
}

Test(product, of_factors_at_random)
{
    mpz_t expected;
    mpz_init(expected);
    srand(7);
    for (unsigned count = 1; count < 20000; count += 1 + count / 4) {
        const unsigned max_bits = 1 + (unsigned)rand() % 64;
        mpz_set_ui(expected, 1);
        nb_product_clear(&product);
        for (unsigned k = 0; k < count; k++) {
            uint64_t factor = random_factor(max_bits);
            nb_product_push(&product, factor);
            mpz_mul_ui(expected, expected, factor);
        }
        expect_product(expected, "factors at random:", count);
    }
    mpz_clear(expected);
}

Test(product, is_the_same_with_every_kernel)
{
    mpz_t expected;
    mpz_init(expected);
    mpz_primorial_ui(expected, 200000);
    for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
        nb_multiplier_release(&multiplier);
        multiplier.kernel = *kernel;
        nb_product_clear(&product);
        mpz_t prime;
        mpz_init_set_ui(prime, 2);
        while (mpz_cmp_ui(prime, 200000) <= 0) {
            nb_product_push(&product, mpz_get_ui(prime));
            mpz_nextprime(prime, prime);
        }
        mpz_clear(prime);
        expect_product(expected, (*kernel)->name, 200000);
    }
    mpz_clear(expected);
}

Test(product, of_a_multiple_of_the_residues_modulus)
{
    mpz_t expected;
    mpz_init_set_ui(expected, 1);
    for (int i = 0; i < 300; i++) {
        uint64_t factor = i == 77 ? NB_RESIDUE_MODULUS : UINT64_MAX - 2 * (uint64_t)i;
        nb_product_push(&product, factor);
        mpz_mul_ui(expected, expected, factor);
    }
    expect_product(expected, "factors, one of them 0 modulo 2^61 - 1:", 300);
    cr_expect_eq(product.nodes[0].residue, 0);
    mpz_clear(expected);
}

/* ---- failures ---- */

/* One leaf that is closed, and one that is not, of so many words. */
static void push_leaf_and(uint64_t num_words)
{
    for (uint64_t i = 0; i < NB_PRODUCT_LEAF_WORDS + 1 + num_words; i++) {
        nb_product_push(&product, UINT64_MAX - i);
    }
    cr_assert_eq(product.num_nodes, 1);
    cr_assert_eq(product.leaf_limbs, num_words);
}

/* Few enough for a product digit by digit, and more than that. */
static const uint64_t open_words[] = {1, 2, 30, 60};
enum { NUM_OPEN_WORDS = sizeof(open_words) / sizeof(open_words[0]) };

static void expect_found(void)
{
    cr_expect_eq(nb_product_finish(&product, &multiplier), NBANG_UNVERIFIED);
    cr_expect_eq(product.status, NBANG_UNVERIFIED);
    nb_product_clear(&product);
}

Test(product, with_a_wrong_word_in_an_open_leaf_is_not_given_out)
{
    for (size_t i = 0; i < NUM_OPEN_WORDS; i++) {
        push_leaf_and(open_words[i]);
        product.leaf[0] ^= 2;
        expect_found();
    }
}

Test(product, with_a_wrong_digit_in_a_closed_leaf_is_not_given_out)
{
    for (size_t i = 0; i < NUM_OPEN_WORDS; i++) {
        push_leaf_and(open_words[i]);
        product.digits[product.nodes[0].num_digits / 2] ^= 1;
        expect_found();
    }
}

Test(product, with_a_wrong_residue_is_not_given_out)
{
    for (size_t i = 0; i < NUM_OPEN_WORDS; i++) {
        push_leaf_and(open_words[i]);
        product.nodes[0].residue ^= 1;
        expect_found();
    }
}

Test(product, that_has_failed_ignores_factors_until_it_is_cleared)
{
    push_leaf_and(30);
    product.status = NBANG_NO_MEMORY;
    const size_t num_digits = product.num_digits;
    for (int i = 0; i < 1000; i++) {
        nb_product_push(&product, UINT64_MAX);
    }
    cr_expect_eq(product.num_digits, num_digits);
    cr_expect_eq(nb_product_finish(&product, &multiplier), NBANG_NO_MEMORY);

    mpz_t expected;
    mpz_init_set_ui(expected, 42);
    nb_product_clear(&product);
    nb_product_push(&product, 6);
    nb_product_push(&product, 7);
    expect_product(expected, "factors of 42:", 2);
    mpz_clear(expected);
}
