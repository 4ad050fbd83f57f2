/* Products whose rounding errors are bounded by a theorem, where those of multiply_fft.c are
 * measured.
 *
 * Each digit is split into three, d = d0 + 46 d1 + 46^2 d2 with |d0|, |d1| <= 23 and |d2| <= 24 for
 * |d| <= 50200: three numbers with digits that are tiny, but with the same base. Nine products (six
 * of them for a square) are put together again by multiplications with 46.
 *
 * The error of a convolution by transforms of 2^n points is at most
 *
 *     ||x|| ||y|| ((1 + e)^(3n) (1 + e sqrt 5)^(3n + 1) (1 + b)^(3n) - 1)
 *
 * with e = 2^-53 and b the largest error of a root of unity (C. Percival, "Rapid multiplication
 * modulo the sum and difference of highly composite numbers", Mathematics of Computation 72, 2003,
 * theorem 5.1; its constant sqrt 5 is proved by R. Brent, C. Percival and P. Zimmermann, "Error
 * bounds on complex floating-point multiplication", Mathematics of Computation 76, 2007). Our roots
 * are two rounded ones multiplied, squared, and multiplied once more: b <= 16 e with room to spare.
 * M points of two digits each have ||x|| ||y|| <= 2 M 24^2, so that the error is below 1/4 as long
 * as
 *
 *     2 M 576 * 58 log2(M) 2^-53 < 1/4,   which holds up to M = 2^30:
 *
 * products of 10^10 decimal digits, more than 10^9! has. For digits as large as NB_DIGIT_MAX, where
 * |d2| <= 62, it holds up to M = 2^27. Beyond, errors of that size do not occur on any data known,
 * and as everywhere a product that fails its checks is not used. */
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/multiply_internal.h"

enum { NUM_SPLITS = 3, SPLIT_BASE = 46 };

/* One of the three numbers: the digits in base 46 of all digits, at place `place`. */
static void split(int32_t *to, nb_factor from, unsigned place)
{
    for (size_t i = 0; i < from.num_digits; i++) {
        int32_t digit = from.digits[i];
        for (unsigned k = 0; k < place; k++) {
            int32_t half = digit < 0 ? -SPLIT_BASE / 2 : SPLIT_BASE / 2;
            digit = (digit + half) / SPLIT_BASE;
        }
        if (place + 1 < NUM_SPLITS) {
            int32_t half = digit < 0 ? -SPLIT_BASE / 2 : SPLIT_BASE / 2;
            digit -= (digit + half) / SPLIT_BASE * SPLIT_BASE;
        }
        to[i] = digit;
    }
}

/* sum = sum * 46 + addend. */
static void shift_and_add(int32_t *sum, const int32_t *addend, size_t num_digits)
{
    int64_t carry = 0;
    for (size_t i = 0; i < num_digits; i++) {
        int64_t value = (int64_t)sum[i] * SPLIT_BASE + addend[i] + carry;
        carry = i + 1 < num_digits ? nb_digits_round_carry(value) : 0;
        sum[i] = (int32_t)(value - carry * NB_DIGIT_BASE);
    }
}

typedef struct splits {
    bool square;
    int32_t *a[NUM_SPLITS], *b[NUM_SPLITS]; /* owned; b is a for a square */
    int32_t *term, *sum;                    /* owned, as long as the product */
} splits;

static int32_t *new_split(nb_factor from, unsigned place)
{
    int32_t *to = malloc(from.num_digits * sizeof(*to));
    if (to != NULL) {
        split(to, from, place);
    }
    return to;
}

static nb_status splits_init(splits *s, nb_factor a, nb_factor b)
{
    bool good = true;
    *s = (splits){.square = a.digits == b.digits && a.num_digits == b.num_digits};
    for (unsigned i = 0; i < NUM_SPLITS; i++) {
        s->a[i] = new_split(a, i);
        s->b[i] = s->square ? s->a[i] : new_split(b, i);
        good = good && s->a[i] != NULL && s->b[i] != NULL;
    }
    const size_t num_digits = a.num_digits + b.num_digits;
    s->term = malloc(num_digits * sizeof(*s->term));
    s->sum = calloc(num_digits, sizeof(*s->sum));
    return good && s->term != NULL && s->sum != NULL ? NBANG_OK : NBANG_NO_MEMORY;
}

static void splits_clear(splits *s)
{
    for (unsigned i = 0; i < NUM_SPLITS; i++) {
        free(s->a[i]);
        if (!s->square) {
            free(s->b[i]);
        }
    }
    free(s->term);
    free(s->sum);
}

static nb_factor as_factor(const int32_t *digits, size_t num_digits)
{
    return (nb_factor){digits, num_digits, nb_digits_residue(digits, num_digits)};
}

/* term = the product of split i of a and split j of b. */
static nb_status multiply_splits(nb_multiplier *m, splits *s, nb_factor a, nb_factor b, unsigned i,
                                 unsigned j)
{
    uint64_t residue;
    bool good;
    nb_status status = nb_multiply_fft(m, s->term, as_factor(s->a[i], a.num_digits),
                                       as_factor(s->b[j], b.num_digits), &residue, &good);
    return status == NBANG_OK && !good ? NBANG_UNVERIFIED : status;
}

/* sum = sum * 46 + the products of the splits whose places add up to `place`. */
static nb_status add_place(nb_multiplier *m, splits *s, nb_factor a, nb_factor b, unsigned place)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    bool first = true;
    for (unsigned i = 0; i < NUM_SPLITS && i <= place; i++) {
        const unsigned j = place - i;
        if (j >= NUM_SPLITS || (s->square && j < i)) {
            continue;
        }
        nb_status status = multiply_splits(m, s, a, b, i, j);
        if (status != NBANG_OK) {
            return status;
        }
        if (first) {
            shift_and_add(s->sum, s->term, num_digits);
            first = false;
        } else {
            nb_digits_add(s->sum, num_digits, s->term, num_digits);
        }
        if (s->square && i != j) { /* and split j times split i */
            nb_digits_add(s->sum, num_digits, s->term, num_digits);
        }
    }
    return NBANG_OK;
}

nb_status nb_multiply_split(nb_multiplier *multiplier, int32_t *product, nb_factor a, nb_factor b,
                            uint64_t *residue)
{
    splits s;
    nb_status status = splits_init(&s, a, b);
    for (unsigned place = 2 * (NUM_SPLITS - 1) + 1; status == NBANG_OK && place-- > 0;) {
        status = add_place(multiplier, &s, a, b, place);
    }
    if (status == NBANG_OK) {
        const size_t num_digits = a.num_digits + b.num_digits;
        memcpy(product, s.sum, num_digits * sizeof(*product));
        *residue = nb_digits_residue(product, num_digits);
    }
    splits_clear(&s);
    return status;
}
