/* n! as a binary number, for those who want that and not its digits: GMP's arithmetic from the
 * first factor to the last byte. Nothing here goes through decimal. */
#ifndef NB_COMPUTE_INTEGER_H
#define NB_COMPUTE_INTEGER_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "compute/factorial.h"

/* Sets `value` (initialised) to n!, n <= NB_FACTORIAL_MAX_N; every n has two ways. mpz_fac_ui is
 * the faster one: the prime powers take 1.15 to 1.35 times as long from 1000! to 4,000,000!
 * (GMP 6.2.1), because those of 5 are multiplied last. NBANG_NO_MEMORY if the sieve cannot have its
 * memory. Not verified: see compute/residue.h. */
NB_MUST_CHECK nb_status nb_factorial_integer(mpz_t value, uint64_t n, nb_factorial_path path);

/* value mod 2^61 - 1, value >= 0. */
uint64_t nb_integer_residue(const mpz_t value);

/* The version of GMP that this process runs with, as "6.2.1". Static storage. */
const char *nb_integer_gmp_version(void);

/* ---- GMP's raw format ----
 *
 * What mpz_out_raw writes and mpz_inp_raw reads (GMP manual, 16.4, "Raw Output Internals"): the
 * number of bytes, in 4 bytes, then the bytes of the number, the first of which is not 0; all of it
 * most significant byte first. The number of bytes is signed, since its sign is that of the number:
 * GMP 6.2 writes 2^31 bytes and more without complaint, and reads them back as a negative number.
 */

/* The largest n whose factorial has no more than 2^31 - 1 bytes. */
#define NB_INTEGER_RAW_MAX_N UINT64_C(618821160)
#define NB_INTEGER_RAW_MAX_BYTES ((UINT64_C(1) << 31) - 1)
#define NB_INTEGER_RAW_HEADER_BYTES 4

/* Bytes of the raw format of `value`, header included; 0 <= value, and it must fit. */
uint64_t nb_integer_raw_length(const mpz_t value);

/* Writes bytes [offset, offset + len) of the raw format to `out`; they must lie inside it.
 * Gigabytes a second. */
void nb_integer_raw_read(const mpz_t value, uint64_t offset, unsigned char *out, size_t len);

#endif
