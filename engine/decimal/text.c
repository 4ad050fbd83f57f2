#include "decimal/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/residue.h"
#include "decimal/convert.h"
#include "decimal/digits.h"
#include "decimal/digits_team.h"
#include "decimal/format.h"

void nb_decimal_text_init(nb_decimal_text *text)
{
    *text = (nb_decimal_text){0};
}

void nb_decimal_text_clear(nb_decimal_text *text)
{
    free(text->characters);
    free(text->digits);
    nb_decimal_text_init(text);
}

nb_status nb_decimal_text_set(nb_decimal_text *text, mpz_t value, uint64_t num_zeros)
{
    assert(mpz_sgn(value) >= 0);
    size_t num_limbs = mpz_size(value);
    char *characters = malloc(nb_convert_scratch_size(num_limbs));
    if (characters == NULL) {
        return NBANG_NO_MEMORY;
    }

    /* Not mpz_get_str: that one works on a copy of the number. */
    size_t num_digits = 1;
    if (num_limbs == 0) {
        characters[0] = 0;
        num_zeros = 0;
    } else {
        num_digits =
            mpn_get_str((unsigned char *)characters, 10,
                        mpz_limbs_modify(value, (mp_size_t)num_limbs), (mp_size_t)num_limbs);
    }
    mpz_clear(value);
    mpz_init(value);

    for (size_t i = 0; i < num_digits; i++) {
        characters[i] = (char)(characters[i] + '0');
    }
    nb_decimal_text_clear(text);
    text->characters = characters;
    text->num_significant = num_digits;
    text->num_zeros = num_zeros;
    return NBANG_OK;
}

/* Characters of a digit without leading zeros. */
static size_t width_of(int32_t digit)
{
    size_t width = 1;
    for (; digit >= 10; digit /= 10) {
        width++;
    }
    return width;
}

nb_decimal_text nb_decimal_text_of(const nb_decimal *number, uint64_t num_zeros)
{
    assert(number->num_digits > 0);
    const int32_t top = number->digits[number->num_digits - 1];
    assert(top > 0 && top < NB_DIGIT_BASE);
    return (nb_decimal_text){
        .digits = number->digits,
        .num_digits = number->num_digits,
        .num_significant = (uint64_t)(number->num_digits - 1) * NB_DIGIT_WIDTH + width_of(top),
        .num_zeros = num_zeros,
    };
}

void nb_decimal_text_take(nb_decimal_text *text, nb_decimal *number, uint64_t num_zeros,
                          nb_team *team)
{
    nb_decimal_text_clear(text);
    number->num_digits = nb_digits_team_canonicalise(team, number->digits, number->num_digits);
    *text = nb_decimal_text_of(number, num_zeros);
    nb_decimal_init(number);
}

/* The digit that ends with the character before `end`. */
static int32_t digit_before(const char *characters, size_t end)
{
    int32_t digit = 0;
    for (size_t i = end > NB_DIGIT_WIDTH ? end - NB_DIGIT_WIDTH : 0; i < end; i++) {
        digit = 10 * digit + (characters[i] - '0');
    }
    return digit;
}

nb_status nb_decimal_text_release(nb_decimal_text *text, nb_decimal *number)
{
    if (text->characters == NULL) {
        number->digits = text->digits;
        number->capacity = number->num_digits = text->num_digits;
        nb_decimal_text_init(text);
        return NBANG_OK;
    }
    const size_t num_digits = (text->num_significant + NB_DIGIT_WIDTH - 1) / NB_DIGIT_WIDTH;
    nb_status status = nb_decimal_reserve(number, num_digits);
    if (status != NBANG_OK) {
        return status;
    }
    for (size_t i = 0; i < num_digits; i++) {
        number->digits[i] =
            digit_before(text->characters, text->num_significant - i * NB_DIGIT_WIDTH);
    }
    number->num_digits = num_digits;
    nb_decimal_text_clear(text);
    return NBANG_OK;
}

uint64_t nb_decimal_text_length(const nb_decimal_text *text)
{
    return text->num_significant + text->num_zeros;
}

/* ---- reading ---- */

/* Digits that are formatted and checked at once: their characters stay in the L1 cache. */
enum { PIECE = 2048 };

/* Whole digits [low, low + count), with room for NB_FORMAT_SLACK characters more. */
static nb_status format_checked(char *out, const int32_t *digits, size_t low, size_t count)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        nb_digits_format(out, digits, low, count);
        out[0] ^= nb_fault("misprint", (uint64_t)attempt); /* for tests */
        if (nb_digits_are_spelled(out, digits, low, count)) {
            return NBANG_OK;
        }
    }
    return NBANG_UNVERIFIED;
}

/* Up to PIECE digits, as far as `len` characters from `offset` on go; counting from the first
 * character of the top digit, leading zeros included. Returns through `done` how many characters
 * there are. */
static nb_status read_piece(const nb_decimal_text *text, uint64_t offset, char *out, size_t len,
                            size_t *done)
{
    const size_t from_top = (size_t)(offset / NB_DIGIT_WIDTH);
    const size_t skipped = (size_t)(offset % NB_DIGIT_WIDTH);
    size_t count = (skipped + len + NB_DIGIT_WIDTH - 1) / NB_DIGIT_WIDTH;
    count = count < PIECE ? count : PIECE;
    size_t available = count * NB_DIGIT_WIDTH - skipped;
    *done = available < len ? available : len;

    char buffer[PIECE * NB_DIGIT_WIDTH + NB_FORMAT_SLACK];
    const size_t low = text->num_digits - from_top - count;
    nb_status status = format_checked(buffer, text->digits, low, count);
    memcpy(out, buffer + skipped, *done);
    return status;
}

static nb_status read_digits(const nb_decimal_text *text, uint64_t offset, char *out, size_t len)
{
    offset += text->num_digits * (uint64_t)NB_DIGIT_WIDTH - text->num_significant;
    nb_status status = NBANG_OK;
    while (len > 0 && status == NBANG_OK) {
        size_t done;
        status = read_piece(text, offset, out, len, &done);
        offset += done;
        out += done;
        len -= done;
    }
    return status;
}

nb_status nb_decimal_text_read(const nb_decimal_text *text, uint64_t offset, char *out, size_t len)
{
    assert(offset <= nb_decimal_text_length(text));
    assert(len <= nb_decimal_text_length(text) - offset);
    size_t significant = 0;
    nb_status status = NBANG_OK;
    if (offset < text->num_significant) {
        uint64_t available = text->num_significant - offset;
        significant = len < available ? len : (size_t)available;
        if (text->characters != NULL) {
            memcpy(out, text->characters + offset, significant);
        } else {
            status = read_digits(text, offset, out, significant);
        }
    }
    memset(out + significant, '0', len - significant);
    return status;
}

uint64_t nb_decimal_text_residue(const nb_decimal_text *text, nb_team *team)
{
    uint64_t residue = text->characters != NULL
                           ? nb_residue_append_digits(0, text->characters, text->num_significant)
                           : nb_digits_team_residue(team, text->digits, text->num_digits);
    return nb_residue_mul(residue, nb_residue_pow(10, text->num_zeros));
}
