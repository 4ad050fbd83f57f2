#include "decimal/digits_team.h"

#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/fft/kernel.h"

/* A pass over the least piece takes some microseconds, more than its share of a loop's costs. More
 * pieces than the most would be too small for any number that there can be to gain by them. */
enum { MIN_PIECE = 16384, MEMBER_PIECES = 4, MAX_PIECES = 1024 };

/* One pass, and what it found. */
typedef struct pass {
    int32_t *digits;
    const int32_t *other; /* what is added, copied or looked at */
    size_t num_digits;
    size_t num_pieces;
    union {
        uint64_t residue;
        int32_t carry;
    } found[MAX_PIECES];
} pass;

static size_t count_pieces(const nb_team *team, size_t num_digits)
{
    const size_t most = num_digits / MIN_PIECE;
    size_t count = nb_team_size(team) == 1 ? 1 : nb_team_size(team) * (size_t)MEMBER_PIECES;
    count = count < most ? count : most;
    count = count < MAX_PIECES ? count : MAX_PIECES;
    return count > 0 ? count : 1;
}

/* The first digit of a piece: pieces start on cache lines. */
static size_t start_of(const pass *p, size_t piece)
{
    return piece == p->num_pieces ? p->num_digits : p->num_digits / 16 * piece / p->num_pieces * 16;
}

static size_t length_of(const pass *p, size_t piece)
{
    return start_of(p, piece + 1) - start_of(p, piece);
}

/* ---- residue ---- */

static void find_residue(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    pass *p = ctx;
    p->found[piece].residue = nb_digits_residue(p->other + start_of(p, piece), length_of(p, piece));
}

uint64_t nb_digits_team_residue(nb_team *team, const int32_t *digits, size_t num_digits)
{
    pass p = {.other = digits, .num_digits = num_digits};
    p.num_pieces = count_pieces(team, num_digits);
    nb_team_for(team, p.num_pieces, find_residue, &p);
    uint64_t residue = 0;
    for (size_t i = p.num_pieces; i-- > 0;) {
        const uint64_t weight = nb_residue_pow(NB_DIGIT_BASE, length_of(&p, i));
        residue = nb_residue_add(nb_residue_mul(residue, weight), p.found[i].residue);
    }
    return residue;
}

/* ---- canonical digits ---- */

static void make_canonical(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    pass *p = ctx;
    p->found[piece].carry =
        nb_fft_kernel_in_use()->canonicalise(p->digits + start_of(p, piece), length_of(p, piece));
}

/* Adds a carry to the canonical digits [0, num_digits), and what it carries; returns what is left
 * of it beyond them. */
static int32_t add_carry(int32_t *digits, size_t num_digits, int32_t carry)
{
    for (size_t i = 0; i < num_digits && carry != 0; i++) {
        const int32_t sum = digits[i] + carry;
        carry = (sum >= NB_DIGIT_BASE) - (sum < 0);
        digits[i] = sum - carry * NB_DIGIT_BASE;
    }
    return carry;
}

size_t nb_digits_team_canonicalise(nb_team *team, int32_t *digits, size_t num_digits)
{
    if (num_digits == 0) {
        return 0;
    }
    pass p = {.digits = digits, .num_digits = num_digits - 1};
    p.num_pieces = count_pieces(team, p.num_digits);
    nb_team_for(team, p.num_pieces, make_canonical, &p);
    for (size_t i = 0; i < p.num_pieces; i++) {
        const size_t next = start_of(&p, i + 1);
        digits[p.num_digits] +=
            next < p.num_digits ? add_carry(digits + next, p.num_digits - next, p.found[i].carry)
                                : p.found[i].carry;
    }
    return nb_digits_significant(digits, num_digits);
}

/* ---- sums and copies ---- */

static void add_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    pass *p = ctx;
    const size_t start = start_of(p, piece);
    p->found[piece].carry = nb_fft_kernel_in_use()->add_digits(p->digits + start, p->other + start,
                                                               length_of(p, piece));
}

void nb_digits_team_add(nb_team *team, int32_t *digits, size_t num_digits, const int32_t *addend,
                        size_t num_addend)
{
    pass p = {.digits = digits, .other = addend, .num_digits = num_addend};
    p.num_pieces = count_pieces(team, num_addend);
    if (p.num_pieces == 1) {
        nb_digits_add(digits, num_digits, addend, num_addend);
        return;
    }
    nb_team_for(team, p.num_pieces, add_piece, &p);
    for (size_t i = 0; i < p.num_pieces; i++) {
        const size_t next = start_of(&p, i + 1);
        if (next < num_digits) {
            digits[next] += p.found[i].carry;
        } else {
            digits[next - 1] += p.found[i].carry * NB_DIGIT_BASE;
        }
    }
}

static void copy_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    pass *p = ctx;
    const size_t start = start_of(p, piece);
    memcpy(p->digits + start, p->other + start, length_of(p, piece) * sizeof(*p->digits));
}

void nb_digits_team_copy(nb_team *team, int32_t *to, const int32_t *from, size_t num_digits)
{
    pass p = {.digits = to, .other = from, .num_digits = num_digits};
    p.num_pieces = count_pieces(team, num_digits);
    nb_team_for(team, p.num_pieces, copy_piece, &p);
}
