#include "decimal/number.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"

/* Digits in a cache line. */
enum { LINE_DIGITS = 16 };

void nb_decimal_init(nb_decimal *number)
{
    *number = (nb_decimal){0};
}

void nb_decimal_clear(nb_decimal *number)
{
    free(number->digits);
    nb_decimal_init(number);
}

nb_status nb_decimal_reserve(nb_decimal *number, size_t capacity)
{
    if (capacity <= number->capacity) {
        return NBANG_OK;
    }
    if (capacity > SIZE_MAX / 2 / sizeof(*number->digits)) {
        return NBANG_NO_MEMORY;
    }
    /* Whole cache lines, so that they can be stored past the caches. */
    capacity = (capacity + LINE_DIGITS - 1) / LINE_DIGITS * LINE_DIGITS;
    int32_t *digits = aligned_alloc(LINE_DIGITS * sizeof(*digits), capacity * sizeof(*digits));
    if (digits == NULL) {
        return NBANG_NO_MEMORY;
    }
    if (number->num_digits > 0) {
        memcpy(digits, number->digits, number->num_digits * sizeof(*digits));
    }
    free(number->digits);
    number->digits = digits;
    number->capacity = capacity;
    return NBANG_OK;
}

void nb_decimal_copy(nb_decimal *to, const nb_decimal *from)
{
    assert(from->num_digits <= to->capacity);
    memcpy(to->digits, from->digits, from->num_digits * sizeof(*to->digits));
    to->num_digits = from->num_digits;
    to->residue = from->residue;
}

static nb_factor as_factor(const nb_decimal *number)
{
    return (nb_factor){number->digits, number->num_digits, number->residue};
}

nb_status nb_decimal_multiply(nb_decimal *a, const nb_decimal *b, nb_multiplier *multiplier)
{
    const size_t num_digits = a->num_digits + b->num_digits;
    nb_status status = nb_decimal_reserve(a, num_digits);
    if (status != NBANG_OK) {
        return status;
    }
    uint64_t residue;
    status = nb_multiply(multiplier, a->digits, as_factor(a), as_factor(b), &residue);
    if (status != NBANG_OK) {
        nb_decimal_clear(a);
        return status;
    }
    a->num_digits = nb_digits_significant(a->digits, num_digits);
    a->residue = residue;
    return NBANG_OK;
}
