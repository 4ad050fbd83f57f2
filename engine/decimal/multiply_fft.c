/* Products by transforms: one for the whole product if the factors are about as long, or blocks of
 * the longer factor times the shorter one, whose transform serves them all (overlap-add). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "decimal/fft/twiddles.h"
#include "decimal/multiply_internal.h"

/* ---- how ---- */

/* Blocks start at multiples of this many digits, a cache line. */
enum { BLOCK_UNIT = 16 };

typedef struct plan {
    nb_fft_shape shape;
    size_t block; /* digits of the longer factor that are multiplied at once */
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

/* The cheapest of: all at once, and blocks of any size. */
static plan choose_plan(unsigned lanes, size_t num_long, size_t num_short)
{
    plan best = {.shape = nb_fft_shape_for(lanes, num_long + num_short), .block = num_long};
    best.cost = 3 * transform_cost(&best.shape);
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
    const size_t num_doubles = nb_fft_shape_doubles(shape);
    nb_status status = nb_workspace_reserve(&multiplier->transforms,
                                            (need_y ? 2 : 1) * num_doubles * sizeof(double));
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

static void multiply_at_once(nb_multiplier *m, const nb_fft_shape *shape, int32_t *product,
                             nb_factor a, nb_factor b, nb_fft_check *check)
{
    const nb_fft_kernel *kernel = m->kernel;
    double *x = first_transform(m), *y = NULL, *scratch = m->scratch.memory;
    kernel->load(shape, x, a.digits, a.num_digits, scratch);
    if (a.digits != b.digits || a.num_digits != b.num_digits) {
        y = second_transform(m, shape);
        kernel->load(shape, y, b.digits, b.num_digits, scratch);
    }
    kernel->convolve(shape, x, y, false);
    kernel->store(shape, x, product, a.num_digits + b.num_digits, scratch, check);
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
    const plan p = choose_plan(multiplier->kernel->lanes, a.num_digits, b.num_digits);
    const bool at_once = p.block == a.num_digits;
    const bool square = a.digits == b.digits && a.num_digits == b.num_digits;
    nb_status status = prepare(multiplier, &p.shape, !square);
    if (status != NBANG_OK) {
        return status;
    }
    const uint64_t expected = nb_residue_mul(a.residue, b.residue);
    nb_fft_check check;
    if (at_once) {
        multiply_at_once(multiplier, &p.shape, product, a, b, &check);
    } else {
        status = multiply_in_blocks(multiplier, &p, product, a, b, &check);
        if (status != NBANG_OK) {
            return status;
        }
    }
    *good = check.max_error <= NB_MAX_ROUNDING_ERROR && check.residue == expected;
    *residue = check.residue;
    if (*good) {
        multiplier->max_error = fmax(multiplier->max_error, check.max_error);
    }
    return NBANG_OK;
}
