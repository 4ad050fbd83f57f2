/* Fuzz target: pieces of the text of a number, by any kernel, against GMP's characters. */
#include "decimal/text.h"

#include <string.h>

#include "base/residue.h"
#include "digits.h"
#include "exact.h"
#include "input.h"

enum { MAX_DIGITS = 5000, MAX_ZEROS = 300, MAX_READS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The characters of value * 10^num_zeros: for the caller to free. */
static char *characters_of(const mpz_t value, size_t num_zeros)
{
    char *characters = need_memory(mpz_sizeinbase(value, 10) + num_zeros + 2);
    mpz_get_str(characters, 10, value);
    const size_t len = strlen(characters);
    memset(characters + len, '0', num_zeros);
    characters[len + num_zeros] = '\0';
    return characters;
}

static void read_pieces(input *in, const nb_decimal_text *text, const char *expected)
{
    const size_t len = strlen(expected);
    const size_t num_reads = 1 + take_byte(in) % MAX_READS;
    for (size_t i = 0; i < num_reads && in->left > 0; i++) {
        const size_t offset = take_below(in, len + 1);
        const size_t count = take_below(in, len - offset + 1);
        char *out = need_memory(count);
        require(nb_decimal_text_read(text, offset, out, count) == NBANG_OK, "status");
        require(memcmp(out, expected + offset, count) == 0, "characters");
        free(out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    input in = {bytes, size};
    nb_fft_use_kernel(take_kernel(&in));
    const size_t num_digits = 1 + take_below(&in, MAX_DIGITS);
    const size_t num_zeros = take_below(&in, MAX_ZEROS);
    nb_decimal number;
    nb_decimal_init(&number);
    require(nb_decimal_reserve(&number, num_digits) == NBANG_OK, "memory");
    number.num_digits = num_digits;
    const int32_t top = 2 + (int32_t)take_below(&in, 65536);
    take_digits(&in, number.digits, num_digits, NB_DIGIT_MAX);
    number.digits[num_digits - 1] = top; /* so that the number is positive */
    number.residue = nb_digits_residue(number.digits, num_digits);

    mpz_t value;
    mpz_init(value);
    digits_to_integer(value, number.digits, num_digits);
    char *expected = characters_of(value, num_zeros);
    const uint64_t residue = nb_residue_mul(number.residue, nb_residue_pow(10, num_zeros));
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    nb_decimal_text_take(&text, &number, num_zeros, NULL);
    require(nb_decimal_text_length(&text) == strlen(expected), "length");
    require(nb_decimal_text_residue(&text, NULL) == residue, "residue");
    require(residue == nb_residue_append_digits(0, expected, strlen(expected)), "digits' residue");
    read_pieces(&in, &text, expected);

    nb_decimal_text_clear(&text);
    free(expected);
    mpz_clear(value);
    return 0;
}
