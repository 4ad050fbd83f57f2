#include "decimal/multiply_plan.h"

#include <math.h>

/* The time of one transform with its loading or storing, in arbitrary units. */
static double transform_cost(const nb_fft_shape *shape)
{
    return (double)shape->length * (10 + log2((double)shape->length));
}

/* Of a product all at once: a square has one factor to transform, others have two. */
static double product_cost(const nb_fft_shape *shape, bool square)
{
    return (square ? 2 : 3) * transform_cost(shape);
}

nb_multiply_plan nb_multiply_plan_at_once(const nb_fft_shape *shape, size_t num_long, bool square)
{
    nb_multiply_plan plan = {.shape = *shape, .block = num_long};
    plan.cost = product_cost(shape, square);
    return plan;
}

/* What lies beyond the shape is determined by a few digits more than it has: balanced, it may be
 * negative. */
enum { LOW_SLACK = 2 };

static size_t num_low_digits(const nb_fft_shape *shape, size_t num_long, size_t num_short)
{
    return num_long + num_short - 2 * shape->length + LOW_SLACK;
}

/* The lowest digits take as many transforms as the whole. */
nb_multiply_plan nb_multiply_plan_folded(const nb_fft_shape *shape, size_t num_long,
                                         size_t num_short, bool square)
{
    nb_multiply_plan plan = {.shape = *shape, .block = num_long};
    plan.num_low = num_low_digits(shape, num_long, num_short);
    nb_fft_shape low = nb_fft_shape_for(shape->lanes, 2 * plan.num_low);
    plan.cost = product_cost(shape, square) + product_cost(&low, square);
    return plan;
}

/* Blocks start at multiples of this many digits, a cache line. */
enum { BLOCK_UNIT = 16 };

nb_multiply_plan nb_multiply_plan_blocks(const nb_fft_shape *shape, size_t num_long,
                                         size_t num_short)
{
    nb_multiply_plan plan = {.shape = *shape};
    size_t room = (2 * shape->length - num_short) / BLOCK_UNIT * BLOCK_UNIT;
    size_t num_blocks = (num_long + room - 1) / room;
    plan.block = (num_long + num_blocks - 1) / num_blocks;
    plan.block = (plan.block + BLOCK_UNIT - 1) / BLOCK_UNIT * BLOCK_UNIT;
    plan.cost = (double)(2 * num_blocks + 1) * transform_cost(shape);
    return plan;
}

/* ---- which ---- */

static void keep_cheaper(nb_multiply_plan *best, nb_multiply_plan other)
{
    if (other.cost < best->cost) {
        *best = other;
    }
}

nb_multiply_plan nb_multiply_plan_best(unsigned lanes, size_t num_long, size_t num_short,
                                       bool square)
{
    const size_t num_digits = num_long + num_short;
    nb_fft_shape shape = nb_fft_shape_for(lanes, num_digits);
    nb_multiply_plan best = nb_multiply_plan_at_once(&shape, num_long, square);
    shape = nb_fft_shape_below(lanes, num_digits);
    if (shape.length > 0 && num_low_digits(&shape, num_long, num_short) < num_short / 2) {
        keep_cheaper(&best, nb_multiply_plan_folded(&shape, num_long, num_short, square));
    }
    if (num_long / 2 < num_short) {
        return best;
    }
    for (size_t size = 2 * num_short; size < num_long; size = 2 * shape.length + 1) {
        shape = nb_fft_shape_for(lanes, size);
        keep_cheaper(&best, nb_multiply_plan_blocks(&shape, num_long, num_short));
    }
    return best;
}
