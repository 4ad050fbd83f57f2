#include "decimal/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"

void nb_decimal_text_init(nb_decimal_text *text)
{
    *text = (nb_decimal_text){0};
}

void nb_decimal_text_clear(nb_decimal_text *text)
{
    free(text->digits);
    nb_decimal_text_init(text);
}

/* Characters that mpn_get_str may write for a number of `num_limbs` limbs, including the one that
 * its manual asks for on top: a bit is log10(2) < 0.30103 digits. */
static size_t buffer_size(size_t num_limbs)
{
    return num_limbs * GMP_NUMB_BITS * 30103 / 100000 + 2;
}

nb_status nb_decimal_text_set(nb_decimal_text *text, mpz_t value, uint64_t num_zeros)
{
    assert(mpz_sgn(value) >= 0);
    size_t num_limbs = mpz_size(value);
    char *digits = malloc(buffer_size(num_limbs));
    if (!digits) {
        return NBANG_NO_MEMORY;
    }

    /* Not mpz_get_str: that one works on a copy of the number. */
    size_t num_digits = 1;
    if (num_limbs == 0) {
        digits[0] = 0;
        num_zeros = 0;
    } else {
        num_digits =
            mpn_get_str((unsigned char *)digits, 10, mpz_limbs_modify(value, (mp_size_t)num_limbs),
                        (mp_size_t)num_limbs);
    }
    mpz_clear(value);
    mpz_init(value);

    for (size_t i = 0; i < num_digits; i++) {
        digits[i] = (char)(digits[i] + '0');
    }
    free(text->digits);
    *text = (nb_decimal_text){digits, num_digits, num_zeros};
    return NBANG_OK;
}

uint64_t nb_decimal_text_length(const nb_decimal_text *text)
{
    return text->num_significant + text->num_zeros;
}

void nb_decimal_text_read(const nb_decimal_text *text, uint64_t offset, char *out, size_t len)
{
    assert(offset <= nb_decimal_text_length(text));
    assert(len <= nb_decimal_text_length(text) - offset);
    size_t copied = 0;
    if (offset < text->num_significant) {
        size_t available = text->num_significant - (size_t)offset;
        copied = len < available ? len : available;
        memcpy(out, text->digits + offset, copied);
    }
    memset(out + copied, '0', len - copied);
}

uint64_t nb_decimal_text_residue(const nb_decimal_text *text)
{
    uint64_t residue = nb_residue_append_digits(0, text->digits, text->num_significant);
    return nb_residue_mul(residue, nb_residue_pow(10, text->num_zeros));
}
