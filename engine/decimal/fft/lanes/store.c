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
 * go by. A team cuts all streams at the same columns into pieces. What the last coefficients of a
 * piece carry goes into the first digits of the next one when all is done. On the way each stream
 * adds up the residue of its piece: digits are multiplied with the powers of the base modulo 2^61 -
 * 1, in two halves, exactly in floating point. */
#include <assert.h>
#include <math.h>

#include "decimal/digits.h"
#include "decimal/fft/lanes/columns.h"
#include "decimal/fft/lanes/dft.h"
#include "decimal/fft/lanes/kernel.h"
#include "decimal/fft/lanes/residue.h"

enum { MAX_SEGMENTS = NB_FFT_MAX_ODD * NB_LANES, TILE_VECTORS = NB_FFT_TILE / NB_LANES };

typedef struct stream {
    vec low, high;    /* sums of digits times the two halves of their weights */
    double quotient;  /* q of the last coefficient */
    double carry;     /* and what its sum carries */
    uint64_t residue; /* of the digits before this period, as if the piece were all */
} stream;

/* What a piece leaves. */
typedef struct piece_end {
    struct {
        int64_t carry; /* for the first digit of the next piece */
        uint64_t residue;
    } stream[NB_FFT_MAX_STREAMS];
    double max_error;
    uint64_t lost_digits; /* not 0: something other than zero lies beyond the last digit */
} piece_end;

/* The scratch space of a member of the team. */
typedef struct member_scratch {
    cvec tile[NB_FFT_MAX_TILE_ROWS * NB_FFT_TILE_STRIDE];
    stream streams[NB_FFT_MAX_STREAMS];
    piece_end ends[NB_FFT_MEMBER_PIECES]; /* of pieces, whoever they fell to */
} member_scratch;

static_assert(sizeof(member_scratch) == NB_FFT_SCRATCH_DOUBLES * sizeof(double),
              "scratch space is what the kernel asks for");

typedef struct storer {
    const nb_fft_shape *shape;
    const nb_fft_roots *roots;
    const residue_weights *weights;
    nb_fft_root scaled_segment[NB_FFT_MAX_ODD][NB_LANES]; /* roots->segment * 4 / M */
    const cvec *x;
    int32_t *digits;
    size_t num_digits;
    column_pieces pieces;
    size_t num_streams;
    member_scratch *scratch; /* of all members of the team */

    /* One member's own. */
    cvec *tile;
    stream *streams;
    vec max_error;
    bool lost_digits; /* something other than zero lies beyond the last digit */
} storer;

/* The coefficients of one tile, one row, by segment: real parts, then imaginary parts. */
typedef vec tile_vectors[2 * MAX_SEGMENTS][TILE_VECTORS];

/* ---- residues ---- */

/* Ends a period: `power` is that of its first digit. */
static void close_period(storer *self, uint64_t power)
{
    for (size_t i = 0; i < self->num_streams; i++) {
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

/* One tile of one row; its piece starts at column `start`. */
NB_INLINE void store_tile(storer *self, const cvec *const *from, size_t row, size_t start,
                          size_t column, size_t width, unsigned odd)
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
        const size_t weight = (column - start) % RESIDUE_PERIOD;
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

/* Takes the rows of a tile apart. */
NB_INLINE void separate_rows(const storer *self, size_t column, size_t width)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    for (unsigned u = 0; u < shape->odd; u++) {
        const level_table levels = {self->roots->lane[u], nb_fft_twiddles()};
        for (size_t i = 0; i < width; i += COLUMN_CHUNK) {
            cvec *row[1 << NB_FFT_MAX_LOG_ROWS];
            const cvec *in[1 << NB_FFT_MAX_LOG_ROWS];
            for (size_t r = 0; r < num_rows; r++) {
                row[r] = self->tile + (u * num_rows + r) * NB_FFT_TILE_STRIDE + i;
                in[r] = self->x + u * shape->part_stride +
                        nb_fft_offset(r * shape->columns + column + i);
            }
            inverse_columns(&levels, row, in, shape->log_rows, 0, 0);
        }
    }
}

/* The columns of one piece. */
NB_INLINE void store_piece(storer *self, size_t piece, unsigned odd)
{
    const nb_fft_shape *shape = self->shape;
    const size_t num_rows = (size_t)1 << shape->log_rows;
    const size_t width = self->pieces.tile_width;
    const size_t start = piece_start(&self->pieces, piece);
    const size_t end = piece_start(&self->pieces, piece + 1);
    uint64_t power = 1;
    for (size_t column = start; column < end; column += width) {
        if (num_rows > 1) {
            separate_rows(self, column, width);
        }
        for (size_t r = 0; r < num_rows; r++) {
            const cvec *from[NB_FFT_MAX_ODD];
            for (unsigned u = 0; u < odd; u++) {
                from[u] = num_rows > 1 ? self->tile + (u * num_rows + r) * NB_FFT_TILE_STRIDE
                                       : self->x + u * shape->part_stride + nb_fft_offset(column);
            }
            store_tile(self, from, r, start, column, width, odd);
        }
        const size_t done = column + width - start;
        if (done % RESIDUE_PERIOD == 0 || column + width == end) {
            close_period(self, power);
            power = nb_residue_mul(power, self->weights->next);
        }
    }
}

static piece_end *end_of(const storer *self, size_t piece)
{
    return &self->scratch[piece / NB_FFT_MEMBER_PIECES].ends[piece % NB_FFT_MEMBER_PIECES];
}

static void leave_piece(const storer *self, size_t piece)
{
    piece_end *end = end_of(self, piece);
    for (size_t i = 0; i < self->num_streams; i++) {
        const stream *s = &self->streams[i];
        end->stream[i].carry = (int64_t)s->quotient + (int64_t)s->carry;
        end->stream[i].residue = s->residue;
    }
    end->max_error = 0;
    for (unsigned l = 0; l < NB_LANES; l++) {
        end->max_error = fmax(end->max_error, self->max_error[l]);
    }
    end->lost_digits = self->lost_digits;
}

static void work_on_piece(void *ctx, size_t piece, unsigned rank)
{
    storer self = *(const storer *)ctx;
    self.tile = self.scratch[rank].tile;
    self.streams = self.scratch[rank].streams;
    memset(self.streams, 0, self.num_streams * sizeof(*self.streams));
    switch (self.shape->odd) {
    case 1:
        store_piece(&self, piece, 1);
        break;
    case 3:
        store_piece(&self, piece, 3);
        break;
    case 5:
        store_piece(&self, piece, 5);
        break;
    default:
        store_piece(&self, piece, 7);
        break;
    }
    leave_piece(&self, piece);
}

/* ---- between pieces ---- */

/* What comes to the first digit of a piece of stream i. What is carried beyond 2M digits comes back
 * at the lowest with the opposite sign: a product of so many is one modulo base^(2M) + 1. */
static int64_t carry_into(const storer *self, size_t piece, size_t i)
{
    const piece_end *last = end_of(self, self->pieces.count - 1);
    if (piece > 0) {
        return end_of(self, piece - 1)->stream[i].carry;
    }
    if (i > 0) {
        return last->stream[i - 1].carry;
    }
    const bool full = self->num_digits == 2 * self->shape->length;
    return full ? -last->stream[self->num_streams - 1].carry : 0;
}

/* Passes on what was carried to a piece, and adds up the residue of all its streams. */
static uint64_t join_piece(storer *self, size_t piece)
{
    const size_t columns = self->shape->columns, start = piece_start(&self->pieces, piece);
    const uint64_t next_stream = nb_residue_pow(NB_DIGIT_BASE, columns);
    const piece_end *end = end_of(self, piece);
    uint64_t above = 0;
    for (size_t i = self->num_streams; i-- > 0;) {
        const int64_t carry = carry_into(self, piece, i);
        const size_t position = i * columns + start;
        if (position < self->num_digits) {
            nb_digits_put(self->digits, self->num_digits, position, self->digits[position] + carry);
        } else {
            self->lost_digits |= carry != 0;
        }
        above = nb_residue_add(nb_residue_mul(above, next_stream), end->stream[i].residue);
        above = nb_residue_add(above, nb_residue_of_signed(carry));
    }
    return nb_residue_mul(above, nb_residue_pow(NB_DIGIT_BASE, start));
}

static void join_pieces(storer *self, nb_fft_check *check)
{
    const size_t count = self->pieces.count;
    *check = (nb_fft_check){0};
    for (size_t p = 0; p < count; p++) {
        const piece_end *end = end_of(self, p);
        check->residue = nb_residue_add(check->residue, join_piece(self, p));
        check->max_error = fmax(check->max_error, end->max_error);
        self->lost_digits |= end->lost_digits != 0;
    }
    if (self->num_digits < 2 * self->shape->length) {
        self->lost_digits |= end_of(self, count - 1)->stream[self->num_streams - 1].carry != 0;
    }
    if (self->lost_digits) {
        check->max_error = HUGE_VAL;
    }
}

/* ---- whole products ---- */

static void prepare(storer *self)
{
    const nb_fft_shape *shape = self->shape;
    self->roots = NB_WIDE(nb_fft_roots_for)(shape->odd, shape->log_vectors);
    self->weights = NB_WIDE(nb_fft_residue_weights)();
    self->num_streams = 2 * (shape->odd * NB_LANES << shape->log_rows);
    assert(self->num_streams <= NB_FFT_MAX_STREAMS);
    const double scale = 4.0 / (double)shape->length; /* two levels less than there might be */
    for (unsigned u = 0; u < shape->odd; u++) {
        for (unsigned s = 0; s < NB_LANES; s++) {
            self->scaled_segment[u][s].re = self->roots->segment[u][s].re * scale;
            self->scaled_segment[u][s].im = self->roots->segment[u][s].im * scale;
        }
    }
}

void NB_WIDE(nb_fft_store)(nb_team *team, const nb_fft_shape *shape, const double *x,
                           int32_t *digits, size_t num_digits, double *scratch, nb_fft_check *check)
{
    storer self = {
        .shape = shape,
        .x = (const cvec *)x,
        .digits = digits,
        .num_digits = num_digits,
        .pieces = cut_columns(shape, team),
        .scratch = (member_scratch *)scratch,
    };
    prepare(&self);
    nb_team_for(team, self.pieces.count, work_on_piece, &self);
    join_pieces(&self, check);
}
