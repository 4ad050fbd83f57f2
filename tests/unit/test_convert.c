/* From GMP's limbs to digits. */
#include "decimal/convert.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "digits.h"
#include "exact.h"

/* Converts with exactly the memory that is asked for, and compares. */
static void expect_digits_of(const mpz_t value)
{
    const size_t num_limbs = mpz_size(value), max_digits = nb_convert_max_digits(num_limbs);
    mp_limb_t *limbs = need_memory(num_limbs * sizeof(*limbs));
    memcpy(limbs, mpz_limbs_read(value), num_limbs * sizeof(*limbs));
    int32_t *digits = need_memory(max_digits * sizeof(*digits));
    unsigned char *scratch = need_memory(nb_convert_scratch_size(num_limbs));

    const size_t num_digits = nb_convert_limbs(digits, limbs, num_limbs, scratch);
    cr_assert_leq(num_digits, max_digits);
    cr_assert_eq(nb_digits_significant(digits, num_digits), num_digits, "no leading zeros");
    cr_assert_leq(largest_digit(digits, num_digits), NB_DIGIT_BASE / 2);
    mpz_t found;
    mpz_init(found);
    digits_to_integer(found, digits, num_digits);
    cr_assert_eq(mpz_cmp(found, value), 0, "%zu limbs", num_limbs);
    mpz_clear(found);
    free(limbs);
    free(digits);
    free(scratch);
}

Test(convert, small_numbers)
{
    mpz_t value;
    mpz_init(value);
    for (unsigned long n = 1; n <= 200000; n += 1 + n / 300) {
        mpz_set_ui(value, n);
        expect_digits_of(value);
    }
    for (unsigned long n = 49990; n <= 50010; n++) {
        mpz_set_ui(value, n);
        expect_digits_of(value);
    }
    mpz_clear(value);
}

Test(convert, numbers_around_powers_of_ten_and_their_halves)
{
    mpz_t power, value;
    mpz_inits(power, value, NULL);
    for (unsigned long exponent = 1; exponent < 300; exponent++) {
        mpz_ui_pow_ui(power, 10, exponent);
        for (unsigned divisor = 1; divisor <= 2; divisor++) {
            mpz_fdiv_q_ui(value, power, divisor);
            mpz_sub_ui(value, value, 1);
            for (unsigned i = 0; i < 3; i++) {
                if (mpz_sgn(value) > 0) {
                    expect_digits_of(value);
                }
                mpz_add_ui(value, value, 1);
            }
        }
    }
    mpz_clears(power, value, NULL);
}

Test(convert, numbers_of_any_number_of_limbs)
{
    gmp_randstate_t random;
    gmp_randinit_default(random);
    mpz_t value;
    mpz_init(value);
    for (mp_bitcnt_t limbs = 1; limbs < 5000; limbs += 1 + limbs / 3) {
        for (mp_bitcnt_t unused = 0; unused < GMP_NUMB_BITS; unused += 21) {
            const mp_bitcnt_t bits = limbs * GMP_NUMB_BITS - unused;
            mpz_urandomb(value, random, bits);
            mpz_setbit(value, bits - 1);
            expect_digits_of(value);
            mpz_rrandomb(value, random, bits); /* long runs of ones and zeros */
            expect_digits_of(value);
        }
        mpz_set_ui(value, 0);
        mpz_setbit(value, limbs * GMP_NUMB_BITS);
        mpz_sub_ui(value, value, 1); /* the most digits that these limbs can have */
        expect_digits_of(value);
    }
    mpz_clear(value);
    gmp_randclear(random);
}
