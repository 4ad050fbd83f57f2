/* Passes over digits by teams of every size: what the caller alone would have done. */
#include "decimal/digits_team.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "digits.h"
#include "team_support.h"

TestSuite(digits_team, .timeout = 120);

/* Around those at which there is another piece. */
static const size_t lengths[] = {0,     1,     100,   16383, 16384,  32767,
                                 32768, 32769, 49153, 65537, 200001, 1000000};
enum { NUM_LENGTHS = sizeof(lengths) / sizeof(lengths[0]), MAX_MEMBERS = 5 };

static int32_t *copy_of(const int32_t *digits, size_t num_digits)
{
    int32_t *copy = need_memory((num_digits + 1) * sizeof(*copy));
    memcpy(copy, digits, num_digits * sizeof(*copy));
    return copy;
}

/* Calls check for teams of every size, and digits of every length and pattern. */
static void for_all(void (*check)(nb_team *team, const int32_t *digits, size_t num_digits))
{
    uint64_t state = 1;
    for (unsigned members = 1; members <= MAX_MEMBERS; members++) {
        nb_team *team = new_team(members);
        for (size_t i = 0; i < NUM_LENGTHS; i++) {
            for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
                int32_t *digits = new_digits(lengths[i], pattern, &state);
                check(team, digits, lengths[i]);
                free(digits);
            }
        }
        nb_team_destroy(team);
    }
}

static void check_residue(nb_team *team, const int32_t *digits, size_t num_digits)
{
    cr_assert_eq(nb_digits_team_residue(team, digits, num_digits),
                 nb_digits_residue(digits, num_digits), "%zu digits", num_digits);
}

Test(digits_team, residue_is_that_of_the_number)
{
    for_all(check_residue);
}

static void check_copy(nb_team *team, const int32_t *digits, size_t num_digits)
{
    int32_t *copy = need_memory((num_digits + 1) * sizeof(*copy));
    copy[num_digits] = 12345;
    nb_digits_team_copy(team, copy, digits, num_digits);
    cr_assert_eq(memcmp(copy, digits, num_digits * sizeof(*copy)), 0);
    cr_assert_eq(copy[num_digits], 12345);
    free(copy);
}

Test(digits_team, copies_every_digit)
{
    for_all(check_copy);
}

/* The sum has the sum of the residues, and small digits. */
static void check_sum(nb_team *team, const int32_t *digits, size_t num_digits)
{
    for (size_t num_addend = num_digits / 2; num_addend <= num_digits;
         num_addend += num_digits / 2 + 1) {
        int32_t *sum = copy_of(digits, num_digits);
        int32_t *addend = copy_of(digits + num_digits - num_addend, num_addend);
        const uint64_t expected = nb_residue_add(nb_digits_residue(digits, num_digits),
                                                 nb_digits_residue(addend, num_addend));
        nb_digits_team_add(team, sum, num_digits, addend, num_addend);
        cr_assert_eq(nb_digits_residue(sum, num_digits), expected, "%zu + %zu digits", num_digits,
                     num_addend);
        for (size_t i = 0; i + 1 < num_digits; i++) {
            cr_assert(abs(sum[i]) <= NB_DIGIT_MAX + 8, "digit %zu is %d", i, sum[i]);
        }
        free(addend);
        free(sum);
    }
}

Test(digits_team, adds)
{
    for_all(check_sum);
}

/* ---- canonical digits ---- */

static void expect_canonical(nb_team *team, const int32_t *digits, size_t num_digits)
{
    int32_t *expected = copy_of(digits, num_digits), *found = copy_of(digits, num_digits);
    const size_t num_expected = nb_digits_canonicalise(expected, num_digits);
    cr_assert_eq(nb_digits_team_canonicalise(team, found, num_digits), num_expected);
    cr_assert_eq(memcmp(found, expected, num_digits * sizeof(*found)), 0, "%zu digits", num_digits);
    free(expected);
    free(found);
}

static void check_canonical(nb_team *team, const int32_t *digits, size_t num_digits)
{
    if (num_digits > 0) {
        int32_t *positive = copy_of(digits, num_digits);
        positive[num_digits - 1] = 7;
        expect_canonical(team, positive, num_digits);
        free(positive);
    }
}

Test(digits_team, canonical_digits_are_the_same)
{
    for_all(check_canonical);
}

Test(digits_team, carries_go_all_the_way_up)
{
    enum { COUNT = 200001 };
    int32_t *digits = need_memory(COUNT * sizeof(*digits));
    for (unsigned members = 1; members <= MAX_MEMBERS; members++) {
        nb_team *team = new_team(members);
        for (size_t start = 0; start < COUNT - 1; start += 16384) {
            memset(digits, 0, COUNT * sizeof(*digits)); /* 1 000 ... 000 -1 */
            digits[COUNT - 1] = 1;
            digits[start] = -1;
            expect_canonical(team, digits, COUNT);
            for (size_t i = 0; i + 1 < COUNT; i++) { /* 1 99999 ... 99999 100000 */
                digits[i] = NB_DIGIT_BASE - 1;
            }
            digits[start] = NB_DIGIT_BASE;
            expect_canonical(team, digits, COUNT);
        }
        nb_team_destroy(team);
    }
    free(digits);
}
