/* Content: what a result carries besides its header. Its length is known beforehand, and it is read
 * once, from the first byte to the last, by whoever sends it on or takes its digest. */
#ifndef NB_RUN_CONTENT_H
#define NB_RUN_CONTENT_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "decimal/text.h"

/* Who reads a content offers room for at least so many bytes, or for all that is left of it: enough
 * for any group of digits that can only be formatted as a whole. */
#define NB_CONTENT_MIN_SIZE ((size_t)4096)

typedef struct nb_content nb_content;

struct nb_content {
    uint64_t len;       /* bytes in all */
    uint64_t offset;    /* bytes that have been read */
    const void *source; /* what they are made of; not owned, not to be changed meanwhile */

    /* Writes the next bytes, from `offset` on: at least one and at most `size`, which is not more
     * than what is left. Returns through `filled` how many, fewer than `size` if that is where a
     * group of digits ends. Any other status than NBANG_OK says that the rest cannot be had, as
     * NBANG_UNVERIFIED if it is not what it should be. Called by nb_content_read only. */
    nb_status (*fill)(const nb_content *content, unsigned char *out, size_t size, size_t *filled);
};

/* The characters of a decimal text. */
nb_content nb_content_digits(const nb_decimal_text *text);

/* The number in GMP's raw format (compute/integer.h), which it must fit. */
nb_content nb_content_raw(const mpz_t value);

/* Reads on: up to `size` bytes to `out`, `len` of them in fact, 0 only when all have been read.
 * After a failure, that of `fill`, the content is not to be read any more. */
NB_MUST_CHECK nb_status nb_content_read(nb_content *content, void *out, size_t size, size_t *len);

#endif
