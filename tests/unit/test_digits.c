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

/* ---- products with words ---- */

/* Canonical digits, in an array of three more, times `word`. */
static void expect_word_product(int32_t *digits, size_t num_digits, uint64_t word)
{
    mpz_t value;
    mpz_init(value);
    digits_to_integer(value, digits, num_digits);
    mpz_mul_ui(value, value, word);
    digits[num_digits] = digits[num_digits + 1] = -7; /* room that means nothing yet */
    digits[num_digits + 2] = 77777;
    const size_t found = nb_digits_multiply_word(digits, num_digits, word);
    cr_assert_eq(found, nb_digits_significant(digits, found));
    cr_assert_leq(found, num_digits + 2);
    cr_assert_eq(digits[num_digits + 2], 77777);
    expect_canonical(value, digits, found);
    mpz_clear(value);
}

static const uint64_t words[] = {1,      2,      3,     7,     10,         46341,      99999,
                                 100000, 100001, 12345, 65536, 5000000000, 9999999967, 9999999999};
enum { NUM_WORDS = sizeof(words) / sizeof(words[0]) };

KERNEL_TEST(digits, products_with_words_are_those_of_gmp)
{
    static const digit_pattern patterns[] = {DIGITS_CANONICAL, DIGITS_ALL_99999, DIGITS_LONE_ONES,
                                             DIGITS_POWER_OF_TEN};
    uint64_t state = 6;
    for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
        for (size_t i = 1; i < NUM_LENGTHS; i++) {
            for (size_t w = 0; w < NUM_WORDS; w++) {
                int32_t *digits = new_digits(lengths[i] + 3, patterns[p], &state);
                digits[lengths[i] - 1] = 1 + (int32_t)random_below(&state, NB_DIGIT_BASE - 1);
                expect_word_product(digits, lengths[i], words[w]);
                free(digits);
            }
        }
    }
}

/* Every digit of the product is 99999 but for the lowest, which carries, or is about to: (10^(5k) -
 * 1) / w * w + a little. */
KERNEL_TEST(digits, carries_of_products_with_words_go_all_the_way)
{
    enum { COUNT = 2500 };
    int32_t digits[COUNT + 3];
    mpz_t value;
    mpz_init(value);
    for (size_t w = 1; w < NUM_WORDS; w++) {
        for (unsigned above = 0; above < 2; above++) {
            mpz_ui_pow_ui(value, NB_DIGIT_BASE, COUNT);
            mpz_fdiv_q_ui(value, value, words[w]);
            mpz_add_ui(value, value, above);
            size_t num_digits = 0;
            for (; mpz_sgn(value) > 0; num_digits++) {
                digits[num_digits] = (int32_t)mpz_fdiv_q_ui(value, value, NB_DIGIT_BASE);
            }
            expect_word_product(digits, num_digits, words[w]);
        }
    }
    mpz_clear(value);
}

KERNEL_TEST(digits, products_with_random_words_go_on_from_one_another)
{
    enum { STEPS = 2000 };
    int32_t digits[2 * STEPS + 3] = {1};
    size_t num_digits = 1;
    uint64_t state = 7;
    mpz_t value;
    mpz_init_set_ui(value, 1);
    for (unsigned i = 0; i < STEPS; i++) {
        const uint64_t word = 1 + random_below(&state, NB_DIGIT_WORD_END - 1);
        mpz_mul_ui(value, value, word);
        num_digits = nb_digits_multiply_word(digits, num_digits, word);
        if (i % 97 == 0) {
            expect_canonical(value, digits, num_digits);
        }
    }
    expect_canonical(value, digits, num_digits);
    mpz_clear(value);
}

Test(digits, canonical_digits_can_be_balanced)
{
    static const int32_t tops[] = {0, 1, 50000, 99998};
    uint64_t state = 8;
    mpz_t value, balanced;
    mpz_inits(value, balanced, NULL);
    for (digit_pattern pattern = DIGITS_CANONICAL; pattern < NUM_DIGIT_PATTERNS; pattern++) {
        if (pattern != DIGITS_CANONICAL && pattern != DIGITS_ALL_99999) {
            continue;
        }
        for (size_t i = 1; i < NUM_LENGTHS; i++) {
            int32_t *digits = new_digits(lengths[i] + 1, pattern, &state);
            digits[lengths[i]] = tops[i % 4];
            digits_to_integer(value, digits, lengths[i] + 1);
            nb_digits_balance(digits, lengths[i] + 1);
            digits_to_integer(balanced, digits, lengths[i] + 1);
            cr_assert_eq(mpz_cmp(value, balanced), 0);
            cr_assert_leq(largest_digit(digits, lengths[i]), NB_DIGIT_BASE / 2 + 1);
            free(digits);
        }
    }
    nb_digits_balance(NULL, 0);
    mpz_clears(value, balanced, NULL);
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
