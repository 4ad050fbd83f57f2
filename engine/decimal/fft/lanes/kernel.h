/* The functions of one kernel; see decimal/fft/kernel.h. */
#ifndef NB_DECIMAL_FFT_LANES_KERNEL_H
#define NB_DECIMAL_FFT_LANES_KERNEL_H

#include "base/team.h"
#include "decimal/fft/kernel.h"
#include "decimal/fft/lanes/vector.h"

/* Columns that are loaded and stored together: 128 bytes of digits from each of many places. */
enum { NB_FFT_TILE = 32 };

/* Vectors from one row of a tile to the next: one more than it has, against cache conflicts. */
enum { NB_FFT_TILE_STRIDE = NB_FFT_TILE + 1 };

/* Work space from this size on is written past the caches when digits are loaded: none of it would
 * still be there when it is needed. */
#define NB_FFT_PAST_CACHES_BYTES ((size_t)24 << 20)

/* Most rows of all parts together: odd << log_rows of any shape. */
enum { NB_FFT_MAX_TILE_ROWS = 112 };

void NB_WIDE(nb_fft_prepare)(unsigned max_log_vectors);
void NB_WIDE(nb_fft_load)(nb_team *team, const nb_fft_shape *shape, double *x,
                          const int32_t *digits, size_t num_digits, double *scratch);
void NB_WIDE(nb_fft_forward)(nb_team *team, const nb_fft_shape *shape, double *x);
void NB_WIDE(nb_fft_convolve)(nb_team *team, const nb_fft_shape *shape, double *x, double *y,
                              bool y_is_forward);
void NB_WIDE(nb_fft_store)(nb_team *team, const nb_fft_shape *shape, const double *x,
                           int32_t *digits, size_t num_digits, double *scratch,
                           nb_fft_check *check);

uint64_t NB_WIDE(nb_fft_residue)(const int32_t *digits, size_t num_digits);
int32_t NB_WIDE(nb_fft_add_digits)(int32_t *digits, const int32_t *addend, size_t count);
int32_t NB_WIDE(nb_fft_canonicalise)(int32_t *digits, size_t count);
void NB_WIDE(nb_fft_format)(char *out, const int32_t *digits, size_t count);
bool NB_WIDE(nb_fft_spells)(const char *text, const int32_t *digits, size_t count);
uint64_t NB_WIDE(nb_fft_multiply_word)(int32_t *digits, size_t count, uint64_t word);

/* The pieces into which a team cuts the columns, per member: it may turn out that members are not
 * equally fast. A piece has at least so many tiles, since each one leaves carries to be passed on.
 */
enum { NB_FFT_MEMBER_PIECES = 4, NB_FFT_PIECE_TILES = 8 };

/* Doubles of scratch space for any shape, for each member of the team: a tile of all rows; for each
 * of its streams of digits two vectors and a few numbers; and what these streams leave at the end
 * of a piece. */
enum {
    NB_FFT_STREAM_DOUBLES = NB_LANES < 4 ? 2 * NB_LANES + 4 : 3 * NB_LANES,
    NB_FFT_MAX_STREAMS = 2 * NB_LANES * NB_FFT_MAX_TILE_ROWS,
    NB_FFT_SCRATCH_DOUBLES =
        2 * NB_LANES * NB_FFT_MAX_TILE_ROWS * NB_FFT_TILE_STRIDE +
        NB_FFT_MAX_STREAMS * (NB_FFT_STREAM_DOUBLES + 2 * NB_FFT_MEMBER_PIECES) +
        2 * NB_FFT_MEMBER_PIECES
};

/* The columns of a shape, cut into pieces of whole tiles. */
typedef struct column_pieces {
    size_t tile_width; /* columns */
    size_t num_tiles;
    size_t count; /* of pieces */
} column_pieces;

NB_INLINE column_pieces cut_columns(const nb_fft_shape *shape, const nb_team *team)
{
    column_pieces pieces = {.count = 1};
    pieces.tile_width = shape->columns < NB_FFT_TILE ? shape->columns : NB_FFT_TILE;
    pieces.num_tiles = shape->columns / pieces.tile_width;
    const unsigned size = nb_team_size(team);
    if (size > 1 && pieces.num_tiles > NB_FFT_PIECE_TILES) {
        const size_t wanted = (size_t)size * NB_FFT_MEMBER_PIECES;
        const size_t most = pieces.num_tiles / NB_FFT_PIECE_TILES;
        pieces.count = wanted < most ? wanted : most;
    }
    return pieces;
}

/* The first column of a piece. */
NB_INLINE size_t piece_start(const column_pieces *pieces, size_t piece)
{
    return pieces->num_tiles * piece / pieces->count * pieces->tile_width;
}

#endif
