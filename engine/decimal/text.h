/* Decimal text of a number: its significant digits, and the zeros that follow them.
 *
 * The trailing zeros of a factorial are known beforehand, so they are never computed and never
 * stored: they come into being when the text is read. The significant digits of large numbers are
 * not stored as characters either: they are formatted piece by piece while they are read. */
#ifndef NB_DECIMAL_TEXT_H
#define NB_DECIMAL_TEXT_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/number.h"

typedef struct nb_decimal_text {
    char *characters;         /* owned; not terminated; NULL if there are digits instead */
    int32_t *digits;          /* owned; canonical, least significant first (decimal/digits.h) */
    size_t num_digits;        /* of those */
    uint64_t num_significant; /* characters, at least 1 unless the text is empty */
    uint64_t num_zeros;       /* zeros that follow */
} nb_decimal_text;

/* An empty text, safe to clear. */
void nb_decimal_text_init(nb_decimal_text *text);
/* Frees the digits; the text is empty again. */
void nb_decimal_text_clear(nb_decimal_text *text);

/* Sets `text` (initialised) to value * 10^num_zeros, value >= 0. `value` is consumed: its limbs
 * serve as scratch space, then they are freed, and it is 0 afterwards. NBANG_NO_MEMORY leaves both
 * as they were. Cost: GMP's radix conversion, O(M(n) log n). */
NB_MUST_CHECK nb_status nb_decimal_text_set(nb_decimal_text *text, mpz_t value, uint64_t num_zeros);

/* Sets `text` (initialised) to number * 10^num_zeros, number < 10^(5 num_digits). `number` is
 * consumed: its digits become the text's, canonical now, and there is no number afterwards. One
 * pass over the digits, which the team shares (NULL: none). */
void nb_decimal_text_take(nb_decimal_text *text, nb_decimal *number, uint64_t num_zeros,
                          nb_team *team);

/* The text of number * 10^num_zeros, the number being canonical. It shares the number's digits: it
 * is not to be cleared, and valid until they change. */
nb_decimal_text nb_decimal_text_of(const nb_decimal *number, uint64_t num_zeros);

/* Sets `number` (cleared) to what `text` says without its num_zeros zeros, with canonical digits
 * and a residue that means nothing; it must not be 0. The text is consumed. NBANG_NO_MEMORY leaves
 * it as it was. Takes no time if the text has digits. */
NB_MUST_CHECK nb_status nb_decimal_text_release(nb_decimal_text *text, nb_decimal *number);

/* Digits in all. */
uint64_t nb_decimal_text_length(const nb_decimal_text *text);

/* Writes characters [offset, offset + len) to `out`; they must lie inside the text. Those that are
 * formatted now are checked against the digits that they come from, and formatted once more if that
 * fails: NBANG_UNVERIFIED if it fails again, or the digits are not canonical. */
NB_MUST_CHECK nb_status nb_decimal_text_read(const nb_decimal_text *text, uint64_t offset,
                                             char *out, size_t len);

/* The number modulo 2^61 - 1, from its digits or characters, zeros included. One pass over them,
 * which the team shares (NULL: none). */
uint64_t nb_decimal_text_residue(const nb_decimal_text *text, nb_team *team);

#endif
