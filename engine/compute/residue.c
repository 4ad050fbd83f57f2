/* Separating the even numbers up to n, and halving them, gives
 *
 *     n! = 2^floor(n/2) * floor(n/2)! * (product of the odd numbers up to n),
 *
 * and, applied again and again, with s the sum of the binary digits of n,
 *
 *     n! = 2^(n-s) * product over i >= 0 of odd(floor(n / 2^i)),
 *
 * where odd(m) is the product of the odd numbers up to m. From the largest i down to 0 each odd(m)
 * extends the one before, so that every odd number up to n is visited once: n / 2 of them. */
#include "compute/residue.h"

#include "base/residue.h"

/* Independent products that hide the latency of a modular multiplication: 0.95 ns a factor with 8
 * of them, 4.5 ns with one (gcc 12, 2.3 GHz Xeon, n = 10^6). */
enum { LANES = 8 };

/* The product of the odd numbers from `first` (odd) to `last`, times `product`. */
static uint64_t multiply_odd(uint64_t product, uint64_t first, uint64_t last)
{
    const uint64_t stride = 2 * LANES;
    if (first + 2 * stride <= last) {
        uint64_t lane[LANES];
        for (uint64_t i = 0; i < LANES; i++) {
            lane[i] = first + 2 * i;
        }
        for (first += stride; first + stride <= last; first += stride) {
            for (uint64_t i = 0; i < LANES; i++) {
                lane[i] = nb_residue_mul(lane[i], first + 2 * i);
            }
        }
        for (int i = 0; i < LANES; i++) {
            product = nb_residue_mul(product, lane[i]);
        }
    }
    for (; first <= last; first += 2) {
        product = nb_residue_mul(product, first);
    }
    return product;
}

/* ---- by a team ---- */

/* The least piece takes some 15 microseconds. */
enum { MIN_PIECE = 16384, MEMBER_PIECES = 4, MAX_PIECES = 1024 };

/* The odd numbers from `first` on, in pieces. */
typedef struct odd_range {
    uint64_t first;
    uint64_t count;
    size_t num_pieces;
    uint64_t product[MAX_PIECES];
} odd_range;

static void multiply_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    odd_range *range = ctx;
    const uint64_t each = range->count / range->num_pieces;
    const uint64_t start = each * piece;
    const uint64_t end = piece + 1 < range->num_pieces ? start + each : range->count;
    range->product[piece] = multiply_odd(1, range->first + 2 * start, range->first + 2 * (end - 1));
}

/* As multiply_odd. */
static uint64_t multiply_range(nb_team *team, uint64_t product, uint64_t first, uint64_t last)
{
    if (nb_team_size(team) == 1 || last < first || last - first < 4 * MIN_PIECE) {
        return multiply_odd(product, first, last);
    }
    odd_range range = {.first = first, .count = (last - first) / 2 + 1};
    const uint64_t most = range.count / MIN_PIECE;
    size_t wanted = (size_t)nb_team_size(team) * MEMBER_PIECES;
    wanted = wanted < MAX_PIECES ? wanted : MAX_PIECES;
    range.num_pieces = wanted < most ? wanted : (size_t)most;
    nb_team_for(team, range.num_pieces, multiply_piece, &range);
    for (size_t i = 0; i < range.num_pieces; i++) {
        product = nb_residue_mul(product, range.product[i]);
    }
    return product;
}

uint64_t nb_factorial_residue(uint64_t n, nb_team *team)
{
    if (n >= NB_RESIDUE_MODULUS) {
        return 0;
    }
    uint64_t residue = 1;
    uint64_t odd_product = 1, next_odd = 3; /* the product of the odd numbers below next_odd */
    int halvings = 63 - __builtin_clzll(n | 1);
    for (int i = halvings; i >= 0; i--) {
        uint64_t m = n >> i;
        odd_product = multiply_range(team, odd_product, next_odd, m);
        residue = nb_residue_mul(residue, odd_product);
        next_odd = (m + 1) | 1;
    }
    uint64_t twos = n - (uint64_t)__builtin_popcountll(n);
    return nb_residue_mul(residue, nb_residue_pow(2, twos));
}
