/* Arrays of digits, against the numbers that they stand for: by the passes over digits of every
 * kernel where it is theirs. */
#include "decimal/digits.h"

#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "digits.h"
#include "exact.h"
#include "kernels.h"

/* Around the number of digits that are worked on at once, which is a power of two, and others. */
static const size_t lengths[] = {0,   1,   2,   3,    7,    17,   63,   64,   65,   100,
                                 127, 128, 255, 1023, 1024, 1025, 2049, 4096, 4097, 10000};
enum { NUM_LENGTHS = sizeof(lengths) / sizeof(lengths[0]) };

/* ---- residues ---- */

KERNEL_TEST(digits, residue_is_that_of_the_number)
{
    mpz_t value;
    mpz_init(value);
    uint64_t state = 1;
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        for (size_t i = 0; i < NUM_LENGTHS; i++) {
            int32_t *digits = new_digits(lengths[i], pattern, &state);
            digits_to_integer(value, digits, lengths[i]);
            cr_assert_eq(nb_digits_residue(digits, lengths[i]),
                         mpz_fdiv_ui(value, NB_RESIDUE_MODULUS), "%zu digits, %s", lengths[i],
                         digit_pattern_name(pattern));
            free(digits);
        }
    }
    mpz_clear(value);
}

KERNEL_TEST(digits, residue_of_a_negative_number_is_that_of_its_complement)
{
    int32_t digits[5000], negated[5000];
    uint64_t state = 2;
    fill_digits(digits, 5000, DIGITS_WIDE, &state);
    for (size_t i = 0; i < 5000; i++) {
        negated[i] = -digits[i];
    }
    cr_expect_eq(nb_residue_add(nb_digits_residue(digits, 5000), nb_digits_residue(negated, 5000)),
                 0);
}

KERNEL_TEST(digits, one_wrong_digit_changes_the_residue)
{
    enum { COUNT = 3000 };
    int32_t digits[COUNT];
    uint64_t state = 3;
    fill_digits(digits, COUNT, DIGITS_BALANCED, &state);
    const uint64_t right = nb_digits_residue(digits, COUNT);
    for (size_t i = 0; i < COUNT; i += 7) {
        for (int bit = 0; bit < 17; bit++) {
            digits[i] ^= 1 << bit;
            cr_assert_neq(nb_digits_residue(digits, COUNT), right);
            digits[i] ^= 1 << bit;
        }
    }
}

/* ---- leading zeros, canonical digits ---- */

Test(digits, leading_zeros_are_not_significant)
{
    int32_t digits[64] = {0};
    cr_expect_eq(nb_digits_significant(digits, 0), 0);
    cr_expect_eq(nb_digits_significant(digits, 64), 0);
    for (size_t i = 0; i < 64; i++) {
        digits[i] = i % 2 == 0 ? -1 : 1;
        cr_expect_eq(nb_digits_significant(digits, 64), i + 1);
        cr_expect_eq(nb_digits_significant(digits, i + 1), i + 1);
        cr_expect_eq(nb_digits_significant(digits, i), i);
    }
}

/* The digits are those that GMP makes of the number. */
static void expect_canonical(const mpz_t value, const int32_t *digits, size_t num_digits)
{
    mpz_t rest;
    mpz_init_set(rest, value);
    for (size_t i = 0; i < num_digits; i++) {
        cr_assert_eq((int32_t)mpz_fdiv_q_ui(rest, rest, NB_DIGIT_BASE), digits[i], "digit %zu", i);
    }
    cr_assert_eq(mpz_sgn(rest), 0);
    mpz_clear(rest);
}

KERNEL_TEST(digits, canonical_digits_are_those_of_gmp)
{
    static const size_t sizes[] = {1, 2, 3, 100, 1023, 1024, 1025, 3000};
    mpz_t value;
    mpz_init(value);
    uint64_t state = 4;
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        for (size_t i = 0; i < 8; i++) {
            const size_t num_digits = sizes[i] + 1;
            int32_t *digits = new_digits(num_digits, pattern, &state);
            digits[num_digits - 1] = 1 + (int32_t)random_below(&state, 90000); /* positive */
            digits_to_integer(value, digits, num_digits);
            const size_t significant = nb_digits_canonicalise(digits, num_digits);
            cr_assert_eq(significant, nb_digits_significant(digits, num_digits));
            expect_canonical(value, digits, num_digits);
            free(digits);
        }
    }
    mpz_clear(value);
}

KERNEL_TEST(digits, carries_go_all_the_way)
{
    enum { COUNT = 3000 };
    int32_t digits[COUNT] = {0};
    digits[0] = -1; /* 10^14995 - 1 */
    digits[COUNT - 1] = 1;
    cr_expect_eq(nb_digits_canonicalise(digits, COUNT), COUNT - 1);
    for (size_t i = 0; i + 1 < COUNT; i++) {
        cr_assert_eq(digits[i], NB_DIGIT_BASE - 1);
    }
    digits[0]++;
    cr_expect_eq(nb_digits_canonicalise(digits, COUNT), COUNT);
    cr_expect_eq(nb_digits_significant(digits, COUNT - 1), 0);
    cr_expect_eq(digits[COUNT - 1], 1);
}

Test(digits, zero_has_no_canonical_digits)
{
    int32_t digits[] = {NB_DIGIT_BASE, -1, 0};
    cr_expect_eq(nb_digits_canonicalise(digits, 3), 0);
    cr_expect_eq(nb_digits_canonicalise(digits, 0), 0);
}

KERNEL_TEST(digits, top_digit_keeps_what_does_not_fit)
{
    int32_t digits[] = {100001, 99999};
    cr_expect_eq(nb_digits_canonicalise(digits, 2), 2);
    cr_expect_eq(digits[0], 1);
    cr_expect_eq(digits[1], 100000);
}

/* ---- sums ---- */

static void expect_sum(digit_pattern pattern, size_t num_digits, size_t num_addend)
{
    uint64_t state = num_digits + num_addend;
    int32_t *digits = new_digits(num_digits + 1, pattern, &state);
    int32_t *addend = new_digits(num_addend, pattern, &state);
    digits[num_digits] = 77777;
    mpz_t x, y, z;
    mpz_inits(x, y, z, NULL);
    digits_to_integer(x, digits, num_digits);
    digits_to_integer(y, addend, num_addend);
    mpz_add(x, x, y);
    nb_digits_add(digits, num_digits, addend, num_addend);
    digits_to_integer(z, digits, num_digits);
    cr_assert_eq(mpz_cmp(x, z), 0, "%zu and %zu digits, %s", num_digits, num_addend,
                 digit_pattern_name(pattern));
    cr_assert_eq(digits[num_digits], 77777);
    if (num_digits > num_addend + 1) {
        cr_assert_leq(largest_digit(digits, num_digits), NB_DIGIT_MAX + 3);
    }
    mpz_clears(x, y, z, NULL);
    free(digits);
    free(addend);
}

KERNEL_TEST(digits, sums_of_all_lengths)
{
    for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        for (size_t num_digits = 0; num_digits <= 40; num_digits++) {
            for (size_t num_addend = 0; num_addend <= num_digits; num_addend++) {
                expect_sum(pattern, num_digits, num_addend);
            }
        }
        for (size_t num_digits = 1000; num_digits < 5000; num_digits += 333) {
            expect_sum(pattern, num_digits, num_digits - num_digits % 7);
        }
    }
}

KERNEL_TEST(digits, sums_of_balanced_digits_are_balanced_again)
{
    enum { COUNT = 3000 };
    int32_t digits[COUNT], addend[COUNT];
    uint64_t state = 5;
    fill_digits(digits, COUNT, DIGITS_BALANCED, &state);
    for (unsigned i = 0; i < 100; i++) {
        fill_digits(addend, COUNT - 1, DIGITS_BALANCED, &state);
        nb_digits_add(digits, COUNT, addend, COUNT - 1);
        cr_assert_leq(largest_digit(digits, COUNT - 1), NB_DIGIT_BASE / 2 + 1);
    }
}

/* ---- the widest range ---- */

enum { WIDEST = 4 * NB_DIGIT_BASE, NUM_WIDEST = 2500 };

/* Sums of every kind within +-4 * 10^5, those at the ends and at multiples of half the base too. */
static void fill_widest(int32_t *digits, uint64_t *state)
{
    for (size_t i = 0; i < NUM_WIDEST; i++) {
        digits[i] = (int32_t)random_below(state, 2 * WIDEST + 1) - WIDEST;
        if (i % 3 == 0) {
            digits[i] = (int32_t)(random_below(state, 17)) * (NB_DIGIT_BASE / 2) - WIDEST;
        }
    }
}

/* found + carry * 10^(5 NUM_WIDEST) is the number. */
static void expect_same(const mpz_t value, const int32_t *found, int32_t carry)
{
    mpz_t sum, high;
    mpz_inits(sum, high, NULL);
    digits_to_integer(sum, found, NUM_WIDEST);
    mpz_ui_pow_ui(high, NB_DIGIT_BASE, NUM_WIDEST);
    mpz_mul_si(high, high, carry);
    mpz_add(sum, sum, high);
    cr_assert_eq(mpz_cmp(sum, value), 0);
    mpz_clears(sum, high, NULL);
}

KERNEL_TEST(digits, of_the_widest_range_can_be_added_and_made_canonical)
{
    int32_t digits[NUM_WIDEST], zeros[NUM_WIDEST] = {0}, copy[NUM_WIDEST];
    mpz_t value;
    mpz_init(value);
    uint64_t state = kernel->lanes;
    for (unsigned i = 0; i < 20; i++) {
        fill_widest(digits, &state);
        memcpy(copy, digits, sizeof(copy));
        digits_to_integer(value, digits, NUM_WIDEST);
        expect_same(value, digits, kernel->add_digits(digits, zeros, NUM_WIDEST));
        cr_assert_leq(largest_digit(digits, NUM_WIDEST), NB_DIGIT_BASE / 2 + 4);
        expect_same(value, copy, kernel->canonicalise(copy, NUM_WIDEST));
        for (size_t k = 0; k < NUM_WIDEST; k++) {
            cr_assert(copy[k] >= 0 && copy[k] < NB_DIGIT_BASE);
        }
    }
    mpz_clear(value);
}

/* ---- single values ---- */

Test(digits, carries_leave_balanced_digits)
{
    static const int64_t near[] = {0, 1, 49999, 50000, 50001, 99999, 100000, 150000, 1 << 30};
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
        for (int64_t multiple = -3; multiple <= 3; multiple++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                const int64_t value = sign * (near[i] + multiple * INT64_C(1000000000000));
                const int64_t left = value - nb_digits_round_carry(value) * NB_DIGIT_BASE;
                cr_expect(left >= -NB_DIGIT_BASE / 2 && left <= NB_DIGIT_BASE / 2);
            }
        }
    }
}

Test(digits, value_is_put_at_its_place_and_the_next)
{
    static const int64_t values[] = {0, 1, -1, 50000, -50001, 123456, -9999950000, 9999949999};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (size_t position = 0; position < 3; position++) {
            int32_t digits[5] = {11, 22, 33, 44, 55}, before[5] = {11, 22, 33, 44, 55};
            mpz_t found, expected, change;
            mpz_inits(found, expected, change, NULL);
            nb_digits_put(digits, 5, position, values[i]);
            before[position] = 0;
            digits_to_integer(expected, before, 5);
            mpz_ui_pow_ui(change, NB_DIGIT_BASE, position);
            mpz_mul_si(change, change, values[i]);
            mpz_add(expected, expected, change);
            digits_to_integer(found, digits, 5);
            cr_expect_eq(mpz_cmp(found, expected), 0, "%ld at %zu", (long)values[i], position);
            cr_expect_leq(largest_digit(&digits[position], 1), NB_DIGIT_BASE / 2);
            mpz_clears(found, expected, change, NULL);
        }
    }
}

Test(digits, value_at_the_last_place_stays_whole)
{
    int32_t digits[] = {1, 2, 3, 77777};
    nb_digits_put(digits, 3, 2, 123456789);
    cr_expect_eq(digits[2], 123456789);
    cr_expect_eq(digits[3], 77777);
}
