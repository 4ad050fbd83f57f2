#include <criterion/criterion.h>
#include <gmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/residue.h"
#include "decimal/text.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

static nb_decimal_text text;

static void init_text(void)
{
    nb_decimal_text_init(&text);
}

static void clear_text(void)
{
    nb_decimal_text_clear(&text);
}

TestSuite(text, .init = init_text, .fini = clear_text);

/* Sets the text to value * 10^num_zeros; keeps `value`. */
static void set_text(const mpz_t value, uint64_t num_zeros)
{
    mpz_t copy;
    mpz_init_set(copy, value);
    cr_assert_eq(nb_decimal_text_set(&text, copy, num_zeros), NBANG_OK);
    cr_expect_eq(mpz_sgn(copy), 0, "the value is consumed");
    mpz_clear(copy);
}

static bool significant_digits_are(const char *expected)
{
    return text.num_significant == strlen(expected) &&
           memcmp(text.characters, expected, text.num_significant) == 0;
}

static void expect_text_of(const mpz_t value)
{
    set_text(value, 3);
    char *expected = mpz_get_str(NULL, 10, value);
    cr_expect(significant_digits_are(expected));
    cr_expect_eq(text.num_zeros, 3);
    free(expected);
}

/* ---- contents ---- */

Test(text, of_zero_is_one_digit)
{
    mpz_t zero;
    mpz_init(zero);
    set_text(zero, 7);
    cr_expect(significant_digits_are("0"));
    cr_expect_eq(nb_decimal_text_length(&text), 1);
    cr_expect_eq(nb_decimal_text_residue(&text, NULL), 0);
    mpz_clear(zero);
}

Test(text, has_the_right_length_around_powers_of_ten)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long exponent = 0; exponent < 400; exponent++) {
        mpz_ui_pow_ui(value, 10, exponent);
        expect_text_of(value);
        mpz_add_ui(value, value, 1);
        expect_text_of(value);
        mpz_sub_ui(value, value, 2);
        if (mpz_sgn(value) > 0) {
            expect_text_of(value);
        }
    }
    mpz_clear(value);
}

Test(text, agrees_with_gmp_at_all_sizes)
{
    gmp_randstate_t random;
    gmp_randinit_default(random);
    mpz_t value;
    mpz_init(value);
    for (mp_bitcnt_t bits = 1; bits < 1000000; bits += 1 + bits / 3) {
        mpz_urandomb(value, random, bits);
        mpz_setbit(value, bits - 1);
        expect_text_of(value);
        mpz_ui_pow_ui(value, 2, bits);
        expect_text_of(value);
        mpz_sub_ui(value, value, 1);
        expect_text_of(value);
    }
    mpz_clear(value);
    gmp_randclear(random);
}

Test(text, may_be_cleared_twice_and_set_again)
{
    mpz_t value;
    mpz_init_set_ui(value, 42);
    set_text(value, 1);
    nb_decimal_text_clear(&text);
    nb_decimal_text_clear(&text);
    cr_expect_eq(nb_decimal_text_length(&text), 0);
    set_text(value, 0);
    cr_expect(significant_digits_are("42"));
    mpz_clear(value);
}

#ifndef ADDRESS_SANITIZER /* which reserves terabytes of address space for itself */
static rlim_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

Test(text, reports_lack_of_memory_and_keeps_what_it_was_given)
{
    const mp_bitcnt_t bits = (mp_bitcnt_t)1 << 30; /* 323 million digits */
    mpz_t small, large;
    mpz_init_set_ui(small, 42);
    set_text(small, 0);
    mpz_init(large);
    mpz_setbit(large, bits);

    struct rlimit limit = {mapped_bytes() + (64 << 20), RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    cr_expect_eq(nb_decimal_text_set(&text, large, 0), NBANG_NO_MEMORY);
    cr_expect(significant_digits_are("42"));
    cr_expect_eq(mpz_sizeinbase(large, 2), bits + 1);
    mpz_clears(small, large, NULL);
}
#endif

/* ---- reading ---- */

Test(text, reads_every_piece_across_the_zeros)
{
    static const char expected[] = "1234567890123456789012300000000000";
    const size_t len = sizeof expected - 1;
    mpz_t value;
    mpz_init_set_str(value, "12345678901234567890123", 10);
    set_text(value, 11);
    cr_assert_eq(nb_decimal_text_length(&text), len);

    for (size_t offset = 0; offset <= len; offset++) {
        for (size_t count = 0; count <= len - offset; count++) {
            char out[sizeof expected + 1];
            memset(out, '#', sizeof out);
            cr_assert_eq(nb_decimal_text_read(&text, offset, out, count), NBANG_OK);
            cr_assert_eq(memcmp(out, expected + offset, count), 0);
            cr_assert_eq(out[count], '#', "one more byte was written");
        }
    }
    mpz_clear(value);
}

Test(text, never_stores_its_zeros)
{
    const uint64_t zeros = UINT64_C(1) << 60;
    mpz_t value;
    mpz_init_set_ui(value, 7);
    set_text(value, zeros);
    cr_expect_eq(nb_decimal_text_length(&text), zeros + 1);
    char out[2] = "##";
    cr_assert_eq(nb_decimal_text_read(&text, 0, out, 2), NBANG_OK);
    cr_expect_eq(memcmp(out, "70", 2), 0);
    cr_assert_eq(nb_decimal_text_read(&text, zeros, out, 1), NBANG_OK);
    cr_expect_eq(out[0], '0');
    mpz_clear(value);
}

/* ---- residue ---- */

Test(text, has_the_residue_of_its_number)
{
    gmp_randstate_t random;
    gmp_randinit_default(random);
    mpz_t value, power;
    mpz_inits(value, power, NULL);
    for (unsigned long zeros = 0; zeros < 2000; zeros += 1 + zeros / 2) {
        for (mp_bitcnt_t bits = 1; bits < 5000; bits += 1 + bits / 5) {
            mpz_urandomb(value, random, bits);
            set_text(value, zeros);
            mpz_ui_pow_ui(power, 10, zeros);
            mpz_mul(value, value, power);
            cr_expect_eq(nb_decimal_text_residue(&text, NULL),
                         mpz_fdiv_ui(value, NB_RESIDUE_MODULUS));
        }
    }
    mpz_clears(value, power, NULL);
    gmp_randclear(random);
}

Test(text, with_one_wrong_digit_has_another_residue)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, 300);
    set_text(value, 74);
    uint64_t right = nb_decimal_text_residue(&text, NULL);
    for (size_t i = 0; i < text.num_significant; i++) {
        char digit = text.characters[i];
        for (char wrong = '0'; wrong <= '9'; wrong++) {
            text.characters[i] = wrong;
            cr_expect_eq(nb_decimal_text_residue(&text, NULL) == right, wrong == digit);
        }
        text.characters[i] = digit;
    }
    mpz_clear(value);
}

Test(text, with_swapped_neighbours_has_another_residue)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, 300);
    set_text(value, 74);
    uint64_t right = nb_decimal_text_residue(&text, NULL);
    for (size_t i = 0; i + 1 < text.num_significant; i++) {
        char first = text.characters[i], second = text.characters[i + 1];
        text.characters[i] = second;
        text.characters[i + 1] = first;
        cr_expect_eq(nb_decimal_text_residue(&text, NULL) == right, first == second);
        text.characters[i] = first;
        text.characters[i + 1] = second;
    }
    mpz_clear(value);
}

Test(text, with_a_missing_zero_has_another_residue)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, 300);
    set_text(value, 74);
    uint64_t right = nb_decimal_text_residue(&text, NULL);
    text.num_zeros--;
    cr_expect_neq(nb_decimal_text_residue(&text, NULL), right);
    mpz_clear(value);
}
