/* Several levels in one pass over memory: the rows of a block, combined column by column. */
#ifndef NB_DECIMAL_FFT_LANES_COLUMNS_H
#define NB_DECIMAL_FFT_LANES_COLUMNS_H

#include <stdbool.h>

#include "decimal/fft/lanes/butterfly.h"

/* Columns that go through all levels together: 2^6 rows of them stay in the L1 cache. */
enum { COLUMN_CHUNK = 8 };

/* Which transforms a pass belongs to: the roots of its lanes at each depth, and the table. */
typedef struct level_table {
    const cvec *lane; /* [t] */
    const nb_fft_root *twiddles;
} level_table;

NB_INLINE roots4 level_roots(const level_table *levels, size_t block, unsigned depth)
{
    return make_roots(levels->lane[depth], levels->twiddles[block]);
}

NB_INLINE void put(cvec *to, cvec x, bool past_caches)
{
    if (past_caches) {
        store_past_caches(&to->re, x.re);
        store_past_caches(&to->im, x.im);
    } else {
        *to = x;
    }
}

/* `log_rows` levels from `depth` on over columns [0, COLUMN_CHUNK) of the rows of one block. The
 * last level writes to `out`, whose rows may be those of `row`; past the caches if so asked. */
NB_INLINE void forward_columns(const level_table *levels, cvec *const *row, cvec *const *out,
                               unsigned log_rows, size_t block, unsigned depth, bool past_caches)
{
    const size_t num_rows = (size_t)1 << log_rows;
    size_t blocks = 1;
    if (log_rows % 2 == 1) {
        const size_t half = num_rows / 2;
        const cvec root = level_roots(levels, block, depth).second;
        const bool last = log_rows == 1;
        cvec *const *to = last ? out : row;
        for (size_t j = 0; j < half; j++) {
            for (size_t i = 0; i < COLUMN_CHUNK; i++) {
                cvec x0 = row[j][i], x1 = row[j + half][i];
                forward2(&x0, &x1, root);
                put(&to[j][i], x0, last && past_caches);
                put(&to[j + half][i], x1, last && past_caches);
            }
        }
        blocks = 2;
        depth++;
    }
    for (; blocks < num_rows; blocks *= 4, depth += 2) {
        const size_t quarter = num_rows / blocks / 4;
        const bool last = quarter == 1;
        cvec *const *to = last ? out : row;
        for (size_t b = 0; b < blocks; b++) {
            const roots4 w = level_roots(levels, block * blocks + b, depth);
            for (size_t j = 4 * quarter * b; j < 4 * quarter * b + quarter; j++) {
                for (size_t i = 0; i < COLUMN_CHUNK; i++) {
                    cvec x0 = row[j][i], x1 = row[j + quarter][i];
                    cvec x2 = row[j + 2 * quarter][i], x3 = row[j + 3 * quarter][i];
                    forward4(&x0, &x1, &x2, &x3, w);
                    put(&to[j][i], x0, last && past_caches);
                    put(&to[j + quarter][i], x1, last && past_caches);
                    put(&to[j + 2 * quarter][i], x2, last && past_caches);
                    put(&to[j + 3 * quarter][i], x3, last && past_caches);
                }
            }
        }
    }
}

/* Undoes forward_columns, times the number of rows. Here the first level reads from `in`. */
NB_INLINE void inverse_columns(const level_table *levels, cvec *const *row, const cvec *const *in,
                               unsigned log_rows, size_t block, unsigned depth)
{
    const size_t num_rows = (size_t)1 << log_rows;
    unsigned level = log_rows;
    for (; level >= 2; level -= 2) {
        const size_t blocks = num_rows >> 2 >> (log_rows - level), quarter = num_rows / blocks / 4;
        for (size_t b = 0; b < blocks; b++) {
            const roots4 w = level_roots(levels, block * blocks + b, depth + level - 2);
            for (size_t j = 4 * quarter * b; j < 4 * quarter * b + quarter; j++) {
                const cvec *const *from = level == log_rows ? in : (const cvec *const *)row;
                for (size_t i = 0; i < COLUMN_CHUNK; i++) {
                    cvec x0 = from[j][i], x1 = from[j + quarter][i];
                    cvec x2 = from[j + 2 * quarter][i], x3 = from[j + 3 * quarter][i];
                    inverse4(&x0, &x1, &x2, &x3, w);
                    row[j][i] = x0;
                    row[j + quarter][i] = x1;
                    row[j + 2 * quarter][i] = x2;
                    row[j + 3 * quarter][i] = x3;
                }
            }
        }
    }
    if (level == 1) {
        const size_t half = num_rows / 2;
        const cvec root = level_roots(levels, block, depth).second;
        const cvec *const *from = log_rows == 1 ? in : (const cvec *const *)row;
        for (size_t j = 0; j < half; j++) {
            for (size_t i = 0; i < COLUMN_CHUNK; i++) {
                cvec x0 = from[j][i], x1 = from[j + half][i];
                inverse2(&x0, &x1, root);
                row[j][i] = x0;
                row[j + half][i] = x1;
            }
        }
    }
}

#endif
