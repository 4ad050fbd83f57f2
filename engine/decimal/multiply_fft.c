/* Products by transforms: one for the whole product if the factors are about as long, or blocks of
 * the longer factor times the shorter one, whose transform serves them all (overlap-add).
 *
 * A product P that is a little longer than the 2M digits of a shape need not take the next one. A
 * transform gives P modulo B^(2M) + 1, where P = H B^(2M) + L becomes L - H; and the lowest t
 * digits of P, which are those of L, are a product of t digits by t. Their difference is H, if t
 * digits are enough for it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/fft/twiddles.h"
#include "decimal/multiply_internal.h"

static bool is_square(nb_factor a, nb_factor b)
{
    return a.digits == b.digits && a.num_digits == b.num_digits;
}

/* ---- how ---- */

/* Blocks start at multiples of this many digits, a cache line. */
enum { BLOCK_UNIT = 16 };

typedef struct plan {
    nb_fft_shape shape;
    size_t block;   /* digits of the longer factor that are multiplied at once */
    size_t num_low; /* t for a product that is longer than 2M, else 0 */
    double cost;
} plan;

/* The time of one transform with its loading or storing, in arbitrary units. */
static double transform_cost(const nb_fft_shape *shape)
{
    return (double)shape->length * (10 + log2((double)shape->length));
}

/* A product in blocks that just fill the shape. */
static plan plan_blocks(const nb_fft_shape *shape, size_t num_long, size_t num_short)
{
    plan p = {.shape = *shape};
    size_t room = (2 * shape->length - num_short) / BLOCK_UNIT * BLOCK_UNIT;
    size_t num_blocks = (num_long + room - 1) / room;
    p.block = (num_long + num_blocks - 1) / num_blocks;
    p.block = (p.block + BLOCK_UNIT - 1) / BLOCK_UNIT * BLOCK_UNIT;
    p.cost = (double)(2 * num_blocks + 1) * transform_cost(shape);
    return p;
}

/* H is determined by a few digits more than it has: balanced, it may be negative. */
enum { LOW_SLACK = 2 };

/* A product longer than 2M, with as many transforms for the lowest digits as for the whole. */
static plan plan_folded(const nb_fft_shape *shape, size_t num_long, size_t num_short,
                        unsigned num_transforms)
{
    plan p = {.shape = *shape, .block = num_long};
    p.num_low = num_long + num_short - 2 * shape->length + LOW_SLACK;
    nb_fft_shape low = nb_fft_shape_for(shape->lanes, 2 * p.num_low);
    p.cost = num_transforms * (transform_cost(shape) + transform_cost(&low));
    return p;
}

static plan plan_at_once(unsigned lanes, size_t num_long, size_t num_short, unsigned num_transforms)
{
    plan best = {.shape = nb_fft_shape_for(lanes, num_long + num_short), .block = num_long};
    best.cost = num_transforms * transform_cost(&best.shape);
    nb_fft_shape below = nb_fft_shape_below(lanes, num_long + num_short);
    if (below.length > 0 && num_long + num_short - 2 * below.length + LOW_SLACK < num_short / 2) {
        plan folded = plan_folded(&below, num_long, num_short, num_transforms);
        best = folded.cost < best.cost ? folded : best;
    }
    return best;
}

/* The cheapest of: all at once, and blocks of any size. */
static plan choose_plan(unsigned lanes, size_t num_long, size_t num_short, bool square)
{
    plan best = plan_at_once(lanes, num_long, num_short, square ? 2 : 3);
    if (num_long / 2 < num_short) {
        return best;
    }
    size_t size = 2 * num_short;
    while (size < num_long) {
        nb_fft_shape shape = nb_fft_shape_for(lanes, size);
        plan blocks = plan_blocks(&shape, num_long, num_short);
        if (blocks.cost < best.cost) {
            best = blocks;
        }
        size = 2 * shape.length + 1;
    }
    return best;
}

static nb_status prepare(nb_multiplier *multiplier, const nb_fft_shape *shape, bool need_y)
{
    const size_t size = (need_y ? 2 : 1) * nb_fft_shape_doubles(shape) * sizeof(double);
    nb_status status = nb_workspace_reserve(&multiplier->transforms, size);
    if (status == NBANG_OK) {
        status = nb_workspace_reserve(&multiplier->scratch,
                                      multiplier->kernel->scratch_doubles * sizeof(double));
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
    const size_t num_digits = a.num_digits + b.num_digits, room = 2 * shape->length;
    double *x = first_transform(m), *y = NULL, *scratch = m->scratch.memory;
    kernel->load(shape, x, a.digits, a.num_digits, scratch);
    if (!is_square(a, b)) {
        y = second_transform(m, shape);
        kernel->load(shape, y, b.digits, b.num_digits, scratch);
    }
    kernel->convolve(shape, x, y, false);
    kernel->store(shape, x, product, num_digits < room ? num_digits : room, scratch, check);
}

/* ---- longer than the transform ---- */

/* low[0 .. 2 t) = the product of the lowest t digits. */
static nb_status multiply_low(nb_multiplier *m, int32_t *low, nb_factor a, nb_factor b, size_t t,
                              bool *good)
{
    const bool square = is_square(a, b);
    a = (nb_factor){a.digits, t, nb_digits_residue(a.digits, t)};
    b = square ? a : (nb_factor){b.digits, t, nb_digits_residue(b.digits, t)};
    uint64_t residue;
    if (t <= NB_BASECASE_MAX) {
        nb_multiply_basecase(low, a, b, &residue);
        *good = residue == nb_residue_mul(a.residue, b.residue);
        return NBANG_OK;
    }
    return nb_multiply_fft(m, low, a, b, &residue, good);
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
    const uint64_t high = nb_digits_residue(low, t);
    const uint64_t fold = nb_residue_add(nb_residue_pow(NB_DIGIT_BASE, room), 1);
    check->residue = nb_residue_add(check->residue, nb_residue_mul(high, fold));
    nb_digits_add(product, room, low, t);

    const size_t num_high = num_digits - room;
    memcpy(product + room, low, num_high * sizeof(*product));
    product[num_digits - 1] += low[num_high] * NB_DIGIT_BASE; /* as far as it fits */
    if (low[num_high + 1] != 0 || low[num_high] < -1 || low[num_high] > 1) {
        check->max_error = HUGE_VAL;
    }
}

static nb_status multiply_folded(nb_multiplier *m, const plan *p, int32_t *product, nb_factor a,
                                 nb_factor b, nb_fft_check *check)
{
    const size_t t = p->num_low;
    int32_t *low = malloc(2 * t * sizeof(*low));
    if (low == NULL) {
        return NBANG_NO_MEMORY;
    }
    bool good = false;
    nb_status status = multiply_low(m, low, a, b, t, &good);
    if (status == NBANG_OK) {
        multiply_at_once(m, &p->shape, product, a, b, check);
        unfold(m, 2 * p->shape.length, product, a.num_digits + b.num_digits, low, t, check);
        check->max_error = good ? check->max_error : HUGE_VAL;
    }
    free(low);
    return status;
}

/* ---- in blocks ---- */

/* The product of the block at `start` is stored over it; its upper part overlaps the product of the
 * block above, which is there already and is set aside meanwhile. */
static void multiply_block(nb_multiplier *m, const plan *p, int32_t *product, size_t start,
                           size_t num_block, size_t num_short, int32_t *above, nb_fft_check *check)
{
    const nb_fft_kernel *kernel = m->kernel;
    double *x = first_transform(m), *scratch = m->scratch.memory;
    int32_t *block = product + start;
    kernel->load(&p->shape, x, block, num_block, scratch);
    kernel->convolve(&p->shape, x, second_transform(m, &p->shape), true);
    memcpy(above, block + num_block, num_short * sizeof(*above));
    kernel->store(&p->shape, x, block, num_block + num_short, scratch, check);
}

/* The residue of the sum of all blocks comes from those of the blocks. From the top down, since a
 * block's product takes the place of the block and of what lies right above it. */
static nb_status multiply_in_blocks(nb_multiplier *m, const plan *p, int32_t *product, nb_factor a,
                                    nb_factor b, nb_fft_check *check)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    int32_t *above = malloc(b.num_digits * sizeof(*above));
    if (above == NULL) {
        return NBANG_NO_MEMORY;
    }
    const uint64_t block_weight = nb_residue_pow(NB_DIGIT_BASE, p->block);
    double *y = second_transform(m, &p->shape);
    m->kernel->load(&p->shape, y, b.digits, b.num_digits, m->scratch.memory);
    m->kernel->forward(&p->shape, y);
    memmove(product, a.digits, a.num_digits * sizeof(*product));

    check->max_error = 0;
    check->residue = 0;
    for (size_t end = a.num_digits; end > 0;) {
        size_t start = (end - 1) / p->block * p->block;
        nb_fft_check block;
        multiply_block(m, p, product, start, end - start, b.num_digits, above, &block);
        if (end < a.num_digits) {
            nb_digits_add(product + end, num_digits - end, above, b.num_digits);
        }
        check->max_error = fmax(check->max_error, block.max_error);
        check->residue =
            nb_residue_add(nb_residue_mul(check->residue, block_weight), block.residue);
        end = start;
    }
    free(above);
    return NBANG_OK;
}

nb_status nb_multiply_fft(nb_multiplier *multiplier, int32_t *product, nb_factor a, nb_factor b,
                          uint64_t *residue, bool *good)
{
    const bool square = is_square(a, b);
    const plan p = choose_plan(multiplier->kernel->lanes, a.num_digits, b.num_digits, square);
    nb_status status = prepare(multiplier, &p.shape, !square);
    if (status != NBANG_OK) {
        return status;
    }
    const uint64_t expected = nb_residue_mul(a.residue, b.residue);
    nb_fft_check check;
    if (p.num_low > 0) {
        status = multiply_folded(multiplier, &p, product, a, b, &check);
    } else if (p.block == a.num_digits) {
        multiply_at_once(multiplier, &p.shape, product, a, b, &check);
    } else {
        status = multiply_in_blocks(multiplier, &p, product, a, b, &check);
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
