/* n! as a binary number, against GMP's own n! and its own raw format. */
#include <stdio.h> /* before gmp.h, which has functions for streams only then */

#include "compute/integer.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/residue.h"

TestSuite(integer, .timeout = 120);

/* ---- the number ---- */

static void expect_factorial(uint64_t n, const mpz_t expected)
{
    mpz_t found;
    mpz_init(found);
    for (nb_factorial_path path = NB_FACTORIAL_PRIMES; path <= NB_FACTORIAL_GMP; path++) {
        cr_assert_eq(nb_factorial_integer(found, n, path), NBANG_OK);
        cr_assert_eq(mpz_cmp(found, expected), 0, "%zu!, path %d", (size_t)n, path);
        cr_assert_eq(nb_integer_residue(found), nb_factorial_residue(n, NULL), "%zu!", (size_t)n);
    }
    mpz_clear(found);
}

Test(integer, is_the_factorial_on_either_path)
{
    mpz_t expected;
    mpz_init_set_ui(expected, 1);
    for (uint64_t n = 0; n <= 3000; n++) {
        if (n > 0) {
            mpz_mul_ui(expected, expected, n);
        }
        expect_factorial(n, expected);
    }
    static const uint64_t large[] = {9999, 65536, 100000, 390625};
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        mpz_fac_ui(expected, large[i]);
        expect_factorial(large[i], expected);
    }
    mpz_clear(expected);
}

Test(integer, residue_is_that_of_the_value)
{
    const uint64_t p = (UINT64_C(1) << 61) - 1;
    mpz_t value;
    mpz_init(value);
    cr_expect_eq(nb_integer_residue(value), 0);
    mpz_set_ui(value, p);
    cr_expect_eq(nb_integer_residue(value), 0);
    mpz_sub_ui(value, value, 1);
    cr_expect_eq(nb_integer_residue(value), p - 1);
    mpz_set_ui(value, 0);
    mpz_setbit(value, 61 * 1000 + 5);
    cr_expect_eq(nb_integer_residue(value), 32, "2^61 is 1");
    mpz_clear(value);
}

/* ---- the raw format ---- */

/* What mpz_out_raw makes of the value: the caller frees it. */
static unsigned char *gmp_raw(const mpz_t value, size_t *len)
{
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, len);
    cr_assert_not_null(stream);
    cr_assert_gt(mpz_out_raw(stream, value), 0);
    cr_assert_eq(fclose(stream), 0);
    return (unsigned char *)bytes;
}

/* Asserts that the raw format, read in pieces of `piece` bytes, is GMP's. */
static void expect_raw(const mpz_t value, size_t piece)
{
    size_t len;
    unsigned char *expected = gmp_raw(value, &len);
    cr_assert_eq(nb_integer_raw_length(value), len);
    unsigned char *found = malloc(len);
    cr_assert_not_null(found);
    for (size_t offset = 0; offset < len; offset += piece) {
        size_t size = len - offset < piece ? len - offset : piece;
        nb_integer_raw_read(value, offset, found + offset, size);
    }
    cr_assert_eq(memcmp(found, expected, len), 0, "%zu bytes in pieces of %zu", len, piece);
    free(found);
    free(expected);
}

Test(integer, raw_format_of_factorials_is_that_of_mpz_out_raw)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long n = 0; n <= 300; n++) {
        mpz_fac_ui(value, n);
        for (size_t piece = 1; piece <= 40; piece++) {
            expect_raw(value, piece);
        }
        expect_raw(value, SIZE_MAX);
    }
    static const unsigned long large[] = {1000, 100000};
    static const size_t pieces[] = {1, 7, 8, 4096, 65535, 131072, SIZE_MAX};
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        mpz_fac_ui(value, large[i]);
        for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            expect_raw(value, pieces[k]);
        }
    }
    mpz_clear(value);
}

Test(integer, raw_format_of_any_number_of_bits)
{
    /* Powers of two and one less: every fill of the first byte and of the first limb. */
    mpz_t value;
    mpz_init(value);
    expect_raw(value, SIZE_MAX);
    for (mp_bitcnt_t bits = 0; bits <= 200; bits++) {
        mpz_set_ui(value, 0);
        mpz_setbit(value, bits);
        expect_raw(value, 5);
        mpz_sub_ui(value, value, 1);
        expect_raw(value, 5);
    }
    mpz_clear(value);
}

Test(integer, raw_numbers_one_after_the_other_are_read_back_by_mpz_inp_raw)
{
    FILE *stream = tmpfile();
    cr_assert_not_null(stream);
    mpz_t value, expected;
    mpz_init(value);
    mpz_init(expected);
    unsigned char *bytes = malloc(1000000);
    cr_assert_not_null(bytes);
    static const unsigned long more[] = {1000, 100000};
    for (unsigned long i = 0; i <= 302; i++) {
        unsigned long n = i <= 300 ? i : more[i - 301];
        cr_assert_eq(nb_factorial_integer(value, n, NB_FACTORIAL_GMP), NBANG_OK);
        size_t len = nb_integer_raw_length(value);
        cr_assert_leq(len, 1000000);
        nb_integer_raw_read(value, 0, bytes, len);
        cr_assert_eq(fwrite(bytes, 1, len, stream), len);
    }
    rewind(stream);
    for (unsigned long i = 0; i <= 302; i++) {
        unsigned long n = i <= 300 ? i : more[i - 301];
        mpz_fac_ui(expected, n);
        cr_assert_gt(mpz_inp_raw(value, stream), 0);
        cr_assert_eq(mpz_cmp(value, expected), 0, "%zu!", (size_t)n);
    }
    cr_expect_eq(mpz_inp_raw(value, stream), 0, "nothing follows");
    fclose(stream);
    free(bytes);
    mpz_clear(value);
    mpz_clear(expected);
}

Test(integer, largest_raw_number_is_the_last_that_fits)
{
    /* 20 bits below the limit, and 9 above: rounding is far smaller. */
    const long double max_bits = 8 * (long double)NB_INTEGER_RAW_MAX_BYTES;
    const long double log_2 = logl(2);
    int sign;
    cr_expect_lt(lgammal_r((long double)NB_INTEGER_RAW_MAX_N + 1, &sign) / log_2, max_bits - 10);
    cr_expect_gt(lgammal_r((long double)NB_INTEGER_RAW_MAX_N + 2, &sign) / log_2, max_bits + 5);
}
