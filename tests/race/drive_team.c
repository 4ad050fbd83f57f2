/* Drives a team through all that it does, for ThreadSanitizer, which does not start under the test
 * framework. What comes out is compared with what the caller computes alone. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "base/team.h"
#include "compute/chain.h"
#include "compute/factorial.h"
#include "compute/residue.h"
#include "decimal/digits.h"
#include "decimal/digits_team.h"
#include "decimal/text.h"

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "drive_team: %s\n", what);
        exit(1);
    }
}

static void add_members(nb_team *team, unsigned size)
{
    while (nb_team_size(team) < size) {
        require(nb_team_add(team, nb_team_size(team)) == NBANG_OK, "a member cannot be added");
    }
}

/* ---- loops ---- */

enum { NUM_PIECES = 500 };

/* Plain memory: each piece is written by one member, and read by the leader after the loop. */
static void square_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    uint64_t *squares = ctx;
    squares[piece] += (uint64_t)piece * piece;
}

static void drive_loops(nb_team *team)
{
    for (int round = 0; round < 300; round++) {
        uint64_t squares[NUM_PIECES] = {0};
        nb_team_for(team, NUM_PIECES, square_piece, squares);
        for (uint64_t i = 0; i < NUM_PIECES; i++) {
            require(squares[i] == i * i, "a piece was not done");
        }
    }
}

/* ---- digits ---- */

static int32_t *new_digits(size_t num_digits)
{
    int32_t *digits = aligned_alloc(64, (num_digits * sizeof(*digits) + 63) / 64 * 64);
    require(digits != NULL, "there is no memory");
    uint64_t state = 88172645463325252U;
    for (size_t i = 0; i < num_digits; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        digits[i] = (int32_t)(state % 100001) - 50000;
    }
    digits[num_digits - 1] = 1;
    return digits;
}

static bool are_canonical(const int32_t *digits, size_t num_digits)
{
    bool canonical = true;
    for (size_t i = 0; i < num_digits; i++) {
        canonical = canonical && digits[i] >= 0 && digits[i] < NB_DIGIT_BASE;
    }
    return canonical;
}

static void drive_digits(nb_team *team)
{
    enum { COUNT = 300000 };
    int32_t *digits = new_digits(COUNT), *sum = new_digits(COUNT);
    const uint64_t residue = nb_digits_residue(digits, COUNT);
    require(nb_digits_team_residue(team, digits, COUNT) == residue, "the residue is wrong");
    nb_digits_team_add(team, sum, COUNT, digits, COUNT);
    require(nb_digits_residue(sum, COUNT) == nb_residue_add(residue, residue), "the sum is wrong");
    nb_digits_team_copy(team, sum, digits, COUNT);
    require(memcmp(sum, digits, COUNT * sizeof(*sum)) == 0, "the copy is wrong");
    nb_digits_team_canonicalise(team, sum, COUNT);
    require(are_canonical(sum, COUNT) && nb_digits_residue(sum, COUNT) == residue,
            "the canonical digits are wrong");
    free(digits);
    free(sum);
}

/* ---- products ---- */

/* Lengths for which the product is taken at once, folded, and in blocks. */
static void drive_products(nb_team *team, const nb_fft_kernel *kernel)
{
    static const size_t lengths[][2] = {
        {40000, 40000}, {66000, 66000}, {68000, 67000}, {200000, 30000}, {400000, 20000}};
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.kernel = kernel;
    multiplier.team = team;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const size_t num_a = lengths[i][0], num_b = lengths[i][1];
        int32_t *a = new_digits(num_a), *b = num_a == num_b ? a : new_digits(num_b);
        int32_t *product = new_digits(num_a + num_b);
        const nb_factor x = {a, num_a, nb_digits_residue(a, num_a)};
        const nb_factor y = {b, num_b, nb_digits_residue(b, num_b)};
        uint64_t residue;
        require(nb_multiply(&multiplier, product, x, y, &residue) == NBANG_OK &&
                    multiplier.num_failed == 0 &&
                    nb_digits_residue(product, num_a + num_b) ==
                        nb_residue_mul(x.residue, y.residue),
                "a product is wrong");
        free(product);
        if (b != a) {
            free(b);
        }
        free(a);
    }
    nb_multiplier_release(&multiplier);
}

/* ---- factorials ---- */

typedef struct recruiter {
    nb_team *team;
    unsigned most;
} recruiter;

static void recruit(void *ctx)
{
    const recruiter *self = ctx;
    if (nb_team_size(self->team) < self->most) {
        add_members(self->team, nb_team_size(self->team) + 1);
    }
}

/* The team grows in the course of it. */
static void drive_factorial(nb_team *team, uint64_t n)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.team = team;
    nb_decimal_text text;
    nb_decimal_text_init(&text);
    require(nb_factorial_text(&text, &multiplier, n, NB_FACTORIAL_PRIMES) == NBANG_OK,
            "a factorial failed");
    require(nb_decimal_text_residue(&text, team) == nb_factorial_residue(n, team),
            "a factorial is wrong");
    require(nb_factorial_residue(n, team) == nb_factorial_residue(n, NULL),
            "a residue depends on the team");
    nb_decimal_text_clear(&text);
    nb_multiplier_release(&multiplier);
}

int main(void)
{
    recruiter self = {.most = 1};
    const nb_team_hooks hooks = {.ctx = &self, .recruit = recruit};
    require(nb_team_create(&self.team, &hooks) == NBANG_OK, "there is no team");
    for (unsigned size = 1; size <= 4; size++) {
        add_members(self.team, size);
        drive_loops(self.team);
        drive_digits(self.team);
        for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
            drive_products(self.team, *kernel);
        }
        nb_team_dismiss(self.team);
    }
    for (self.most = 2; self.most <= 5; self.most++) {
        drive_factorial(self.team, 100003 + 50000 * (uint64_t)self.most);
        nb_team_dismiss(self.team);
    }
    nb_team_destroy(self.team);
    puts("all that a team does came out right");
    return 0;
}
