/* Where a worker gets its numbers from: it computes them, or makes them of one that it has kept.
 * Either way a number is checked before anybody sees it. */
#ifndef NB_RUN_NUMBERS_H
#define NB_RUN_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "compute/kept.h"
#include "decimal/multiply.h"
#include "decimal/text.h"

/* What a job may do with the large number that is kept. Numbers up to NB_NUMBERS_NEAR_MAX have a
 * place of their own, which always serves: it takes 60 KB at most. */
typedef enum nb_reuse {
    NB_REUSE_NONE = 0,
    NB_REUSE_USE = 1, /* it may be made of it, and then replaces it */
    NB_REUSE_KEEP = 2 /* it is kept itself, in place of what was kept before */
} nb_reuse;

#define NB_NUMBERS_NEAR_MAX UINT64_C(17000)

/* Texts of small factorials are kept, since batches of small numbers repeat themselves: at most
 * 0.3 MB in all. They are checked again each time that they are sent. */
#define NB_NUMBERS_TEXTS 512

typedef struct nb_numbers_text {
    nb_decimal_text text; /* characters is NULL if not computed yet */
    uint64_t residue;     /* of n!, by the independent path */
} nb_numbers_text;

typedef struct nb_numbers {
    nb_multiplier multiplier;
    bool verify; /* whether numbers are checked */
    bool reuse;  /* whether anything is kept at all */
    nb_numbers_text texts[NB_NUMBERS_TEXTS];
    nb_kept near;         /* the last of the smaller numbers */
    nb_kept large;        /* a larger one */
    bool drops_large;     /* when the present one is released */
    nb_decimal_text text; /* the present one, unless it belongs to one of those above */
    nb_decimal_text view; /* of the present one, if it is `near` or `large`; not owned */
} nb_numbers;

void nb_numbers_init(nb_numbers *numbers, bool verify, bool reuse);
void nb_numbers_clear(nb_numbers *numbers);

/* The text of n!, n <= NB_FACTORIAL_MAX_N, until nb_numbers_release. If verification is on, its
 * residue has been found to be that of n!; a number that fails is computed again, along the first
 * path if it was made of another, then on the other one. NBANG_UNVERIFIED if that fails as well;
 * NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_numbers_get(nb_numbers *numbers, const nb_decimal_text **text,
                                       uint64_t n, nb_reuse reuse);

/* The present text is not needed any more: frees it, unless it is to be kept. */
void nb_numbers_release(nb_numbers *numbers);

/* The large number that is kept is not needed any more. */
void nb_numbers_forget(nb_numbers *numbers);

#endif
