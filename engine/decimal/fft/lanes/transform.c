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

/* Columns [column, end) of one block. */
static void pass(const level_table *levels, cvec *x, size_t first, unsigned log_size,
                 unsigned log_rows, size_t block, unsigned depth, size_t column, size_t end,
                 bool inverse)
{
    cvec *row[1 << NB_FFT_MAX_LOG_ROWS];
    const size_t num_rows = (size_t)1 << log_rows, columns = (size_t)1 << (log_size - log_rows);
    for (; column < end; column += COLUMN_CHUNK) {
        find_rows(row, x, first + column, num_rows, columns);
        if (inverse) {
            inverse_columns(levels, row, (const cvec *const *)row, log_rows, block, depth);
        } else {
            forward_columns(levels, row, row, log_rows, block, depth, false);
        }
    }
}

/* The levels that the first pass over a block of 2^log_size vectors combines. */
static unsigned choose_log_rows(unsigned log_size)
{
    unsigned log_rows = log_size - NB_FFT_LOG_BLOCK;
    if (log_rows > NB_FFT_PASS_LEVELS + 1) {
        log_rows -= NB_FFT_PASS_LEVELS;
        log_rows = log_rows < NB_FFT_PASS_LEVELS ? log_rows : NB_FFT_PASS_LEVELS;
    }
    return log_rows;
}

/* The block that starts at vector `first`, of 2^log_size vectors. */
static void convolve(const convolution *c, size_t first, unsigned log_size, size_t block,
                     unsigned depth)
{
    if (log_size <= NB_FFT_LOG_BLOCK) {
        convolve_block(c, first, log_size, block, depth);
        return;
    }
    const unsigned log_rows = choose_log_rows(log_size), log_columns = log_size - log_rows;
    const size_t columns = (size_t)1 << log_columns;
    pass(&c->levels, c->x, first, log_size, log_rows, block, depth, 0, columns, false);
    if (c->y != NULL && c->transform_y) {
        pass(&c->levels, c->y, first, log_size, log_rows, block, depth, 0, columns, false);
    }
    for (size_t j = 0; j < (size_t)1 << log_rows; j++) {
        convolve(c, first + (j << log_columns), log_columns, (block << log_rows) + j,
                 depth + log_rows);
    }
    if (c->multiply) {
        pass(&c->levels, c->x, first, log_size, log_rows, block, depth, 0, columns, true);
    }
}

/* ---- by a team ---- */

/* All blocks of one depth: 2^depth in each part, of 2^log_size vectors each. */
typedef struct level {
    const nb_fft_shape *shape;
    const nb_fft_roots *roots;
    cvec *x, *y;
    bool transform_y, multiply;
    unsigned depth, log_size;

    /* The pass over them that is being done, if one is. */
    cvec *passed; /* x or y */
    bool inverse;
    unsigned log_rows;
    size_t block_pieces; /* into which the columns of a block are cut */
} level;

static level_table table_of(const level *self, size_t part)
{
    return (level_table){self->roots->lane[part], nb_fft_twiddles()};
}

static void pass_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    const level *self = ctx;
    const size_t column_piece = piece % self->block_pieces;
    const size_t block = piece / self->block_pieces % ((size_t)1 << self->depth);
    const size_t part = piece / self->block_pieces >> self->depth;
    const size_t chunks = ((size_t)1 << (self->log_size - self->log_rows)) / COLUMN_CHUNK;
    const level_table levels = table_of(self, part);
    pass(&levels, self->passed + part * self->shape->part_stride, block << self->log_size,
         self->log_size, self->log_rows, block, self->depth,
         chunks * column_piece / self->block_pieces * COLUMN_CHUNK,
         chunks * (column_piece + 1) / self->block_pieces * COLUMN_CHUNK, self->inverse);
}

/* A pass over all blocks of x or y. */
static void pass_level(nb_team *team, level *self, cvec *passed, bool inverse)
{
    const size_t num_blocks = (size_t)self->shape->odd << self->depth;
    const size_t wanted = (size_t)nb_team_size(team) * NB_FFT_MEMBER_PIECES;
    self->passed = passed;
    self->inverse = inverse;
    self->log_rows = choose_log_rows(self->log_size);
    self->block_pieces = (wanted + num_blocks - 1) / num_blocks;
    nb_team_for(team, num_blocks * self->block_pieces, pass_piece, self);
}

static void convolve_piece(void *ctx, size_t piece, unsigned rank)
{
    (void)rank;
    const level *self = ctx;
    const size_t block = piece % ((size_t)1 << self->depth), part = piece >> self->depth;
    const convolution c = {
        .levels = table_of(self, part),
        .x = self->x + part * self->shape->part_stride,
        .y = self->y == NULL ? NULL : self->y + part * self->shape->part_stride,
        .transform_y = self->transform_y,
        .multiply = self->multiply,
    };
    convolve(&c, block << self->log_size, self->log_size, block, self->depth);
}

/* Passes over memory until there are blocks enough for all members; then each block is one's own.
 */
static void convolve_level(nb_team *team, const level *here)
{
    level self = *here;
    const size_t num_blocks = (size_t)self.shape->odd << self.depth;
    const size_t wanted = (size_t)nb_team_size(team) * NB_FFT_MEMBER_PIECES;
    if (nb_team_size(team) == 1 || num_blocks >= wanted || self.log_size <= NB_FFT_LOG_BLOCK) {
        nb_team_for(team, num_blocks, convolve_piece, &self);
        return;
    }
    pass_level(team, &self, self.x, false);
    if (self.y != NULL && self.transform_y) {
        pass_level(team, &self, self.y, false);
    }
    level next = self;
    next.depth += self.log_rows;
    next.log_size -= self.log_rows;
    convolve_level(team, &next);
    if (self.multiply) {
        pass_level(team, &self, self.x, true);
    }
}

/* All rows of all parts. */
static void convolve_shape(nb_team *team, const nb_fft_shape *shape, level *self)
{
    self->shape = shape;
    self->roots = NB_WIDE(nb_fft_roots_for)(shape->odd, shape->log_vectors);
    self->depth = shape->log_rows;
    self->log_size = shape->log_vectors - shape->log_rows;
    convolve_level(team, self);
}

void NB_WIDE(nb_fft_forward)(nb_team *team, const nb_fft_shape *shape, double *x)
{
    level all = {.x = (cvec *)x};
    convolve_shape(team, shape, &all);
}

void NB_WIDE(nb_fft_convolve)(nb_team *team, const nb_fft_shape *shape, double *x, double *y,
                              bool y_is_forward)
{
    level all = {.x = (cvec *)x, .y = (cvec *)y, .transform_y = !y_is_forward, .multiply = true};
    convolve_shape(team, shape, &all);
}
