/* From the last inverse levels to digits, in one pass over both: what load.c does, backwards, and
 * then the carries.
 *
 * Carries without a chain: with q = round(x / B) a coefficient x is x - q B and carries q to its
 * neighbour; the sum of the two, up to 10^9, is split once more in the same way, and what it
 * carries, a few thousand at most for random digits, stays where it arrives: digits need not be
 * minimal, only small. A digit thus depends on three coefficients, and all of them are computed at
 * once.
 *
 * The digits that a row of a segment produces are a stream: they follow one another as the tiles
 * go by. What its last coefficients carry goes into the first digits of the next stream when all is
 * done. On the way each stream adds up its residue: digits are multiplied with the powers of the
 * base modulo 2^61 - 1, in two halves, exactly in floating point. */
#include <assert.h>
#include <math.h>

#include "decimal/digits.h"
#include "decimal/fft/lanes/columns.h"
#include "decimal/fft/lanes/dft.h"
#include "decimal/fft/lanes/kernel.h"
#include "decimal/fft/lanes/residue.h"

enum {
    MAX_SEGMENTS = NB_FFT_MAX_ODD * NB_LANES,
    MAX_STREAMS = 2 * NB_LANES * NB_FFT_MAX_TILE_ROWS,
    TILE_VECTORS = NB_FFT_TILE / NB_LANES
};

typedef struct stream {
    vec low, high;    /* sums of digits times the two halves of their weights */
    double quotient;  /* q of the last coefficient */
    double carry;     /* and what its sum carries */
    uint64_t residue; /* of the digits before this period */
} stream;

typedef struct storer {
    const nb_fft_shape *shape;
    const nb_fft_roots *roots;
    const residue_weights *weights;
    nb_fft_root scaled_segment[NB_FFT_MAX_ODD][NB_LANES]; /* roots->segment * 4 / M */
    int32_t *digits;
    size_t num_digits;
    stream *streams;
    vec max_error;
    bool lost_digits; /* something other than zero lies beyond the last digit */
} storer;

/* The coefficients of one tile, one row, by segment: real parts, then imaginary parts. */
typedef vec tile_vectors[2 * MAX_SEGMENTS][TILE_VECTORS];

static_assert(sizeof(stream) == NB_FFT_STREAM_DOUBLES * sizeof(double), "scratch is large enough");

/* ---- residues ---- */

/* Ends a period: `power` is that of its first digit. */
static void close_period(storer *self, uint64_t power)
{
    const size_t num_streams = 2 * (self->shape->odd * NB_LANES << self->shape->log_rows);
    for (size_t i = 0; i < num_streams; i++) {
        stream *s = &self->streams[i];
        uint64_t sum = reduce_halves(s->low, s->high);
        s->residue = nb_residue_add(s->residue, nb_residue_mul(sum, power));
        s->low = s->high = splat(0);
    }
}

/* ---- from vectors to coefficients ---- */

/* NB_LANES columns of one row, by segment. */
NB_INLINE void unload_lanes(const storer *self, tile_vectors tile, const cvec *const *from,
                            size_t column, unsigned odd)
{
    cvec point[MAX_SEGMENTS];
    for (unsigned u = 0; u < odd; u++) {
        cvec *x = &point[u * NB_LANES];
        vec re[NB_LANES], im[NB_LANES];
        for (unsigned i = 0; i < NB_LANES; i++) {
            re[i] = from[u][column + i].re;
            im[i] = from[u][column + i].im;
        }
        transpose(re);
        transpose(im);
        for (unsigned l = 0; l < NB_LANES; l++) {
            x[l] = (cvec){re[l], im[l]};
        }
        dft_lanes(x, true);
        const vec scale = splat(self->scaled_segment[u][0].re);
        x[0] = (cvec){x[0].re * scale, x[0].im * scale};
        for (unsigned s = 1; s < NB_LANES; s++) {
            x[s] = c_mul_conj(x[s], c_splat(self->scaled_segment[u][s]));
        }
    }
    for (unsigned s = 0; s < NB_LANES; s++) {
        if (odd > 1) {
            dft_odd(&point[s], odd, NB_LANES, self->roots, true);
        }
        for (unsigned j = 0; j < odd; j++) {
            const unsigned segment = j * NB_LANES + s;
            cvec x = point[segment];
            if (j > 0) {
                x = c_mul_conj(x, c_splat(self->roots->weight[j]));
            }
            tile[segment][column / NB_LANES] = x.re;
            tile[odd * NB_LANES + segment][column / NB_LANES] = x.im;
        }
    }
}

/* ---- from coefficients to digits ---- */

/* `count` vectors of coefficients of one stream. `weight` is the place of the first in the table.
 */
NB_INLINE void carry(storer *self, stream *s, int32_t *digits, const vec *x, size_t count,
                     size_t weight, bool past_caches)
{
    const vec inverse_base = splat(1.0 / NB_DIGIT_BASE), base = splat(NB_DIGIT_BASE);
    vec last_quotient = splat(s->quotient), last_carry = splat(s->carry);
    vec low = s->low, high = s->high, max_error = self->max_error;
    for (size_t i = 0; i < count; i++) {
        const vec quotient = round_nearest(x[i] * inverse_base);
        const vec sum = (x[i] - quotient * base) + shift_in(last_quotient, quotient);
        const vec carry = round_nearest(sum * inverse_base);
        const vec digit = (sum - carry * base) + shift_in(last_carry, carry);
        const vec rounded = digit + splat(NB_ROUNDER);
        const vec integer = rounded - splat(NB_ROUNDER);
        low += integer * load_weights(&self->weights->low[weight + i * NB_LANES]);
        high += integer * load_weights(&self->weights->high[weight + i * NB_LANES]);
        max_error = max_abs(max_error, digit - integer);
        store_digits(digits + i * NB_LANES, rounded, past_caches);
        last_quotient = quotient;
        last_carry = carry;
    }
    s->quotient = last_quotient[NB_LANES - 1];
    s->carry = last_carry[NB_LANES - 1];
    s->low = low;
    s->high = high;
    self->max_error = max_error;
}

/* The last digits of a number: what lies beyond them must be zero. */
static void carry_end(storer *self, stream *s, int32_t *digits, const vec *x, size_t count,
                      size_t weight, size_t num_digits)
{
    int32_t buffer[NB_FFT_TILE];
    carry(self, s, buffer, x, count, weight, false);
    memcpy(digits, buffer, num_digits * sizeof(*digits));
    for (size_t i = num_digits; i < count * NB_LANES; i++) {
        self->lost_digits |= buffer[i] != 0;
    }
}

/* One tile of one row: position `first` of each segment. */
NB_INLINE void store_tile(storer *self, const cvec *const *from, size_t row, size_t column,
                          size_t width, unsigned odd)
{
    const nb_fft_shape *shape = self->shape;
    const bool past_caches =
        self->num_digits * sizeof(*self->digits) >= NB_FFT_PAST_CACHES_BYTES / 4 &&
        (uintptr_t)self->digits % 64 == 0;
    tile_vectors tile;
    for (size_t c = 0; c < width; c += NB_LANES) {
        unload_lanes(self, tile, from, c, odd);
    }
    for (unsigned g = 0; g < 2 * odd * NB_LANES; g++) {
        const size_t first = g * shape->vectors + row * shape->columns + column;
        stream *s = &self->streams[(g << shape->log_rows) + row];
        const size_t weight = column % RESIDUE_PERIOD;
        if (first + width <= self->num_digits) {
            if (past_caches) {
                carry(self, s, self->digits + first, tile[g], width / NB_LANES, weight, true);
            } else {
                carry(self, s, self->digits + first, tile[g], width / NB_LANES, weight, false);
            }
        } else if (first < self->num_digits) {
            carry_end(self, s, self->digits + first, tile[g], width / NB_LANES, weight,
                      self->num_digits - first);
        }
    }
}

/* Takes the rows of a tile apart, into `scratch`. */
NB_INLINE void separate_rows(const storer *self, const cvec *x, cvec *scratch, size_t column,
                             size_t width)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    for (unsigned u = 0; u < shape->odd; u++) {
        const level_table levels = {self->roots->lane[u], nb_fft_twiddles()};
        for (size_t i = 0; i < width; i += COLUMN_CHUNK) {
            cvec *row[1 << NB_FFT_MAX_LOG_ROWS];
            const cvec *in[1 << NB_FFT_MAX_LOG_ROWS];
            for (size_t r = 0; r < num_rows; r++) {
                row[r] = scratch + (u * num_rows + r) * NB_FFT_TILE_STRIDE + i;
                in[r] = x + u * shape->part_stride + nb_fft_offset(r * shape->columns + column + i);
            }
            inverse_columns(&levels, row, in, shape->log_rows, 0, 0);
        }
    }
}

NB_INLINE void store(storer *self, const cvec *x, cvec *scratch, unsigned odd)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    const size_t width = shape->columns < NB_FFT_TILE ? shape->columns : NB_FFT_TILE;
    uint64_t power = 1;
    for (size_t column = 0; column < shape->columns; column += width) {
        if (num_rows > 1) {
            separate_rows(self, x, scratch, column, width);
        }
        for (size_t r = 0; r < num_rows; r++) {
            const cvec *from[NB_FFT_MAX_ODD];
            for (unsigned u = 0; u < odd; u++) {
                from[u] = num_rows > 1 ? scratch + (u * num_rows + r) * NB_FFT_TILE_STRIDE
                                       : x + u * shape->part_stride + nb_fft_offset(column);
            }
            store_tile(self, from, r, column, width, odd);
        }
        if ((column + width) % RESIDUE_PERIOD == 0 || column + width == shape->columns) {
            close_period(self, power);
            power = nb_residue_mul(power, self->weights->next);
        }
    }
}

/* ---- between streams ---- */

/* What stream i leaves for the first digit of the next one. */
static int64_t carry_out(const stream *s)
{
    return (int64_t)s->quotient + (int64_t)s->carry;
}

/* Passes the carries on, and adds up the residue of the whole. What is carried beyond 2M digits
 * comes back at the lowest with the opposite sign: the product is one modulo base^(2M) + 1. */
static void join_streams(storer *self, nb_fft_check *check)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_streams = (self->num_digits + shape->columns - 1) / shape->columns;
    const bool full = self->num_digits == 2 * shape->length;
    int64_t top = carry_out(&self->streams[num_streams - 1]);
    for (size_t i = 0; i < num_streams; i++) {
        const int64_t carry = i > 0 ? carry_out(&self->streams[i - 1]) : full ? -top : 0;
        const size_t position = i * shape->columns;
        nb_digits_put(self->digits, self->num_digits, position, self->digits[position] + carry);
    }
    self->lost_digits |= !full && top != 0;

    const uint64_t next_stream = nb_residue_pow(NB_DIGIT_BASE, shape->columns);
    uint64_t above = 0;
    for (size_t i = num_streams; i-- > 0;) {
        above = nb_residue_add(nb_residue_mul(above, next_stream), self->streams[i].residue);
        const int64_t carry = i > 0 ? carry_out(&self->streams[i - 1]) : full ? -top : 0;
        above = nb_residue_add(above, nb_residue_of_signed(carry));
    }
    check->residue = above;
}

/* ---- whole products ---- */

static void prepare(storer *self, const nb_fft_shape *shape)
{
    self->shape = shape;
    self->roots = NB_WIDE(nb_fft_roots_for)(shape->odd, shape->log_vectors);
    self->weights = NB_WIDE(nb_fft_residue_weights)();
    const double scale = 4.0 / (double)shape->length; /* two levels less than there might be */
    for (unsigned u = 0; u < shape->odd; u++) {
        for (unsigned s = 0; s < NB_LANES; s++) {
            self->scaled_segment[u][s].re = self->roots->segment[u][s].re * scale;
            self->scaled_segment[u][s].im = self->roots->segment[u][s].im * scale;
        }
    }
    const size_t num_streams = 2 * (shape->odd * NB_LANES << shape->log_rows);
    assert(num_streams <= MAX_STREAMS);
    memset(self->streams, 0, num_streams * sizeof(*self->streams));
}

void NB_WIDE(nb_fft_store)(const nb_fft_shape *shape, const double *x, int32_t *digits,
                           size_t num_digits, double *scratch, nb_fft_check *check)
{
    cvec *tile = (cvec *)scratch;
    storer self = {
        .digits = digits,
        .num_digits = num_digits,
        .streams = (stream *)(tile + (size_t)NB_FFT_MAX_TILE_ROWS * NB_FFT_TILE_STRIDE),
    };
    prepare(&self, shape);
    switch (shape->odd) {
    case 1:
        store(&self, (const cvec *)x, tile, 1);
        break;
    case 3:
        store(&self, (const cvec *)x, tile, 3);
        break;
    case 5:
        store(&self, (const cvec *)x, tile, 5);
        break;
    default:
        store(&self, (const cvec *)x, tile, 7);
        break;
    }
    join_streams(&self, check);
    check->max_error = self.lost_digits ? HUGE_VAL : 0;
    for (unsigned l = 0; l < NB_LANES; l++) {
        check->max_error = fmax(check->max_error, self.max_error[l]);
    }
}
