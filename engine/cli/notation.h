/* The notation of jobs: how n and ranges of n are written.
 *
 *   job     = number | number ".." number [ ":" plain ]
 *   number  = plain [ "!" ]
 *   plain   = digits | digits "e" digits | digits "^" digits      "E" is as good as "e"
 *   digits  = digit { [ "_" ] digit }
 *
 * 12e3 is 12000 and 2^20 is 1048576. A range includes both ends if the step (default 1) meets the
 * upper one; "!" may stand after either end, but not after the step. */
#ifndef NB_CLI_NOTATION_H
#define NB_CLI_NOTATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* The numbers first, first + step, ..., last. A single number has first == last. */
typedef struct nb_progression {
    uint64_t first;
    uint64_t last; /* a member: last - first is a multiple of step */
    uint64_t step; /* at least 1 */
} nb_progression;

/* Large enough for every error text below, with its terminator. */
#define NB_NOTATION_ERROR_SIZE 256

/* Reads the whole of text[0, len), which may hold any bytes. NBANG_INVALID if it is not a job,
 * NBANG_OUT_OF_RANGE if a number in it exceeds 64 bits; `error` then holds one line that quotes
 * the text and says what is wrong with it, as "\"12x\" is not a number". Plain digits take some ten
 * nanoseconds, nothing is allocated. */
NB_MUST_CHECK nb_status nb_notation_parse(nb_progression *progression, const char *text, size_t len,
                                          char error[NB_NOTATION_ERROR_SIZE]);

/* Reads a single number without "!", as for an option's value. Errors as above, without a text. */
NB_MUST_CHECK nb_status nb_notation_parse_number(uint64_t *value, const char *text, size_t len);

#endif
