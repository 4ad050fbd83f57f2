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
            free(out);
        }
    }
}

KERNEL_TEST(decimal_format, nothing_is_written_beyond_the_slack)
{
    const int32_t digits[] = {12345, 99999, 0};
    for (size_t count = 0; count <= 3; count++) {
        char out[32];
        memset(out, '#', sizeof(out));
        nb_digits_format(out, digits, 0, count);
        for (size_t i = count * NB_DIGIT_WIDTH + NB_FORMAT_SLACK; i < sizeof(out); i++) {
            cr_expect_eq(out[i], '#', "%zu digits", count);
        }
    }
}
