/* Decimal text of a number: its significant digits, and the zeros that follow them.
 *
 * The trailing zeros of a factorial are known beforehand, so they are never computed and never
 * stored: they come into being when the text is read. */
#ifndef NB_DECIMAL_TEXT_H
#define NB_DECIMAL_TEXT_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct nb_decimal_text {
    char *digits;           /* owned; not terminated */
    size_t num_significant; /* characters in `digits`, at least 1 unless the text is empty */
    uint64_t num_zeros;     /* zeros that follow */
} nb_decimal_text;

/* An empty text, safe to clear. */
void nb_decimal_text_init(nb_decimal_text *text);
/* Frees the digits; the text is empty again. */
void nb_decimal_text_clear(nb_decimal_text *text);

/* Sets `text` (initialised) to value * 10^num_zeros, value >= 0. `value` is consumed: its limbs
 * serve as scratch space, then they are freed, and it is 0 afterwards. NBANG_NO_MEMORY leaves both
 * as they were. Cost: GMP's radix conversion, O(M(n) log n). */
NB_MUST_CHECK nb_status nb_decimal_text_set(nb_decimal_text *text, mpz_t value, uint64_t num_zeros);

/* Digits in all. */
uint64_t nb_decimal_text_length(const nb_decimal_text *text);

/* Copies characters [offset, offset + len) into `out`; they must lie inside the text. */
void nb_decimal_text_read(const nb_decimal_text *text, uint64_t offset, char *out, size_t len);

/* The number modulo 2^61 - 1, from its characters, zeros included. */
uint64_t nb_decimal_text_residue(const nb_decimal_text *text);

#endif
