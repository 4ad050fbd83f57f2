/* How to multiply by transforms: how long they are, and whether they take the longer factor as a
 * whole or block by block. */
#ifndef NB_DECIMAL_MULTIPLY_PLAN_H
#define NB_DECIMAL_MULTIPLY_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "decimal/fft/shape.h"

typedef struct nb_multiply_plan {
    nb_fft_shape shape; /* of every transform, but for those of the lowest digits */
    size_t block;       /* digits of the longer factor that are multiplied at once */
    size_t num_low;     /* digits whose product unfolds one that is longer than the shape, else 0 */
    double cost;        /* predicted time of its transforms, in a unit that all plans for a kernel
                           have in common */
} nb_multiply_plan;

/* The kinds of plans for num_long >= num_short >= 1 digits.
 *
 * At once: the shape's 2 * length holds num_long + num_short digits.
 * Folded: it falls short of them by less than half of num_short.
 * Blocks: it holds num_short + 16 digits; the blocks are as equal as can be. */
nb_multiply_plan nb_multiply_plan_at_once(const nb_fft_shape *shape, size_t num_long, bool square);
nb_multiply_plan nb_multiply_plan_folded(const nb_fft_shape *shape, size_t num_long,
                                         size_t num_short, bool square);
nb_multiply_plan nb_multiply_plan_blocks(const nb_fft_shape *shape, size_t num_long,
                                         size_t num_short);

/* The plan that takes the least time by prediction, that for making work space included, of which
 * there are room_bytes. Pure; well below a microsecond. */
nb_multiply_plan nb_multiply_plan_best(unsigned lanes, size_t num_long, size_t num_short,
                                       bool square, size_t room_bytes);

/* Work space of a multiplier that a product takes, in bytes. */
typedef struct nb_multiply_memory {
    size_t transform_bytes;
    size_t spare_bytes; /* for digits that are set aside */
} nb_multiply_memory;

nb_multiply_memory nb_multiply_plan_memory(const nb_multiply_plan *plan, size_t num_long,
                                           size_t num_short, bool square);

#endif
