#include "transform.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/fft/twiddles.h"
#include "digits.h"
#include "team_support.h"

enum { GUARD = 77777 };

double *new_doubles(size_t count)
{
    void *doubles;
    cr_assert_eq(posix_memalign(&doubles, 64, count * sizeof(double)), 0);
    memset(doubles, 0xFF, count * sizeof(double));
    return doubles;
}

transform new_transform(const nb_fft_kernel *kernel, nb_fft_shape shape, unsigned members)
{
    cr_assert_eq(nb_fft_twiddles_reserve(shape.vectors / 16), NBANG_OK);
    const size_t count = nb_fft_shape_doubles(&shape);
    return (transform){.kernel = kernel,
                       .shape = shape,
                       .team = new_team(members),
                       .x = new_doubles(count),
                       .y = new_doubles(count),
                       .scratch = new_doubles(members * kernel->scratch_doubles)};
}

void free_transform(transform *self)
{
    nb_team_destroy(self->team);
    free(self->x);
    free(self->y);
    free(self->scratch);
}

nb_fft_shape transform_shape(const nb_fft_kernel *kernel, unsigned odd, unsigned log_vectors)
{
    const size_t length = (size_t)odd * kernel->lanes << log_vectors;
    const nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, 2 * length);
    cr_assert(shape.odd == odd && shape.log_vectors == log_vectors);
    return shape;
}

/* Calls check for every number of rows that leaves them long enough. */
static void for_all_rows(const nb_fft_kernel *kernel, nb_fft_shape shape,
                         void (*check)(transform *self))
{
    for (unsigned log_rows = 0; log_rows <= nb_fft_max_log_rows(shape.odd); log_rows++) {
        if (log_rows == 0 || log_rows + NB_FFT_LOG_BLOCK <= shape.log_vectors) {
            for (unsigned members = 1; members <= 3; members += 2) {
                transform self =
                    new_transform(kernel, nb_fft_shape_with_rows(shape, log_rows), members);
                check(&self);
                free_transform(&self);
            }
        }
    }
}

void for_all_transforms(const nb_fft_kernel *kernel, unsigned max_log_vectors,
                        void (*check)(transform *self))
{
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        for (unsigned log_vectors = TRANSFORM_MIN_LOG_VECTORS; log_vectors <= max_log_vectors;
             log_vectors++) {
            for_all_rows(kernel, transform_shape(kernel, odd, log_vectors), check);
        }
    }
}

const char *transform_name(const transform *self)
{
    static char text[96];
    snprintf(text, sizeof(text), "%s: %u * %u * 2^%u points, 2^%u rows, %u at work",
             self->kernel->name, self->shape.odd, self->shape.lanes, self->shape.log_vectors,
             self->shape.log_rows, nb_team_size(self->team));
    return text;
}

void transform_load(transform *self, double *x, const int32_t *digits, size_t num_digits)
{
    self->kernel->load(self->team, &self->shape, x, digits, num_digits, self->scratch);
}

int32_t *transform_store(transform *self, size_t num_digits, nb_fft_check *check)
{
    int32_t *digits = need_memory((num_digits + 1) * sizeof(*digits));
    digits[num_digits] = GUARD;
    self->kernel->store(self->team, &self->shape, self->x, digits, num_digits, self->scratch,
                        check);
    cr_assert_eq(digits[num_digits], GUARD, "%s", transform_name(self));
    return digits;
}
