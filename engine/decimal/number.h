/* Decimal numbers. */
#ifndef NB_DECIMAL_NUMBER_H
#define NB_DECIMAL_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/multiply.h"

/* A number greater than zero, or none if `digits` is NULL. */
typedef struct nb_decimal {
    int32_t *digits;   /* owned: balanced digits (decimal/digits.h), least significant first */
    size_t capacity;   /* of digits */
    size_t num_digits; /* without leading zeros */
    uint64_t residue;  /* modulo 2^61 - 1 */
} nb_decimal;

/* No number yet, safe to clear. */
void nb_decimal_init(nb_decimal *number);
/* Frees the digits; there is no number then. */
void nb_decimal_clear(nb_decimal *number);

/* Sets `to`, which has room for it, to the same number. */
void nb_decimal_copy(nb_decimal *to, const nb_decimal *from);

/* Makes room for `capacity` digits, keeping the num_digits that there are. */
NB_MUST_CHECK nb_status nb_decimal_reserve(nb_decimal *number, size_t capacity);

/* a = a * b, in place, as nb_multiply does it; b may be a. If that fails, there is no number in a
 * any more, unless memory was short from the start. */
NB_MUST_CHECK nb_status nb_decimal_multiply(nb_decimal *a, const nb_decimal *b,
                                            nb_multiplier *multiplier);

#endif
