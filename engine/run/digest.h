/* SHA-256 of a decimal text. */
#ifndef NB_RUN_DIGEST_H
#define NB_RUN_DIGEST_H

#include "base/status.h"
#include "decimal/text.h"
#include "run/codec.h"

/* The SHA-256 (FIPS 180-4) of the text's characters, zeros included, without a line end.
 * NBANG_NO_MEMORY if the library cannot. */
NB_MUST_CHECK nb_status nb_digest_text(unsigned char sha256[NB_SHA256_BYTES],
                                       const nb_decimal_text *text);

/* The digest as 64 lower-case hex characters and a terminator. */
void nb_digest_hex(char hex[2 * NB_SHA256_BYTES + 1], const unsigned char sha256[NB_SHA256_BYTES]);

#endif
