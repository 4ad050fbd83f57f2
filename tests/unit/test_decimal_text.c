/* Text that is formatted while it is read, against GMP's characters. */
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/text.h"
#include "digits.h"
#include "exact.h"
#include "kernels.h"

static nb_decimal_text text;

static void init_text(void)
{
    nb_decimal_text_init(&text);
}

static void clear_text(void)
{
    nb_decimal_text_clear(&text);
}

TestSuite(decimal_text, .init = init_text, .fini = clear_text, .timeout = 120);

enum {
    PIECE = 2048 * NB_DIGIT_WIDTH /* characters that are formatted at once */
};

/* The characters of value * 10^num_zeros, by GMP: for the caller to free. */
static char *characters_of(const mpz_t value, size_t num_zeros)
{
    char *significant = mpz_get_str(NULL, 10, value);
    const size_t len = strlen(significant);
    char *all = need_memory(len + num_zeros + 1);
    memcpy(all, significant, len);
    memset(all + len, '0', num_zeros);
    all[len + num_zeros] = '\0';
    free(significant);
    return all;
}

/* Takes a number of these digits, whose top is made positive; returns the characters that the text
 * must have, for the caller to free. */
static char *take(const int32_t *digits, size_t num_digits, size_t num_zeros)
{
    nb_decimal number;
    nb_decimal_init(&number);
    cr_assert_eq(nb_decimal_reserve(&number, num_digits), NBANG_OK);
    memcpy(number.digits, digits, num_digits * sizeof(*digits));
    number.num_digits = num_digits;
    number.residue = nb_digits_residue(digits, num_digits);
    mpz_t value;
    mpz_init(value);
    digits_to_integer(value, digits, num_digits);
    cr_assert_gt(mpz_sgn(value), 0);
    char *expected = characters_of(value, num_zeros);
    const uint64_t residue =
        nb_residue_mul(number.residue, nb_residue_pow(10, (uint64_t)num_zeros));

    nb_decimal_text_take(&text, &number, num_zeros, NULL);
    cr_assert_null(number.digits, "the number is consumed");
    cr_assert_eq(number.num_digits, 0);
    cr_assert_eq(nb_decimal_text_length(&text), strlen(expected));
    cr_assert_eq(nb_decimal_text_residue(&text, NULL), residue);
    mpz_clear(value);
    return expected;
}

static char *take_random(size_t num_digits, digit_pattern pattern, size_t num_zeros)
{
    uint64_t state = num_digits + num_zeros + 1;
    int32_t *digits = new_digits(num_digits, pattern, &state);
    /* Of every width, down to one that carries wipe out. */
    digits[num_digits - 1] = 2 + (int32_t)(random_below(&state, 99000) >> random_below(&state, 17));
    char *expected = take(digits, num_digits, num_zeros);
    free(digits);
    return expected;
}

/* Reads into memory of exactly that size. */
static void expect_piece(const char *expected, size_t offset, size_t len)
{
    char *out = need_memory(len);
    cr_assert_eq(nb_decimal_text_read(&text, offset, out, len), NBANG_OK);
    cr_assert_eq(memcmp(out, expected + offset, len), 0, "%zu characters from %zu on", len, offset);
    free(out);
}

KERNEL_TEST(decimal_text, is_that_of_gmp_whatever_the_digits)
{
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        for (size_t num_digits = 2; num_digits < 9000; num_digits += 1 + num_digits / 2) {
            char *expected = take_random(num_digits, pattern, num_digits % 7);
            expect_piece(expected, 0, strlen(expected));
            free(expected);
        }
    }
}

Test(decimal_text, of_every_number_of_characters)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long exponent = 0; exponent < 60; exponent++) {
        for (int difference = -1; difference <= 1; difference++) {
            mpz_ui_pow_ui(value, 10, exponent);
            int32_t digits[16] = {0};
            digits[exponent / NB_DIGIT_WIDTH] =
                (int32_t[]){1, 10, 100, 1000, 10000}[exponent % NB_DIGIT_WIDTH];
            digits[0] += difference;
            if (exponent > 0 || difference >= 0) {
                char *expected = take(digits, 1 + exponent / NB_DIGIT_WIDTH, 2);
                expect_piece(expected, 0, strlen(expected));
                free(expected);
            }
        }
    }
    mpz_clear(value);
}

Test(decimal_text, pieces_of_every_offset_and_length)
{
    for (size_t num_digits = 1; num_digits <= 12; num_digits++) {
        char *expected = take_random(num_digits, DIGITS_CANONICAL, num_digits % 4);
        const size_t len = strlen(expected);
        for (size_t offset = 0; offset <= len; offset++) {
            for (size_t count = 0; count <= len - offset; count++) {
                expect_piece(expected, offset, count);
            }
        }
        free(expected);
    }
}

KERNEL_TEST(decimal_text, pieces_that_end_around_those_that_are_formatted_at_once)
{
    char *expected = take_random(3 * PIECE / NB_DIGIT_WIDTH + 1, DIGITS_BALANCED, 100);
    const size_t len = strlen(expected);
    for (size_t offset = 0; offset < 12; offset++) {
        for (size_t pieces = 1; pieces <= 3; pieces++) {
            for (size_t count = pieces * PIECE - 8; count <= pieces * PIECE + 8; count++) {
                expect_piece(expected, offset, count < len - offset ? count : len - offset);
            }
        }
    }
    for (size_t offset = len - 150; offset <= len; offset++) {
        expect_piece(expected, offset, len - offset);
    }
    free(expected);
}

KERNEL_TEST(decimal_text, pieces_at_random)
{
    char *expected = take_random(30000, DIGITS_BALANCED, 20000);
    const size_t len = strlen(expected);
    uint64_t state = 1;
    for (unsigned i = 0; i < 1500; i++) {
        const size_t offset = random_below(&state, len + 1);
        const size_t limit = (size_t)1 << random_below(&state, 17);
        const size_t count = random_below(&state, limit + 1);
        expect_piece(expected, offset, count < len - offset ? count : len - offset);
    }
    free(expected);
}

Test(decimal_text, zeros_of_any_number_are_never_stored)
{
    const uint64_t zeros = UINT64_C(1) << 60;
    nb_decimal number;
    nb_decimal_init(&number);
    cr_assert_eq(nb_decimal_reserve(&number, 1), NBANG_OK);
    number.digits[0] = 7;
    number.num_digits = 1;
    nb_decimal_text_take(&text, &number, zeros, NULL);
    cr_expect_eq(nb_decimal_text_length(&text), zeros + 1);
    char out[2] = "##";
    cr_expect_eq(nb_decimal_text_read(&text, 0, out, 2), NBANG_OK);
    cr_expect_eq(memcmp(out, "70", 2), 0);
    cr_expect_eq(nb_decimal_text_read(&text, zeros, out, 1), NBANG_OK);
    cr_expect_eq(out[0], '0');
    cr_expect_eq(nb_decimal_text_residue(&text, NULL),
                 nb_residue_mul(7, nb_residue_pow(10, zeros)));
}

Test(decimal_text, takes_the_place_of_another)
{
    free(take_random(100, DIGITS_BALANCED, 3));
    mpz_t value;
    mpz_init_set_ui(value, 42);
    cr_assert_eq(nb_decimal_text_set(&text, value, 0), NBANG_OK);
    cr_expect_null(text.digits);
    expect_piece("42", 0, 2);
    char *expected = take_random(50, DIGITS_BALANCED, 0);
    cr_expect_null(text.characters);
    expect_piece(expected, 0, strlen(expected));
    free(expected);
    mpz_clear(value);
}

/* ---- characters that are not those of the digits ---- */

/* The test hook spoils the first attempt at each piece, or the second as well. */
Test(decimal_text, misprint_is_printed_once_more)
{
    char *expected = take_random(5000, DIGITS_BALANCED, 10);
    cr_assert_eq(setenv("NBANG_FAULT", "misprint:0", 1), 0);
    expect_piece(expected, 0, strlen(expected));
    expect_piece(expected, 12345, 5432);
    free(expected);
}

Test(decimal_text, misprint_that_stays_is_told)
{
    char *expected = take_random(5000, DIGITS_BALANCED, 10), out[100];
    const size_t len = strlen(expected);
    cr_assert_eq(setenv("NBANG_FAULT", "misprint:0,misprint:1", 1), 0);
    cr_expect_eq(nb_decimal_text_read(&text, 0, out, 100), NBANG_UNVERIFIED);
    cr_expect_eq(nb_decimal_text_read(&text, len - 20, out, 20), NBANG_UNVERIFIED);
    cr_expect_eq(nb_decimal_text_read(&text, len - 10, out, 10), NBANG_OK, "zeros only");
    free(expected);
}

/* The number is the same, and so is its residue: only its characters would not be digits. */
Test(decimal_text, digits_that_are_not_canonical_are_told)
{
    static const int32_t shifts[] = {NB_DIGIT_BASE, -NB_DIGIT_BASE};
    for (size_t i = 0; i < 2; i++) {
        char *expected = take_random(5000, DIGITS_BALANCED, 0),
             *out = need_memory(strlen(expected));
        const uint64_t residue = nb_decimal_text_residue(&text, NULL);
        text.digits[2500] += shifts[i];
        text.digits[2501] -= shifts[i] / NB_DIGIT_BASE;
        cr_expect_eq(nb_decimal_text_residue(&text, NULL), residue);
        cr_expect_eq(nb_decimal_text_read(&text, 0, out, strlen(expected)), NBANG_UNVERIFIED);
        free(expected);
        free(out);
    }
}

/* ---- back to numbers ---- */

/* The number has the digits that GMP makes of its characters, and says the same again. */
static void expect_released(const mpz_t value, size_t num_zeros)
{
    char *expected = characters_of(value, num_zeros);
    const uint64_t residue = nb_decimal_text_residue(&text, NULL);
    nb_decimal number;
    nb_decimal_init(&number);
    cr_assert_eq(nb_decimal_text_release(&text, &number), NBANG_OK);
    cr_assert_null(text.digits);
    cr_assert_null(text.characters);
    cr_assert_eq(text.num_zeros, 0);
    cr_assert_leq(number.num_digits, number.capacity);
    const nb_decimal_text again = nb_decimal_text_of(&number, num_zeros);
    const size_t len = (size_t)nb_decimal_text_length(&again);
    cr_assert_eq(len, strlen(expected));
    char *found = need_memory(len);
    cr_assert_eq(nb_decimal_text_read(&again, 0, found, len), NBANG_OK);
    cr_assert_eq(memcmp(found, expected, len), 0);
    cr_assert_eq(nb_decimal_text_residue(&again, NULL), residue);
    free(found);
    free(expected);
    nb_decimal_clear(&number);
}

Test(decimal_text, becomes_a_number_again)
{
    mpz_t value, copy;
    mpz_inits(value, copy, NULL);
    mpz_set_ui(value, 7);
    for (size_t i = 0; i < 200; i++) {
        mpz_set(copy, value);
        cr_assert_eq(nb_decimal_text_set(&text, copy, i % 7), NBANG_OK);
        expect_released(value, i % 7);
        mpz_mul_ui(value, value, 3 + 5 * i);
    }
    int32_t digits[] = {0, 99999, 3, 0, 50000, 12};
    digits_to_integer(value, digits, 6);
    free(take(digits, 6, 3));
    expect_released(value, 3);
    mpz_clears(value, copy, NULL);
}
