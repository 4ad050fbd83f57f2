#include "decimal/multiply_plan.h"

#include <math.h>
#include <stdint.h>

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

/* Work space that is too small is made anew, all of it, which for one point takes this share of a
 * transform's time for it, in the unit of transform_cost; where the caches do not hold the work
 * space, that is. Measured in November 2026: multiplying within the work space of the last square
 * took 9 to 15 % off the time of some n! between 1.5 and 40 million, and a sixth off their memory,
 * with anything from 4 to 20; below 300,000! it cost up to 6 %. */
static const double new_point_cost = 6;
static const size_t new_points_min = (size_t)1 << 18;

static size_t work_bytes(const nb_multiply_plan *plan, bool square)
{
    return (square ? 1 : 2) * nb_fft_shape_doubles(&plan->shape) * sizeof(double);
}

/* The best plan so far, and what tells how good others are. */
typedef struct choice {
    nb_multiply_plan best;
    double cost; /* of the best, new work space included; HUGE_VAL if there is none yet */
    size_t room_bytes;
    bool square;
} choice;

static void consider(choice *so_far, nb_multiply_plan plan)
{
    const size_t num_points = (so_far->square ? 1 : 2) * plan.shape.length;
    const bool fits = work_bytes(&plan, so_far->square) <= so_far->room_bytes;
    double cost = plan.cost;
    if (!fits && num_points >= new_points_min) {
        cost += (double)num_points * new_point_cost;
    }
    if (cost < so_far->cost) {
        so_far->cost = cost;
        so_far->best = plan;
    }
}

nb_multiply_plan nb_multiply_plan_best(unsigned lanes, size_t num_long, size_t num_short,
                                       bool square, size_t room_bytes)
{
    const size_t num_digits = num_long + num_short;
    choice so_far = {.cost = HUGE_VAL, .room_bytes = room_bytes, .square = square};
    nb_fft_shape shape = nb_fft_shape_for(lanes, num_digits);
    consider(&so_far, nb_multiply_plan_at_once(&shape, num_long, square));
    shape = nb_fft_shape_below(lanes, num_digits);
    if (shape.length > 0 && num_low_digits(&shape, num_long, num_short) < num_short / 2) {
        consider(&so_far, nb_multiply_plan_folded(&shape, num_long, num_short, square));
    }
    if (num_long / 2 >= num_short) {
        for (size_t size = 2 * num_short; size < num_long; size = 2 * shape.length + 1) {
            shape = nb_fft_shape_for(lanes, size);
            consider(&so_far, nb_multiply_plan_blocks(&shape, num_long, num_short));
        }
    }
    return so_far.best;
}

nb_multiply_memory nb_multiply_plan_memory(const nb_multiply_plan *plan, size_t num_long,
                                           size_t num_short, bool square)
{
    nb_multiply_memory memory = {.transform_bytes = work_bytes(plan, square)};
    if (plan->num_low > 0) {
        memory.spare_bytes = 2 * plan->num_low * sizeof(int32_t);
    } else if (plan->block < num_long) {
        memory.spare_bytes = num_short * sizeof(int32_t);
    }
    return memory;
}
