/* From decimal digits to characters. */
#ifndef NB_DECIMAL_FORMAT_H
#define NB_DECIMAL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters that may be written or read beyond the end of a text, which mean nothing. */
enum { NB_FORMAT_SLACK = 6 };

/* Writes canonical digits [low, low + count) as 5 * count characters, the most significant first,
 * with leading zeros. `out` has room for NB_FORMAT_SLACK more. About 0.1 ns a character. */
void nb_digits_format(char *out, const int32_t *digits, size_t low, size_t count);

/* Whether `text`, with NB_FORMAT_SLACK more characters that can be read, is just that: characters
 * 0 .. 9, of which each five spell their digit, which is therefore canonical. Found out by reading
 * them, not by writing them once more. About 0.05 ns a character. */
bool nb_digits_are_spelled(const char *text, const int32_t *digits, size_t low, size_t count);

#endif
