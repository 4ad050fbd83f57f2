/* What a factorial will be and cost, from n alone: nothing here computes the factorial. */
#ifndef NBANG_ESTIMATE_H
#define NBANG_ESTIMATE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a result consists of. */
typedef enum nbang_content {
    NBANG_CONTENT_DIGITS, /* the decimal digits of n!, most significant first, as characters */
    NBANG_CONTENT_RAW     /* n! as a binary number in the format of GMP's mpz_out_raw: how many
                             bytes follow, in 4 bytes, then those; most significant byte first */
} nbang_content;

/* Properties of n! and the predicted cost of computing it in one worker process. */
typedef struct nbang_estimate {
    uint64_t num_digits;     /* decimal digits of n!; see nbang_estimate_job */
    uint64_t trailing_zeros; /* decimal zeros at the end of n!, exact (Legendre's formula) */
    uint64_t num_bytes;      /* length of the result, digits or raw bytes; within one */
    uint64_t memory_bytes;   /* predicted peak of one worker, in bytes, above its idle size */
    uint64_t time_ns;        /* predicted time of one worker on one core, in nanoseconds */
} nbang_estimate;

/* The estimate for n!. Constant time, no allocation.
 *
 * `num_digits` comes from Stirling's series for log10(n!) in extended precision (Abramowitz and
 * Stegun, 6.1.41); it is exact for every n up to 10^9 that has been compared, and in any case
 * within one digit up to n = 10^15. Values that do not fit saturate at UINT64_MAX. `time_ns` rests
 * on a table measured on one machine, so treat it as a proportion rather than a promise. */
nbang_estimate nbang_estimate_job(uint64_t n);

/* The estimate for n! as `content`: nbang_estimate_job is that for its digits. The binary number
 * takes a fraction of the time and of the memory. */
nbang_estimate nbang_estimate_content(uint64_t n, nbang_content content);

/* The largest n that this build can compute, whatever the memory. */
uint64_t nbang_max_n(void);

#ifdef __cplusplus
}
#endif
#endif
