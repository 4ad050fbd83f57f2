/* Any bytes as text that can be shown. */
#ifndef NB_CLI_PRINTABLE_H
#define NB_CLI_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* A byte becomes at most this many. */
#define NB_PRINTABLE_GROWTH 4

/* Copies bytes[0, len) to `out`, with each byte that is not part of valid UTF-8 (RFC 3629, section
 * 4) written as \xNN, and so each byte of a character that would garble a terminal if `controls`.
 * `out` has room for NB_PRINTABLE_GROWTH * len bytes. Returns the length, without a terminator. A
 * backslash stays as it is: the result is for reading, not for reading back. */
size_t nb_printable_escape(char *out, const char *bytes, size_t len, bool controls);

#endif
