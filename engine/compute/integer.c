#include "compute/integer.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "base/residue.h"
#include "compute/cost.h"
#include "compute/primes.h"

static_assert(GMP_NUMB_BITS == 64 && sizeof(mp_limb_t) == sizeof(uint64_t), "limbs are words");

/* ---- the number ---- */

/* n! = odd part without fives * 5^v_5(n!) * 2^v_2(n!). */
static nb_status multiply_primes(mpz_t value, uint64_t n)
{
    nb_status status = nb_primes_factorial_part(value, n, 3, n + 1);
    if (status != NBANG_OK) {
        return status;
    }
    mpz_t fives;
    mpz_init(fives);
    mpz_ui_pow_ui(fives, 5, nb_cost_legendre(n, 5));
    mpz_mul(value, value, fives);
    mpz_clear(fives);
    mpz_mul_2exp(value, value, nb_cost_legendre(n, 2));
    return NBANG_OK;
}

nb_status nb_factorial_integer(mpz_t value, uint64_t n, nb_factorial_path path)
{
    assert(n <= NB_FACTORIAL_MAX_N);
    if (path == NB_FACTORIAL_PRIMES) {
        return multiply_primes(value, n);
    }
    mpz_fac_ui(value, n);
    return NBANG_OK;
}

uint64_t nb_integer_residue(const mpz_t value)
{
    return mpz_fdiv_ui(value, NB_RESIDUE_MODULUS);
}

const char *nb_integer_gmp_version(void)
{
    return gmp_version;
}

/* ---- its raw format ---- */

/* Bytes of the number itself; 0 for 0. */
static uint64_t num_bytes(const mpz_t value)
{
    return mpz_sgn(value) == 0 ? 0 : (mpz_sizeinbase(value, 2) + 7) / 8;
}

uint64_t nb_integer_raw_length(const mpz_t value)
{
    assert(mpz_sgn(value) >= 0 && num_bytes(value) <= NB_INTEGER_RAW_MAX_BYTES);
    return NB_INTEGER_RAW_HEADER_BYTES + num_bytes(value);
}

void nb_integer_raw_read(const mpz_t value, uint64_t offset, unsigned char *out, size_t len)
{
    const uint64_t bytes = num_bytes(value);
    const mp_limb_t *limbs = mpz_limbs_read(value);
    assert(offset <= nb_integer_raw_length(value));
    assert(len <= nb_integer_raw_length(value) - offset);

    for (; len > 0 && offset < NB_INTEGER_RAW_HEADER_BYTES; len--, offset++) {
        *out++ = (unsigned char)(bytes >> 8 * (NB_INTEGER_RAW_HEADER_BYTES - 1 - offset));
    }
    /* What is still to come of the number, this byte included: whole limbs where they end evenly,
     * single bytes before and after them. */
    uint64_t left = NB_INTEGER_RAW_HEADER_BYTES + bytes - offset;
    while (len > 0) {
        mp_limb_t limb = limbs[(left - 1) / sizeof(limb)];
        if (left % sizeof(limb) == 0 && len >= sizeof(limb)) {
            uint64_t word = htobe64(limb);
            memcpy(out, &word, sizeof(word));
            out += sizeof(word);
            len -= sizeof(word);
            left -= sizeof(word);
        } else {
            *out++ = (unsigned char)(limb >> 8 * ((left - 1) % sizeof(limb)));
            len--;
            left--;
        }
    }
}
