/* The levels between loading and storing, depth first: a block is transformed, multiplied and
 * transformed back while it is in cache, whichever cache it fits into. */
#include "decimal/fft/lanes/columns.h"
#include "decimal/fft/lanes/kernel.h"
#include "decimal/fft/lanes/roots.h"

/* What is done to one part of a transform. */
typedef struct convolution {
    level_table levels;
    cvec *x;
    cvec *y; /* the other factor, or NULL */
    bool transform_y;
    bool multiply; /* otherwise x is only transformed */
} convolution;

/* ---- within the L1 cache ---- */

/* The levels that take 16 vectors to blocks of 4. */
NB_INLINE void forward16(cvec *x, roots4 w)
{
    for (size_t i = 0; i < 4; i++) {
        forward4(&x[i], &x[4 + i], &x[8 + i], &x[12 + i], w);
    }
}

/* The innermost step on 16 vectors. */
NB_INLINE void convolve16(const convolution *c, cvec *x, cvec *y, roots4 w)
{
    forward16(x, w);
    if (y != NULL && c->transform_y) {
        forward16(y, w);
    }
    if (!c->multiply) {
        return;
    }
    const cvec r = w.first;
    const cvec root[4] = {r, {-r.re, -r.im}, {-r.im, r.re}, {r.im, -r.re}};
    for (size_t i = 0; i < 4; i++) {
        if (y == NULL) {
            square_mod4(&x[4 * i], root[i]);
        } else {
            multiply_mod4(&x[4 * i], &y[4 * i], root[i]);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        inverse4(&x[i], &x[4 + i], &x[8 + i], &x[12 + i], w);
    }
}

NB_INLINE void forward_level4(const level_table *levels, cvec *x, size_t blocks, size_t quarter,
                              size_t block, unsigned depth)
{
    for (size_t b = 0; b < blocks; b++, x += 4 * quarter) {
        const roots4 w = level_roots(levels, block * blocks + b, depth);
        for (size_t i = 0; i < quarter; i++) {
            forward4(&x[i], &x[quarter + i], &x[2 * quarter + i], &x[3 * quarter + i], w);
        }
    }
}

NB_INLINE void inverse_level4(const level_table *levels, cvec *x, size_t blocks, size_t quarter,
                              size_t block, unsigned depth)
{
    for (size_t b = 0; b < blocks; b++, x += 4 * quarter) {
        const roots4 w = level_roots(levels, block * blocks + b, depth);
        for (size_t i = 0; i < quarter; i++) {
            inverse4(&x[i], &x[quarter + i], &x[2 * quarter + i], &x[3 * quarter + i], w);
        }
    }
}

NB_INLINE void forward_level2(const level_table *levels, cvec *x, size_t half, size_t block,
                              unsigned depth)
{
    const cvec root = level_roots(levels, block, depth).second;
    for (size_t i = 0; i < half; i++) {
        forward2(&x[i], &x[half + i], root);
    }
}

/* The levels from `depth` on that leave blocks of 16 vectors of the 2^log_size in a block. */
NB_INLINE void forward_to_16(const level_table *levels, cvec *x, unsigned log_size, size_t block,
                             unsigned depth)
{
    size_t size = (size_t)1 << log_size, blocks = 1;
    if (log_size % 2 == 1) {
        forward_level2(levels, x, size / 2, block, depth);
        blocks = 2;
        depth++;
    }
    for (; size / blocks > 16; blocks *= 4, depth += 2) {
        forward_level4(levels, x, blocks, size / blocks / 4, block, depth);
    }
}

NB_INLINE void inverse_from_16(const level_table *levels, cvec *x, unsigned log_size, size_t block,
                               unsigned depth)
{
    size_t size = (size_t)1 << log_size, blocks = size / 64;
    unsigned level = log_size - 6;
    for (; blocks > 0; blocks /= 4, level -= 2) {
        inverse_level4(levels, x, blocks, size / blocks / 4, block, depth + level);
    }
    if (log_size % 2 == 1) {
        const cvec root = level_roots(levels, block, depth).second;
        for (size_t i = 0; i < size / 2; i++) {
            inverse2(&x[i], &x[size / 2 + i], root);
        }
    }
}

/* A block of 2^log_size vectors, 4 <= log_size <= NB_FFT_LOG_BLOCK, which lie side by side. */
NB_INLINE void convolve_within_l1(const convolution *c, cvec *x, cvec *y, unsigned log_size,
                                  size_t block, unsigned depth)
{
    forward_to_16(&c->levels, x, log_size, block, depth);
    if (y != NULL && c->transform_y) {
        forward_to_16(&c->levels, y, log_size, block, depth);
    }
    const size_t num_16 = (size_t)1 << (log_size - 4);
    for (size_t b = 0; b < num_16; b++) {
        const roots4 w = level_roots(&c->levels, block * num_16 + b, depth + log_size - 4);
        convolve16(c, &x[16 * b], y == NULL ? NULL : &y[16 * b], w);
    }
    if (c->multiply) {
        inverse_from_16(&c->levels, x, log_size, block, depth);
    }
}

/* Full blocks deserve code for their size alone. */
static void convolve_block(const convolution *c, size_t first, unsigned log_size, size_t block,
                           unsigned depth)
{
    cvec *x = c->x + nb_fft_offset(first), *y = c->y == NULL ? NULL : c->y + nb_fft_offset(first);
    if (log_size == NB_FFT_LOG_BLOCK) {
        convolve_within_l1(c, x, y, NB_FFT_LOG_BLOCK, block, depth);
    } else {
        convolve_within_l1(c, x, y, log_size, block, depth);
    }
}

/* ---- beyond it ---- */

/* Points to each row of the block that starts at vector `first`. */
static void find_rows(cvec **row, cvec *x, size_t first, size_t num_rows, size_t columns)
{
    for (size_t j = 0; j < num_rows; j++) {
        row[j] = x + nb_fft_offset(first + j * columns);
    }
}

static void pass(const level_table *levels, cvec *x, size_t first, unsigned log_size,
                 unsigned log_rows, size_t block, unsigned depth, bool inverse)
{
    cvec *row[1 << NB_FFT_MAX_LOG_ROWS];
    const size_t num_rows = (size_t)1 << log_rows, columns = (size_t)1 << (log_size - log_rows);
    for (size_t column = 0; column < columns; column += COLUMN_CHUNK) {
        find_rows(row, x, first + column, num_rows, columns);
        if (inverse) {
            inverse_columns(levels, row, (const cvec *const *)row, log_rows, block, depth);
        } else {
            forward_columns(levels, row, row, log_rows, block, depth, false);
        }
    }
}

/* The block that starts at vector `first`, of 2^log_size vectors. */
static void convolve(const convolution *c, size_t first, unsigned log_size, size_t block,
                     unsigned depth)
{
    if (log_size <= NB_FFT_LOG_BLOCK) {
        convolve_block(c, first, log_size, block, depth);
        return;
    }
    unsigned log_rows = log_size - NB_FFT_LOG_BLOCK;
    if (log_rows > NB_FFT_PASS_LEVELS + 1) {
        log_rows -= NB_FFT_PASS_LEVELS;
        log_rows = log_rows < NB_FFT_PASS_LEVELS ? log_rows : NB_FFT_PASS_LEVELS;
    }
    pass(&c->levels, c->x, first, log_size, log_rows, block, depth, false);
    if (c->y != NULL && c->transform_y) {
        pass(&c->levels, c->y, first, log_size, log_rows, block, depth, false);
    }
    for (size_t j = 0; j < (size_t)1 << log_rows; j++) {
        convolve(c, first + (j << (log_size - log_rows)), log_size - log_rows,
                 (block << log_rows) + j, depth + log_rows);
    }
    if (c->multiply) {
        pass(&c->levels, c->x, first, log_size, log_rows, block, depth, true);
    }
}

/* Rows [0, 2^log_rows) of every part. */
static void convolve_parts(const nb_fft_shape *shape, convolution *c, cvec *x, cvec *y)
{
    const nb_fft_roots *roots = NB_WIDE(nb_fft_roots_for)(shape->odd, shape->log_vectors);
    const unsigned log_columns = shape->log_vectors - shape->log_rows;
    c->levels.twiddles = nb_fft_twiddles();
    for (unsigned u = 0; u < shape->odd; u++) {
        c->levels.lane = roots->lane[u];
        c->x = x + u * shape->part_stride;
        c->y = y == NULL ? NULL : y + u * shape->part_stride;
        for (size_t row = 0; row < (size_t)1 << shape->log_rows; row++) {
            convolve(c, row << log_columns, log_columns, row, shape->log_rows);
        }
    }
}

void NB_WIDE(nb_fft_forward)(const nb_fft_shape *shape, double *x)
{
    convolution c = {.multiply = false};
    convolve_parts(shape, &c, (cvec *)x, NULL);
}

void NB_WIDE(nb_fft_convolve)(const nb_fft_shape *shape, double *x, double *y, bool y_is_forward)
{
    convolution c = {.multiply = true, .transform_y = !y_is_forward};
    convolve_parts(shape, &c, (cvec *)x, (cvec *)y);
}
