/* UTF-8 as it comes in from anywhere: which bytes are characters, and which of those can be shown.
 */
#ifndef NB_CLI_UTF8_H
#define NB_CLI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at the start of text[0, len), len >= 1: its length in bytes, and its code point in
 * `c`. 0 if there is none: overlong forms, surrogates and what lies above U+10FFFF are rejected
 * (RFC 3629, section 4). */
size_t nb_utf8_decode(uint32_t *c, const char *text, size_t len);

/* A character that would garble a line of a terminal: controls, invisible ones, those that change
 * the direction of text. */
bool nb_utf8_is_unprintable(uint32_t c);

#endif
