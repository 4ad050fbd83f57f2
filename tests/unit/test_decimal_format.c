/* Digits as characters, by every kernel. */
#include "decimal/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "digits.h"
#include "kernels.h"

KERNEL_TEST(decimal_format, every_digit_has_five_characters)
{
    int32_t *digits = need_memory(NB_DIGIT_BASE * sizeof(*digits));
    for (int32_t i = 0; i < NB_DIGIT_BASE; i++) {
        digits[i] = i;
    }
    const size_t len = (size_t)NB_DIGIT_BASE * NB_DIGIT_WIDTH;
    char *out = need_memory(len + NB_FORMAT_SLACK);
    nb_digits_format(out, digits, 0, NB_DIGIT_BASE);
    for (int32_t i = 0; i < NB_DIGIT_BASE; i++) {
        char expected[NB_DIGIT_WIDTH + 1];
        snprintf(expected, sizeof(expected), "%05d", (int)i);
        cr_assert_eq(memcmp(out + len - (size_t)(i + 1) * NB_DIGIT_WIDTH, expected, NB_DIGIT_WIDTH),
                     0, "%d", (int)i);
    }
    cr_expect(nb_digits_are_spelled(out, digits, 0, NB_DIGIT_BASE));
    free(out);
    free(digits);
}

/* Around the number of digits that are formatted side by side, at any place, into memory of exactly
 * the size that is asked for. */
KERNEL_TEST(decimal_format, pieces_of_every_length_and_place)
{
    enum { COUNT = 200 };
    int32_t digits[COUNT];
    char whole[COUNT * NB_DIGIT_WIDTH + 1];
    uint64_t state = 1;
    fill_digits(digits, COUNT, DIGITS_CANONICAL, &state);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(whole + i * NB_DIGIT_WIDTH, NB_DIGIT_WIDTH + 1, "%05d",
                 (int)digits[COUNT - 1 - i]);
    }
    for (size_t low = 0; low <= COUNT; low++) {
        for (size_t count = 0; low + count <= COUNT; count++) {
            const size_t len = count * NB_DIGIT_WIDTH;
            char *out = need_memory(len + NB_FORMAT_SLACK);
            nb_digits_format(out, digits, low, count);
            cr_assert_eq(memcmp(out, whole + (COUNT - low - count) * NB_DIGIT_WIDTH, len), 0,
                         "%zu digits from %zu on", count, low);
            cr_assert(nb_digits_are_spelled(out, digits, low, count));
            free(out);
        }
    }
}

KERNEL_TEST(decimal_format, nothing_is_written_beyond_the_slack)
{
    enum { COUNT = 70 };
    int32_t digits[COUNT];
    uint64_t state = 2;
    fill_digits(digits, COUNT, DIGITS_CANONICAL, &state);
    for (size_t count = 0; count <= COUNT; count++) {
        char out[COUNT * NB_DIGIT_WIDTH + 64];
        memset(out, '#', sizeof(out));
        nb_digits_format(out, digits, 0, count);
        for (size_t i = count * NB_DIGIT_WIDTH + NB_FORMAT_SLACK; i < sizeof(out); i++) {
            cr_expect_eq(out[i], '#', "%zu digits", count);
        }
    }
}

/* More digits than are looked at side by side, and some that are looked at one by one. */
enum { CHECKED = 70 };

KERNEL_TEST(decimal_format, any_other_character_is_noticed)
{
    int32_t digits[CHECKED];
    char out[CHECKED * NB_DIGIT_WIDTH + NB_FORMAT_SLACK];
    uint64_t state = 3;
    fill_digits(digits, CHECKED, DIGITS_CANONICAL, &state);
    nb_digits_format(out, digits, 0, CHECKED);
    for (size_t i = 0; i < CHECKED * NB_DIGIT_WIDTH; i++) {
        const char right = out[i];
        for (int other = 0; other < 256; other++) {
            out[i] = (char)other;
            cr_assert_eq(nb_digits_are_spelled(out, digits, 0, CHECKED), out[i] == right,
                         "character %zu: %d", i, other);
        }
        out[i] = right;
    }
}

KERNEL_TEST(decimal_format, any_other_digit_is_noticed)
{
    static const int32_t changes[] = {1, -1, 10, 10000, 65536, -65536, NB_DIGIT_BASE, INT32_MIN};
    int32_t digits[CHECKED];
    char out[CHECKED * NB_DIGIT_WIDTH + NB_FORMAT_SLACK];
    uint64_t state = 4;
    fill_digits(digits, CHECKED, DIGITS_CANONICAL, &state);
    nb_digits_format(out, digits, 0, CHECKED);
    for (size_t i = 0; i < CHECKED; i++) {
        const int32_t right = digits[i];
        for (size_t k = 0; k < sizeof(changes) / sizeof(changes[0]); k++) {
            digits[i] = (int32_t)((uint32_t)right + (uint32_t)changes[k]);
            cr_expect_not(nb_digits_are_spelled(out, digits, 0, CHECKED), "digit %zu: %d", i,
                          (int)digits[i]);
        }
        digits[i] = right;
    }
}

/* Characters whose weighted sum is right, but which are no digits: "0:" for "10". */
KERNEL_TEST(decimal_format, sums_that_are_right_by_chance_are_noticed)
{
    int32_t digits[CHECKED];
    char out[CHECKED * NB_DIGIT_WIDTH + NB_FORMAT_SLACK];
    for (size_t i = 0; i < CHECKED; i++) {
        digits[i] = 11111;
    }
    nb_digits_format(out, digits, 0, CHECKED);
    for (size_t i = 0; i + 1 < CHECKED * NB_DIGIT_WIDTH; i++) {
        out[i]--;
        out[i + 1] = (char)(out[i + 1] + 10);
        cr_expect_not(nb_digits_are_spelled(out, digits, 0, CHECKED), "character %zu", i);
        out[i]++;
        out[i + 1] = (char)(out[i + 1] - 10);
    }
}

/* What lies behind the text, and is read with it, does not matter. */
KERNEL_TEST(decimal_format, slack_is_ignored)
{
    const int32_t digits[CHECKED] = {12345};
    char out[CHECKED * NB_DIGIT_WIDTH + NB_FORMAT_SLACK];
    for (size_t count = 0; count <= CHECKED; count++) {
        for (int junk = 0; junk < 256; junk += 51) {
            nb_digits_format(out, digits, 0, count);
            memset(out + count * NB_DIGIT_WIDTH, junk, NB_FORMAT_SLACK);
            cr_expect(nb_digits_are_spelled(out, digits, 0, count), "%zu digits", count);
        }
    }
}
