#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "compute/residue.h"
#include "team_support.h"

static const uint64_t p = NB_RESIDUE_MODULUS;

/* Numbers around everything that the arithmetic treats differently. */
static const uint64_t samples[] = {0,
                                   1,
                                   2,
                                   9,
                                   10,
                                   UINT32_MAX,
                                   UINT64_C(1) << 32,
                                   UINT64_C(999999999999999999),
                                   (UINT64_C(1) << 60) + 12345,
                                   p - 2,
                                   p - 1};
enum { NUM_SAMPLES = sizeof samples / sizeof samples[0] };

/* ---- arithmetic ---- */

Test(residue, reduces_any_word)
{
    const uint64_t words[] = {
        0,         p - 1,     p,     p + 1,          2 * p - 1,      2 * p,
        2 * p + 1, 7 * p - 1, 7 * p, UINT64_MAX - 8, UINT64_MAX - 7, UINT64_MAX};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        cr_expect_eq(nb_residue_reduce(words[i]), words[i] % p);
    }
}

Test(residue, agrees_with_gmp_on_edge_cases)
{
    mpz_t x;
    mpz_init(x);
    for (int i = 0; i < NUM_SAMPLES; i++) {
        for (int j = 0; j < NUM_SAMPLES; j++) {
            uint64_t a = samples[i], b = samples[j];
            mpz_set_ui(x, a);
            mpz_mul_ui(x, x, b);
            cr_expect_eq(nb_residue_mul(a, b), mpz_fdiv_ui(x, p));
            mpz_set_ui(x, a);
            mpz_add_ui(x, x, b);
            cr_expect_eq(nb_residue_add(a, b), mpz_fdiv_ui(x, p));
        }
    }
    mpz_clear(x);
}

Test(residue, raises_to_powers)
{
    mpz_t base, exponent, modulus, power;
    mpz_inits(base, exponent, power, NULL);
    mpz_init_set_ui(modulus, p);
    for (int i = 0; i < NUM_SAMPLES; i++) {
        for (int j = 0; j < NUM_SAMPLES; j++) {
            mpz_set_ui(base, samples[i]);
            mpz_set_ui(exponent, samples[j]);
            mpz_powm(power, base, exponent, modulus);
            cr_expect_eq(nb_residue_pow(samples[i], samples[j]), mpz_get_ui(power));
        }
    }
    mpz_clears(base, exponent, modulus, power, NULL);
}

/* ---- digits ---- */

static void fill_with_digits(char *out, size_t len)
{
    srand(1);
    for (size_t i = 0; i < len; i++) {
        out[i] = (char)('0' + rand() % 10);
    }
}

/* residue * 10^len + digits modulo p, by GMP. */
static uint64_t append_by_gmp(uint64_t residue, const char *digits, size_t len)
{
    char *string = calloc(len + 2, 1);
    string[0] = '0';
    memcpy(string + 1, digits, len);
    mpz_t number, weight;
    mpz_init_set_str(number, string, 10);
    mpz_init(weight);
    mpz_ui_pow_ui(weight, 10, len);
    mpz_addmul_ui(number, weight, residue);
    uint64_t result = mpz_fdiv_ui(number, p);
    mpz_clears(number, weight, NULL);
    free(string);
    return result;
}

Test(residue, appends_digits_of_every_length_and_alignment)
{
    enum { MAX_LEN = 70, ALIGNMENTS = 17 };
    char digits[MAX_LEN + ALIGNMENTS];
    fill_with_digits(digits, sizeof digits);
    for (size_t start = 0; start < ALIGNMENTS; start++) {
        for (size_t len = 0; len <= MAX_LEN; len++) {
            cr_assert_eq(nb_residue_append_digits(p - 1, digits + start, len),
                         append_by_gmp(p - 1, digits + start, len));
        }
    }
}

Test(residue, appends_extreme_digits)
{
    char digits[1000];
    for (int digit = '0'; digit <= '9'; digit++) {
        memset(digits, digit, sizeof digits);
        cr_expect_eq(nb_residue_append_digits(p - 1, digits, sizeof digits),
                     append_by_gmp(p - 1, digits, sizeof digits));
    }
}

Test(residue, of_pieces_is_that_of_the_whole)
{
    char digits[1000];
    fill_with_digits(digits, sizeof digits);
    uint64_t whole = nb_residue_append_digits(0, digits, sizeof digits);
    for (size_t piece = 1; piece < 50; piece++) {
        uint64_t residue = 0;
        for (size_t at = 0; at < sizeof digits; at += piece) {
            size_t left = sizeof digits - at;
            residue = nb_residue_append_digits(residue, digits + at, left < piece ? left : piece);
        }
        cr_expect_eq(residue, whole);
    }
}

/* ---- factorials ---- */

Test(residue, of_factorials_up_to_3000)
{
    mpz_t factorial;
    mpz_init_set_ui(factorial, 1);
    for (uint64_t n = 0; n <= 3000; n++) {
        if (n > 0) {
            mpz_mul_ui(factorial, factorial, n);
        }
        cr_assert_eq(nb_factorial_residue(n, NULL), mpz_fdiv_ui(factorial, p), "n = %lu", n);
    }
    mpz_clear(factorial);
}

Test(residue, of_large_factorials, .timeout = 120)
{
    const uint64_t fixed[] = {65535, 65536, 65537, 999999, 1000000};
    srand(2);
    for (int i = 0; i < 12; i++) {
        uint64_t n = i < 5 ? fixed[i] : (uint64_t)rand() % 1000000;
        mpz_t factorial;
        mpz_init(factorial);
        mpz_fac_ui(factorial, n);
        cr_expect_eq(nb_factorial_residue(n, NULL), mpz_fdiv_ui(factorial, p), "n = %lu", n);
        mpz_clear(factorial);
    }
}

Test(residue, of_factorials_that_contain_the_modulus_is_0)
{
    cr_expect_eq(nb_factorial_residue(p, NULL), 0);
    cr_expect_eq(nb_factorial_residue(p + 1, NULL), 0);
    cr_expect_eq(nb_factorial_residue(UINT64_MAX, NULL), 0);
}

Test(residue, of_a_factorial_is_the_same_by_every_team)
{
    const uint64_t sample[] = {0, 1, 65536, 131071, 131072, 1000003, 5000000};
    for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
        const uint64_t alone = nb_factorial_residue(sample[i], NULL);
        for (unsigned members = 2; members <= 5; members++) {
            nb_team *team = new_team(members);
            cr_expect_eq(nb_factorial_residue(sample[i], team), alone, "%lu!", sample[i]);
            nb_team_destroy(team);
        }
    }
}
