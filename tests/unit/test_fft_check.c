/* What a kernel tells about the digits that it stores: whether they are to be trusted. */
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "digits.h"
#include "kernels.h"
#include "transform.h"

TestSuite(fft_check, .timeout = 120);

/* Errors of one ten thousandth of a percent, in each of all places: the largest digit shows them.
 */
static void check_errors(transform *self)
{
    const size_t size = 2 * self->shape.length, num_doubles = nb_fft_shape_doubles(&self->shape);
    int32_t *digits = need_memory(size * sizeof(*digits));
    memset(digits, 0, size * sizeof(*digits));
    for (size_t i = 0; i < size; i++) {
        digits[i] = 40000;
        transform_load(self, self->x, digits, size);
        transform_load(self, self->y, (const int32_t[]){1}, 1);
        self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
        for (size_t k = 0; k < num_doubles; k++) {
            self->x[k] *= 1 + 2.5e-6;
        }
        nb_fft_check check;
        free(transform_store(self, size, &check));
        cr_assert_float_eq(check.max_error, 0.1, 1e-6, "%s, digit %zu: %g", transform_name(self), i,
                           check.max_error);
        digits[i] = 0;
    }
    free(digits);
}

KERNEL_TEST(fft_check, error_of_every_digit_counts)
{
    for_all_transforms(kernel, TRANSFORM_MIN_LOG_VECTORS, check_errors);
}

/* A product that has more digits than are asked for. */
static void check_lost_digits(transform *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 17;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    a[length - 1] = 12345;
    transform_load(self, self->x, a, length);
    self->kernel->convolve(self->team, &self->shape, self->x, NULL, false);
    /* Among them those that leave whole rows and segments. */
    const size_t missing[] = {1, 2, 3, self->shape.columns, self->shape.vectors, length};
    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        nb_fft_check check;
        free(transform_store(self, 2 * length - missing[i], &check));
        cr_expect_gt(check.max_error, 0.25, "%s: %zu digits are missing", transform_name(self),
                     missing[i]);
    }
    free(a);
}

KERNEL_TEST(fft_check, digits_that_do_not_fit_are_noticed)
{
    for_all_transforms(kernel, 10, check_lost_digits);
}

/* One value of the transform that changes makes a wrong product, by its residue if not by its
 * rounding errors. */
static void check_corruption(transform *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 19;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    const uint64_t residue = nb_digits_residue(a, length);
    for (unsigned part = 0; part < 8; part++) {
        transform_load(self, self->x, a, length);
        const size_t vector = part % self->shape.odd * self->shape.part_stride +
                              random_below(&state, self->shape.vectors);
        self->x[2 * self->shape.lanes * vector + part] += 1e9;
        nb_fft_check check;
        transform_load(self, self->y, (const int32_t[]){1}, 1);
        self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
        free(transform_store(self, length + 1, &check));
        cr_expect(check.max_error > 0.25 || check.residue != residue, "%s", transform_name(self));
    }
    free(a);
}

KERNEL_TEST(fft_check, corruption_of_the_transform_is_noticed)
{
    for_all_transforms(kernel, 8, check_corruption);
}
