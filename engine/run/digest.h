/* SHA-256 of what a result carries. */
#ifndef NB_RUN_DIGEST_H
#define NB_RUN_DIGEST_H

#include "base/status.h"
#include "run/codec.h"
#include "run/content.h"

/* The SHA-256 (FIPS 180-4) of all bytes of `content`, of which nothing has been read yet. Of a
 * decimal text that is all its characters, zeros included, without a line end. Fails as reading the
 * content does. */
NB_MUST_CHECK nb_status nb_digest_content(unsigned char sha256[NB_SHA256_BYTES],
                                          nb_content *content);

/* The digest as 64 lower-case hex characters and a terminator. */
void nb_digest_hex(char hex[2 * NB_SHA256_BYTES + 1], const unsigned char sha256[NB_SHA256_BYTES]);

#endif
