/* A factorial that is kept, so that larger ones can be made of it: n! = m! * (m + 1) * ... * n. */
#ifndef NB_COMPUTE_KEPT_H
#define NB_COMPUTE_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/multiply.h"
#include "decimal/number.h"
#include "decimal/text.h"

/* n!, or nothing if there are no digits. */
typedef struct nb_kept {
    uint64_t n;
    nb_decimal number;  /* n! / 10^num_zeros; its digits are canonical, its residue means nothing */
    uint64_t num_zeros; /* not all there are: up to four more are in the lowest digit */
    uint64_t residue;   /* of n! modulo 2^61 - 1, by a recurrence of its own */
} nb_kept;

/* Nothing yet, safe to clear. */
void nb_kept_init(nb_kept *kept);
/* Frees the digits; nothing is kept then. */
void nb_kept_clear(nb_kept *kept);

/* Whether there is a number. */
static inline bool nb_kept_is_there(const nb_kept *kept)
{
    return kept->number.digits != NULL;
}

/* Bytes of memory that the number takes. */
static inline size_t nb_kept_bytes(const nb_kept *kept)
{
    return kept->number.capacity * sizeof(*kept->number.digits);
}

/* Keeps n! from now on, of which `text` is the text and `residue` the residue. The text is
 * consumed: it is empty afterwards. NBANG_NO_MEMORY: nothing is kept then. */
NB_MUST_CHECK nb_status nb_kept_set(nb_kept *kept, uint64_t n, nb_decimal_text *text,
                                    uint64_t residue);

/* Makes n! of what is kept, kept->n <= n <= NB_FACTORIAL_MAX_N. Few factors are multiplied by word
 * for word, one pass over the digits for each; the product of many is computed first. Which is
 * better, and what it takes, is what nb_cost_of_steps says. Not verified as a whole: the residue is
 * advanced by other operations, and is to be compared with that of the text.
 *
 * Nothing is kept any more after NBANG_NO_MEMORY, or NBANG_UNVERIFIED if a product failed its
 * check. */
NB_MUST_CHECK nb_status nb_kept_advance(nb_kept *kept, nb_multiplier *multiplier, uint64_t n);

/* The text, which shares the digits: not to be cleared, and valid until something else is kept. */
nb_decimal_text nb_kept_text(const nb_kept *kept);

#endif
