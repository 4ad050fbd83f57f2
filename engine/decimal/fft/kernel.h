/* The transform kernels: one source (decimal/fft/lanes) compiled for registers of 2, 4 and 8
 * doubles, of which the best that the machine can run is chosen once.
 *
 * A product of two numbers in base 10^5 is a right-angle convolution. Digits d[0 .. 2M) become the
 * complex points d[j] + i d[j + M], which stand for a polynomial modulo x^M - i: the product of two
 * of them modulo x^M - i has the real and imaginary parts of the product of the digit sequences
 * modulo x^(2M) + 1, without any zero padding of its own and without a separate weighting pass (R.
 * Crandall and B. Fagin, "Discrete weighted transforms and large-integer arithmetic", Mathematics
 * of Computation 62, 1994). x^M - i is then factored further and further, as decimal/fft/lanes
 * explains.
 *
 * The tables of roots and weights are made when they are first needed, and grow: not while another
 * thread uses them, unless `prepare` has made all that are needed. Processes that are forked each
 * have their own.
 *
 * All functions take a shape whose lanes are the kernel's, work space `x` of
 * nb_fft_shape_doubles(shape) doubles, aligned to 64 bytes, and a team that shares the work (NULL:
 * the caller alone): the numbers do not depend on its size, only their digits may. */
#ifndef NB_DECIMAL_FFT_KERNEL_H
#define NB_DECIMAL_FFT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/team.h"
#include "decimal/fft/shape.h"

/* How good the digits are that came out of a transform. */
typedef struct nb_fft_check {
    double max_error; /* largest distance of a coefficient from the integer it was rounded to */
    uint64_t residue; /* of the digits, modulo 2^61 - 1 */
} nb_fft_check;

typedef struct nb_fft_kernel {
    const char *name; /* "generic", "avx2" or "avx512" */
    unsigned lanes;
    size_t scratch_doubles; /* of `scratch` for each member of the team, enough for any shape */

    /* Makes the tables for all shapes with up to 2^max_log_vectors vectors, but for
     * nb_fft_twiddles_reserve. */
    void (*prepare)(unsigned max_log_vectors);

    /* Loads `num_digits` <= 2M digits, the least significant first, absent ones being zero, and
     * does the levels that combine rows. */
    void (*load)(nb_team *team, const nb_fft_shape *shape, double *x, const int32_t *digits,
                 size_t num_digits, double *scratch);

    /* The other levels, after which `x` may be the second factor of any number of products. */
    void (*forward)(nb_team *team, const nb_fft_shape *shape, double *x);

    /* Multiplies what `x` and `y` stand for, both as loaded: forward levels, products, inverse
     * levels, which leaves the product in `x` and the transform in `y`. If y_is_forward, `y` has
     * been transformed before. If y is NULL, x is squared. */
    void (*convolve)(nb_team *team, const nb_fft_shape *shape, double *x, double *y,
                     bool y_is_forward);

    /* Undoes `load` after `convolve`: rounds the coefficients to integers and carries between them,
     * which leaves digits in about -50000 .. 50000 (up to 0.004 * sqrt(M) more for digits that are
     * random, and at most twice that range in any case for which max_error stays small). Writes the
     * `num_digits` <= 2M digits that the product has; the rest of the product must be zero. If
     * there are 2M, they are those of the product modulo 10^(10 M) + 1. `x` is left as it was. */
    void (*store)(nb_team *team, const nb_fft_shape *shape, const double *x, int32_t *digits,
                  size_t num_digits, double *scratch, nb_fft_check *check);

    /* The passes over digits behind decimal/digits.h and decimal/format.h. The number modulo 2^61 -
     * 1. */
    uint64_t (*residue)(const int32_t *digits, size_t num_digits);

    /* digits[0 .. count) += addend[0 .. count), sums within +-4 * 10^5, leaving digits within
     * +-50004; returns the carry. */
    int32_t (*add_digits)(int32_t *digits, const int32_t *addend, size_t count);

    /* Carries until all digits, within +-4 * 10^5 before, are in 0 .. 10^5 - 1; returns the carry.
     */
    int32_t (*canonicalise)(int32_t *digits, size_t count);

    /* Writes canonical digits as 5 * count characters, the most significant first, and up to
     * NB_FORMAT_SLACK more. */
    void (*format)(char *out, const int32_t *digits, size_t count);

    /* Whether `text` is what `format` should have written. NB_FORMAT_SLACK characters behind it can
     * be read. */
    bool (*spells)(const char *text, const int32_t *digits, size_t count);

    /* Multiplies canonical digits by word < 10^10 in place; returns what is carried out of the top
     * one, which is less than the word. */
    uint64_t (*multiply_word)(int32_t *digits, size_t count, uint64_t word);
} nb_fft_kernel;

/* The kernel that nb_fft_use_kernel chose last, or else the widest. */
const nb_fft_kernel *nb_fft_kernel_in_use(void);

/* The kernels that this machine can run, widest first, then NULL: processor and operating system
 * both must know the registers. */
const nb_fft_kernel *const *nb_fft_kernels(void);

/* The kernel called `name`; NULL if there is none, or this machine cannot run it. */
const nb_fft_kernel *nb_fft_kernel_named(const char *name);

/* Whether there is a kernel called `name` at all, on some machine. */
bool nb_fft_kernel_exists(const char *name);

/* Chooses a kernel for the rest of the process. */
void nb_fft_use_kernel(const nb_fft_kernel *kernel);

#endif
