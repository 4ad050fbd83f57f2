/* One transform with its work space, for the tests of decimal/fft. */
#ifndef NB_TEST_TRANSFORM_H
#define NB_TEST_TRANSFORM_H

#include "decimal/fft/kernel.h"

enum { TRANSFORM_MIN_LOG_VECTORS = 4 };

/* All memory has exactly the size that the kernel asks for. */
typedef struct transform {
    const nb_fft_kernel *kernel;
    nb_fft_shape shape;
    nb_team *team; /* owned; NULL: none */
    double *x, *y, *scratch;
} transform;

/* `count` doubles, aligned to 64 bytes: for the caller to free. They are NaN, so that it shows if
 * any of them is used. */
double *new_doubles(size_t count);

/* For a team of `members`, at least 1. */
transform new_transform(const nb_fft_kernel *kernel, nb_fft_shape shape, unsigned members);
void free_transform(transform *self);

/* The shape of odd * lanes * 2^log_vectors points. */
nb_fft_shape transform_shape(const nb_fft_kernel *kernel, unsigned odd, unsigned log_vectors);

/* Calls check for every odd factor, every number of rows, and vectors from the least number to
 * 2^max_log_vectors; alone and by a team. */
void for_all_transforms(const nb_fft_kernel *kernel, unsigned max_log_vectors,
                        void (*check)(transform *self));

/* Kernel, shape and team, for messages; until the next call. */
const char *transform_name(const transform *self);

/* Loads digits into x or y. */
void transform_load(transform *self, double *x, const int32_t *digits, size_t num_digits);

/* The digits that x stands for, for the caller to free. Asserts that nothing is written beyond. */
int32_t *transform_store(transform *self, size_t num_digits, nb_fft_check *check);

#endif
