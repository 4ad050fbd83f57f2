/* From decimal digits to characters. */
#ifndef NB_DECIMAL_FORMAT_H
#define NB_DECIMAL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Characters that may be written beyond the end of a text, which are to be ignored. */
enum { NB_FORMAT_SLACK = 3 };

/* Writes canonical digits [low, low + count) as 5 * count characters, the most significant first,
 * with leading zeros. `out` has room for NB_FORMAT_SLACK more. About 0.2 ns a character. */
void nb_digits_format(char *out, const int32_t *digits, size_t low, size_t count);

#endif
