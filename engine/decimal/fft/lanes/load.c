/* From digits to the first levels of a transform, in one pass over both.
 *
 * Point p of the transform is column c of row r of segment g, where each part has odd * NB_LANES
 * segments of `vectors` points: p = g * vectors + r * columns + c. The points c of all segments and
 * rows become, for a tile of columns at a time, the vectors c of all rows of all parts. */
#include "decimal/fft/lanes/columns.h"
#include "decimal/fft/lanes/dft.h"
#include "decimal/fft/lanes/kernel.h"

enum { MAX_SEGMENTS = NB_FFT_MAX_ODD * NB_LANES };

/* Digits of one row and tile: those of real parts, then those of imaginary parts, by segment. */
typedef int32_t tile_digits[2 * MAX_SEGMENTS][NB_FFT_TILE] __attribute__((aligned(64)));

typedef struct loader {
    const nb_fft_shape *shape;
    const nb_fft_roots *roots;
    const int32_t *digits;
    size_t num_digits;
    cvec *x;
    double *scratch; /* for all members of the team */
    column_pieces pieces;
} loader;

/* Copies `width` digits from position `first` on; those that do not exist are zeros. */
NB_INLINE void fetch(int32_t *to, const loader *self, size_t first, size_t width)
{
    if (first + NB_FFT_TILE <= self->num_digits && width == NB_FFT_TILE) {
        memcpy(to, self->digits + first, NB_FFT_TILE * sizeof(*to));
        return;
    }
    size_t left = first < self->num_digits ? self->num_digits - first : 0;
    size_t count = left < width ? left : width;
    memset(to, 0, NB_FFT_TILE * sizeof(*to));
    if (count > 0) {
        memcpy(to, self->digits + first, count * sizeof(*to));
    }
}

/* The first point of each segment of NB_LANES columns, transformed over the odd factor. */
NB_INLINE void transform_odd(const loader *self, cvec *point, tile_digits tile, size_t column,
                             unsigned odd, bool real)
{
    for (unsigned s = 0; s < NB_LANES; s++) {
        for (unsigned j = 0; j < odd; j++) {
            const unsigned segment = j * NB_LANES + s;
            const cvec weight = c_splat(self->roots->weight[j]);
            cvec x = {load_digits(&tile[segment][column]), splat(0)};
            if (!real) {
                x.im = load_digits(&tile[odd * NB_LANES + segment][column]);
            }
            if (j > 0) {
                x = real ? (cvec){x.re * weight.re, x.re * weight.im} : c_mul(x, weight);
            }
            point[segment] = x;
        }
        if (odd > 1) {
            dft_odd(&point[s], odd, NB_LANES, self->roots, false);
        }
    }
}

/* NB_LANES columns of one row: to[u] are the first of the vectors of part u. */
NB_INLINE void load_lanes(const loader *self, cvec *const *to, tile_digits tile, size_t column,
                          unsigned odd, bool real)
{
    cvec point[MAX_SEGMENTS];
    transform_odd(self, point, tile, column, odd, real);
    for (unsigned u = 0; u < odd; u++) {
        cvec *x = &point[u * NB_LANES];
        for (unsigned s = 1; s < NB_LANES; s++) {
            const cvec root = c_splat(self->roots->segment[u][s]);
            x[s] =
                real && odd == 1 ? (cvec){x[s].re * root.re, x[s].re * root.im} : c_mul(x[s], root);
        }
        dft_lanes(x, false);
        vec re[NB_LANES], im[NB_LANES];
        for (unsigned l = 0; l < NB_LANES; l++) {
            re[l] = x[l].re;
            im[l] = x[l].im;
        }
        transpose(re);
        transpose(im);
        for (unsigned i = 0; i < NB_LANES; i++) {
            to[u][column + i] = (cvec){re[i], im[i]};
        }
    }
}

/* One tile of one row. */
NB_INLINE void load_tile(const loader *self, cvec *const *to, size_t first, size_t width,
                         unsigned odd, bool real)
{
    const nb_fft_shape *shape = self->shape;
    const unsigned num_segments = odd * NB_LANES;
    tile_digits tile;
    for (unsigned g = 0; g < num_segments; g++) {
        fetch(tile[g], self, first + g * shape->vectors, width);
        if (!real) {
            fetch(tile[num_segments + g], self, first + g * shape->vectors + shape->length, width);
        }
    }
    for (size_t column = 0; column < width; column += NB_LANES) {
        load_lanes(self, to, tile, column, odd, real);
    }
}

/* Combines the rows of a tile, which are in `scratch`, and puts them where they belong. */
NB_INLINE void combine_rows(const loader *self, cvec *scratch, size_t column, size_t width)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    const bool past_caches =
        nb_fft_shape_doubles(shape) * sizeof(double) >= NB_FFT_PAST_CACHES_BYTES;
    for (unsigned u = 0; u < shape->odd; u++) {
        const level_table levels = {self->roots->lane[u], nb_fft_twiddles()};
        for (size_t i = 0; i < width; i += COLUMN_CHUNK) {
            cvec *row[1 << NB_FFT_MAX_LOG_ROWS], *out[1 << NB_FFT_MAX_LOG_ROWS];
            for (size_t r = 0; r < num_rows; r++) {
                row[r] = scratch + (u * num_rows + r) * NB_FFT_TILE_STRIDE + i;
                out[r] = self->x + u * shape->part_stride +
                         nb_fft_offset(r * shape->columns + column + i);
            }
            if (past_caches) {
                forward_columns(&levels, row, out, shape->log_rows, 0, 0, true);
            } else {
                forward_columns(&levels, row, out, shape->log_rows, 0, 0, false);
            }
        }
    }
}

/* The columns of one piece. */
NB_INLINE void load_piece(const loader *self, size_t piece, cvec *scratch, unsigned odd, bool real)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    const size_t width = self->pieces.tile_width, end = piece_start(&self->pieces, piece + 1);
    for (size_t column = piece_start(&self->pieces, piece); column < end; column += width) {
        for (size_t r = 0; r < num_rows; r++) {
            cvec *to[NB_FFT_MAX_ODD];
            for (unsigned u = 0; u < odd; u++) {
                to[u] = num_rows > 1 ? scratch + (u * num_rows + r) * NB_FFT_TILE_STRIDE
                                     : self->x + u * shape->part_stride + nb_fft_offset(column);
            }
            load_tile(self, to, r * shape->columns + column, width, odd, real);
        }
        if (num_rows > 1) {
            combine_rows(self, scratch, column, width);
        }
    }
}

/* Code for each odd factor, and for numbers without imaginary parts. */
static void work_on_piece(void *ctx, size_t piece, unsigned rank)
{
    const loader *self = ctx;
    const bool real = self->num_digits <= self->shape->length;
    cvec *tile = (cvec *)(self->scratch + rank * (size_t)NB_FFT_SCRATCH_DOUBLES);
    switch (self->shape->odd) {
    case 1:
        real ? load_piece(self, piece, tile, 1, true) : load_piece(self, piece, tile, 1, false);
        break;
    case 3:
        real ? load_piece(self, piece, tile, 3, true) : load_piece(self, piece, tile, 3, false);
        break;
    case 5:
        real ? load_piece(self, piece, tile, 5, true) : load_piece(self, piece, tile, 5, false);
        break;
    default:
        real ? load_piece(self, piece, tile, 7, true) : load_piece(self, piece, tile, 7, false);
        break;
    }
}

void NB_WIDE(nb_fft_load)(nb_team *team, const nb_fft_shape *shape, double *x,
                          const int32_t *digits, size_t num_digits, double *scratch)
{
    loader self = {
        .shape = shape,
        .roots = NB_WIDE(nb_fft_roots_for)(shape->odd, shape->log_vectors),
        .digits = digits,
        .num_digits = num_digits,
        .x = (cvec *)x,
        .scratch = scratch,
        .pieces = cut_columns(shape, team),
    };
    nb_team_for(team, self.pieces.count, work_on_piece, &self);
}
