/* Products by transforms: one for the whole product if the factors are about as long, or blocks of
 * the longer factor times the shorter one, whose transform serves them all (overlap-add).
 *
 * A product P that is a little longer than the 2M digits of a shape need not take the next one. A
 * transform gives P modulo B^(2M) + 1, where P = H B^(2M) + L becomes L - H; and the lowest t
 * digits of P, which are those of L, are a product of t digits by t. Their difference is H, if t
 * digits are enough for it. */
#include <math.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/digits_team.h"
#include "decimal/fft/twiddles.h"
#include "decimal/multiply_internal.h"

static bool is_square(nb_factor a, nb_factor b)
{
    return a.digits == b.digits && a.num_digits == b.num_digits;
}

/* Complex points from which on a team shares a product: alone it takes some 150 microseconds, many
 * times what it costs to begin and end the five loops of it. */
#define TEAM_MIN_LENGTH ((size_t)1 << 14)

static nb_team *team_for(const nb_multiplier *m, const nb_fft_shape *shape)
{
    return shape->length >= TEAM_MIN_LENGTH ? m->team : NULL;
}

/* Takes in who has become available for the team, and makes scratch space for all of it. */
static nb_status gather_team(nb_multiplier *m, const nb_fft_shape *shape)
{
    nb_team *team = team_for(m, shape);
    nb_team_recruit(team);
    return nb_workspace_reserve(&m->scratch,
                                nb_team_size(team) * m->kernel->scratch_doubles * sizeof(double));
}

static nb_status prepare(nb_multiplier *multiplier, const nb_fft_shape *shape, bool need_y)
{
    const size_t size = (need_y ? 2 : 1) * nb_fft_shape_doubles(shape) * sizeof(double);
    nb_status status = nb_workspace_reserve(&multiplier->transforms, size);
    if (status == NBANG_OK) {
        status = gather_team(multiplier, shape);
    }
    if (status == NBANG_OK) {
        status = nb_fft_twiddles_reserve(shape->vectors / 16);
    }
    return status;
}

/* The transforms of the two factors share one work space. Nearly always the largest of all products
 * is a square: the second transform of a product fits behind the first, where pages exist. */
static double *first_transform(const nb_multiplier *m)
{
    return m->transforms.memory;
}

static double *second_transform(const nb_multiplier *m, const nb_fft_shape *shape)
{
    return first_transform(m) + nb_fft_shape_doubles(shape);
}

/* ---- all at once ---- */

/* The lowest digits of the product: all of them, or as many as the shape has. */
static void multiply_at_once(nb_multiplier *m, const nb_fft_shape *shape, int32_t *product,
                             nb_factor a, nb_factor b, nb_fft_check *check)
{
    const nb_fft_kernel *kernel = m->kernel;
    nb_team *team = team_for(m, shape);
    const size_t num_digits = a.num_digits + b.num_digits, room = 2 * shape->length;
    double *x = first_transform(m), *y = NULL, *scratch = m->scratch.memory;
    kernel->load(team, shape, x, a.digits, a.num_digits, scratch);
    if (!is_square(a, b)) {
        y = second_transform(m, shape);
        kernel->load(team, shape, y, b.digits, b.num_digits, scratch);
    }
    kernel->convolve(team, shape, x, y, false);
    kernel->store(team, shape, x, product, num_digits < room ? num_digits : room, scratch, check);
}

/* ---- longer than the transform ---- */

/* low[0 .. 2 t) = the product of the lowest t digits. */
static nb_status multiply_low(nb_multiplier *m, int32_t *low, nb_factor a, nb_factor b, size_t t,
                              bool *good)
{
    const bool square = is_square(a, b);
    a = (nb_factor){a.digits, t, nb_digits_team_residue(m->team, a.digits, t)};
    b = square ? a : (nb_factor){b.digits, t, nb_digits_team_residue(m->team, b.digits, t)};
    uint64_t residue;
    if (t <= NB_BASECASE_MAX) {
        nb_multiply_basecase(low, a, b, &residue);
        *good = residue == nb_residue_mul(a.residue, b.residue);
        return NBANG_OK;
    }
    const nb_fft_shape shape = nb_fft_shape_for(m->kernel->lanes, 2 * t);
    const nb_multiply_plan plan = nb_multiply_plan_at_once(&shape, t, square);
    return nb_multiply_planned(m, &plan, low, a, b, &residue, good);
}

/* With product[0 .. 2M) = L - H and low[0 .. t) the lowest digits of L, sets the product to L + H
 * B^(2M); low[t .. 2t) is room for work. */
static void unfold(nb_multiplier *m, size_t room, int32_t *product, size_t num_digits, int32_t *low,
                   size_t t, nb_fft_check *check)
{
    for (size_t i = 0; i < t; i++) {
        low[t + i] = -product[i];
    }
    m->kernel->add_digits(low, low + t, t); /* H, whose carry out of t digits means nothing */
    const uint64_t high = nb_digits_team_residue(m->team, low, t);
    const uint64_t fold = nb_residue_add(nb_residue_pow(NB_DIGIT_BASE, room), 1);
    check->residue = nb_residue_add(check->residue, nb_residue_mul(high, fold));
    nb_digits_team_add(m->team, product, room, low, t);

    const size_t num_high = num_digits - room;
    nb_digits_team_copy(m->team, product + room, low, num_high);
    if (low[num_high + 1] == 0 && low[num_high] >= -1 && low[num_high] <= 1) {
        product[num_digits - 1] += low[num_high] * NB_DIGIT_BASE;
    } else {
        check->max_error = HUGE_VAL; /* more than the top digit can take */
    }
}

static nb_status multiply_folded(nb_multiplier *m, const nb_multiply_plan *p, int32_t *product,
                                 nb_factor a, nb_factor b, nb_fft_check *check)
{
    const size_t t = p->num_low;
    bool good = false;
    int32_t *low = NULL;
    nb_status status = nb_workspace_reserve(&m->spare, 2 * t * sizeof(*low));
    if (status == NBANG_OK) {
        low = m->spare.memory;
        status = multiply_low(m, low, a, b, t, &good);
    }
    if (status == NBANG_OK) {
        status = gather_team(m, &p->shape);
    }
    if (status == NBANG_OK) {
        multiply_at_once(m, &p->shape, product, a, b, check);
        unfold(m, 2 * p->shape.length, product, a.num_digits + b.num_digits, low, t, check);
        check->max_error = good ? check->max_error : HUGE_VAL;
    }
    return status;
}

/* ---- in blocks ---- */

/* One block of the longer factor, which becomes its product. */
typedef struct block_range {
    int32_t *digits;
    size_t num_digits;
    size_t num_short; /* digits of the other factor */
    bool is_top;      /* there is nothing above it yet */
} block_range;

/* The product is stored over the block; its upper part overlaps that of the block above, if there
 * is one already, which is set aside meanwhile. */
static void multiply_block(nb_multiplier *m, const nb_fft_shape *shape, const block_range *block,
                           int32_t *above, nb_fft_check *check)
{
    const nb_fft_kernel *kernel = m->kernel;
    nb_team *team = team_for(m, shape);
    double *x = first_transform(m), *scratch = m->scratch.memory;
    kernel->load(team, shape, x, block->digits, block->num_digits, scratch);
    kernel->convolve(team, shape, x, second_transform(m, shape), true);
    if (!block->is_top) {
        nb_digits_team_copy(team, above, block->digits + block->num_digits, block->num_short);
    }
    kernel->store(team, shape, x, block->digits, block->num_digits + block->num_short, scratch,
                  check);
}

/* The residue of the sum of all blocks comes from those of the blocks. From the top down, since a
 * block's product takes the place of the block and of what lies right above it. */
static nb_status multiply_in_blocks(nb_multiplier *m, const nb_multiply_plan *p, int32_t *product,
                                    nb_factor a, nb_factor b, nb_fft_check *check)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    nb_status status = nb_workspace_reserve(&m->spare, b.num_digits * sizeof(int32_t));
    if (status != NBANG_OK) {
        return status;
    }
    int32_t *above = m->spare.memory;
    const uint64_t block_weight = nb_residue_pow(NB_DIGIT_BASE, p->block);
    double *y = second_transform(m, &p->shape);
    nb_team *team = team_for(m, &p->shape);
    m->kernel->load(team, &p->shape, y, b.digits, b.num_digits, m->scratch.memory);
    m->kernel->forward(team, &p->shape, y);
    if (product != a.digits) {
        memmove(product, a.digits, a.num_digits * sizeof(*product));
    }

    check->max_error = 0;
    check->residue = 0;
    for (size_t end = a.num_digits; end > 0;) {
        size_t start = (end - 1) / p->block * p->block;
        nb_fft_check block_check;
        const block_range block = {product + start, end - start, b.num_digits, end == a.num_digits};
        status = gather_team(m, &p->shape);
        if (status != NBANG_OK) {
            return status;
        }
        multiply_block(m, &p->shape, &block, above, &block_check);
        if (!block.is_top) {
            nb_digits_team_add(team, product + end, num_digits - end, above, b.num_digits);
        }
        check->max_error = fmax(check->max_error, block_check.max_error);
        check->residue =
            nb_residue_add(nb_residue_mul(check->residue, block_weight), block_check.residue);
        end = start;
    }
    return NBANG_OK;
}

nb_status nb_multiply_planned(nb_multiplier *multiplier, const nb_multiply_plan *plan,
                              int32_t *product, nb_factor a, nb_factor b, uint64_t *residue,
                              bool *good)
{
    nb_status status = prepare(multiplier, &plan->shape, !is_square(a, b));
    if (status != NBANG_OK) {
        return status;
    }
    const uint64_t expected = nb_residue_mul(a.residue, b.residue);
    nb_fft_check check;
    if (plan->num_low > 0) {
        status = multiply_folded(multiplier, plan, product, a, b, &check);
    } else if (plan->block == a.num_digits) {
        multiply_at_once(multiplier, &plan->shape, product, a, b, &check);
    } else {
        status = multiply_in_blocks(multiplier, plan, product, a, b, &check);
    }
    if (status != NBANG_OK) {
        return status;
    }
    *good = check.max_error <= NB_MAX_ROUNDING_ERROR && check.residue == expected;
    *residue = check.residue;
    if (*good) {
        multiplier->max_error = fmax(multiplier->max_error, check.max_error);
    }
    return NBANG_OK;
}

nb_status nb_multiply_fft(nb_multiplier *multiplier, int32_t *product, nb_factor a, nb_factor b,
                          uint64_t *residue, bool *good)
{
    const nb_multiply_plan plan =
        nb_multiply_plan_best(multiplier->kernel->lanes, a.num_digits, b.num_digits,
                              is_square(a, b), multiplier->transforms.size);
    return nb_multiply_planned(multiplier, &plan, product, a, b, residue, good);
}
