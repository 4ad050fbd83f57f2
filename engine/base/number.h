/* Counts, sizes and durations, as people write and read them. */
#ifndef NB_BASE_NUMBER_H
#define NB_BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* The whole of text[0, len) as a non-negative decimal integer: ASCII digits only, at least one, no
 * sign, blanks or separators. NBANG_INVALID if it is anything else, NBANG_OUT_OF_RANGE if it
 * exceeds 64 bits. */
NB_MUST_CHECK nb_status nb_number_parse(uint64_t *value, const char *text, size_t len);

/* A memory size in bytes: an integer with an optional unit K, M, G or T (powers of 1024), as
 * "512M", also written "512MiB" or "512m"; not "512MB", which elsewhere is a power of 1000.
 * Errors as above. */
NB_MUST_CHECK nb_status nb_number_parse_size(uint64_t *bytes, const char *text);

/* A duration in nanoseconds: a decimal number, which may have a fraction, with a unit ms, s, m or
 * h, as "500ms", "1.5s", "5m"; without a unit it is seconds. What lies below a nanosecond is
 * dropped. Errors as above. */
NB_MUST_CHECK nb_status nb_number_parse_duration(uint64_t *ns, const char *text);

/* Large enough for every string below, with its terminator. */
#define NB_NUMBER_TEXT_SIZE 48

/* 1234567 as "1,234,567". Returns `out`. */
const char *nb_number_group(char out[NB_NUMBER_TEXT_SIZE], uint64_t value);
/* Bytes as "1.50 GiB", with three significant digits. Returns `out`. */
const char *nb_number_size(char out[NB_NUMBER_TEXT_SIZE], uint64_t bytes);
/* Nanoseconds as "950 ns", "12.3 us", "12.3 ms", "1.234 s", "12.34 s", "2 min 03 s", "1 h 02 min",
 * "3 d 04 h". Returns `out`. */
const char *nb_number_duration(char out[NB_NUMBER_TEXT_SIZE], uint64_t ns);
/* The same of a figure that need not be whole, from 0 to less than 2^63. */
const char *nb_number_duration_near(char out[NB_NUMBER_TEXT_SIZE], double ns);

#endif
