/* The transform kernels, function by function, against convolutions that are computed exactly: by
 * the definition where that is short, by GMP where it is not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "digits.h"
#include "exact.h"
#include "kernels.h"
#include "transform.h"

TestSuite(fft, .timeout = 120);

/* The product of two numbers, from load to store: for the caller to free. */
static int32_t *multiply(transform *self, const int32_t *a, size_t num_a, const int32_t *b,
                         size_t num_b, nb_fft_check *check)
{
    transform_load(self, self->x, a, num_a);
    transform_load(self, self->y, b, num_b);
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
    return transform_store(self, num_a + num_b, check);
}

/* Rounding errors of random digits grow with the square root of the length. */
static void expect_good(const transform *self, const int32_t *found, size_t num_found,
                        const nb_fft_check *check)
{
    cr_assert_lt(check->max_error, 0.001 + 1e-5 * sqrt((double)self->shape.length), "%s: %g",
                 transform_name(self), check->max_error);
    cr_assert_eq(check->residue, nb_digits_residue(found, num_found), "%s", transform_name(self));
    cr_assert_leq(largest_digit(found, num_found), 51000, "%s", transform_name(self));
}

/* ---- modulo x^(2M) + 1 ----
 *
 * With digits so small that no coefficient carries, what comes out of `store` are the coefficients
 * of the product, so that operands may take all of the room and more of it: they wrap around. */

/* The negacyclic convolution, by its definition: for the caller to free. */
static int64_t *wrap_by_definition(const int32_t *a, const int32_t *b, size_t size)
{
    int64_t *sums = need_memory(size * sizeof(*sums));
    memset(sums, 0, size * sizeof(*sums));
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            const int64_t product = (int64_t)a[i] * b[j];
            sums[(i + j) % size] += i + j < size ? product : -product;
        }
    }
    return sums;
}

/* The same by GMP. */
static int64_t *wrap_by_gmp(const int32_t *a, const int32_t *b, size_t size)
{
    int64_t *sums = need_memory(2 * size * sizeof(*sums));
    convolve_exactly(sums, a, size, b, size);
    for (size_t i = 0; i < size; i++) {
        sums[i] -= sums[size + i];
    }
    return sums;
}

static void fill_small(int32_t *digits, size_t num_digits, uint64_t *state)
{
    for (size_t i = 0; i < num_digits; i++) {
        digits[i] = (int32_t)random_below(state, 9) - 4;
    }
}

static void check_wrapped(transform *self,
                          int64_t *(*wrap)(const int32_t *, const int32_t *, size_t))
{
    const size_t size = 2 * self->shape.length;
    uint64_t state = size;
    int32_t *a = need_memory(size * sizeof(*a)), *b = need_memory(size * sizeof(*b));
    fill_small(a, size, &state);
    fill_small(b, size, &state);
    int64_t *sums = wrap(a, b, size);

    transform_load(self, self->x, a, size);
    transform_load(self, self->y, b, size);
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
    nb_fft_check check;
    int32_t *found = transform_store(self, size, &check);
    for (size_t i = 0; i < size; i++) {
        cr_assert_eq(found[i], sums[i], "%s: coefficient %zu", transform_name(self), i);
    }
    cr_expect_lt(check.max_error, 1e-9, "%s: %g", transform_name(self), check.max_error);
    cr_expect_eq(check.residue, nb_digits_residue(found, size), "%s", transform_name(self));
    free(found);
    free(sums);
    free(a);
    free(b);
}

static void check_by_definition(transform *self)
{
    check_wrapped(self, wrap_by_definition);
}

static void check_by_gmp(transform *self)
{
    check_wrapped(self, wrap_by_gmp);
}

KERNEL_TEST(fft, short_convolutions_wrap_around_as_defined)
{
    for_all_transforms(kernel, 5, check_by_definition);
}

KERNEL_TEST(fft, longer_convolutions_wrap_around)
{
    for_all_transforms(kernel, 10, check_by_gmp);
}

/* Of digits of any size: as a number, modulo 10^(10 M) + 1. */
static void check_modulus(transform *self)
{
    const size_t size = 2 * self->shape.length;
    uint64_t state = size;
    int32_t *a = new_digits(size, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(size, DIGITS_BALANCED, &state);
    nb_fft_check check;
    transform_load(self, self->x, a, size);
    transform_load(self, self->y, b, size);
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
    int32_t *found = transform_store(self, size, &check);
    expect_good(self, found, size, &check);

    mpz_t modulus, x, y;
    mpz_inits(modulus, x, y, NULL);
    mpz_ui_pow_ui(modulus, 10, 5 * size);
    mpz_add_ui(modulus, modulus, 1);
    digits_to_integer(x, a, size);
    digits_to_integer(y, b, size);
    mpz_mul(x, x, y);
    digits_to_integer(y, found, size);
    cr_assert(mpz_congruent_p(x, y, modulus), "%s", transform_name(self));
    mpz_clears(modulus, x, y, NULL);
    free(found);
    free(a);
    free(b);
}

KERNEL_TEST(fft, numbers_that_fill_the_transform_are_multiplied_modulo)
{
    for_all_transforms(kernel, 7, check_modulus);
}

/* ---- products ---- */

/* Real and full operands: a factor with up to M digits has no imaginary part. */
static void check_product_of(transform *self, size_t num_a, size_t num_b)
{
    uint64_t state = num_a + 1;
    int32_t *a = new_digits(num_a, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(num_b, DIGITS_BALANCED, &state);
    nb_fft_check check;
    int32_t *found = multiply(self, a, num_a, b, num_b, &check);
    const bool right = num_a + num_b <= 20000 ? is_product(found, a, num_a, b, num_b)
                                              : is_product_by_residues(found, a, num_a, b, num_b);
    cr_assert(right, "%s: %zu times %zu digits", transform_name(self), num_a, num_b);
    expect_good(self, found, num_a + num_b, &check);
    free(found);
    free(a);
    free(b);
}

static void check_products(transform *self)
{
    const size_t length = self->shape.length;
    const size_t shares[] = {1, 2, length / 3, length - 1, length};
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        check_product_of(self, 2 * length - shares[i], shares[i]);
        check_product_of(self, shares[i], 2 * length - shares[i]);
        check_product_of(self, shares[i], shares[i]);
    }
}

KERNEL_TEST(fft, products_of_real_and_full_operands)
{
    for_all_transforms(kernel, 10, check_products);
}

static void check_one_product(transform *self)
{
    check_product_of(self, self->shape.length + 12345 % self->shape.length,
                     self->shape.length - 12345 % self->shape.length);
}

KERNEL_TEST(fft, products_of_all_shapes_up_to_several_passes)
{
    for_all_transforms(kernel, 14, check_one_product);
}

/* The square of a number of M digits, into an array that starts `shift` digits after a multiple of
 * 64 bytes. */
static void check_large_square(transform *self, size_t shift)
{
    const size_t length = self->shape.length;
    uint64_t state = length;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    int32_t *room = (int32_t *)new_doubles(length + 1), *found = room + shift;
    transform_load(self, self->x, a, length);
    self->kernel->convolve(self->team, &self->shape, self->x, NULL, false);
    nb_fft_check check;
    self->kernel->store(self->team, &self->shape, self->x, found, 2 * length, self->scratch,
                        &check);
    cr_assert(is_product_by_residues(found, a, length, a, length), "%s", transform_name(self));
    expect_good(self, found, 2 * length, &check);
    free(room);
    free(a);
}

/* With the most rows there are, passes over 64 rows, and work space that exceeds the caches. */
KERNEL_TEST(fft, large_squares)
{
#ifdef ADDRESS_SANITIZER
    const size_t max_length = (size_t)1 << 21;
#else
    const size_t max_length = (size_t)5 << 20;
#endif
    static const struct {
        unsigned odd, log_vectors;
    } sizes[] = {{1, 19}, {3, 19}, {5, 18}, {7, 18}, {1, 20}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const nb_fft_shape shape = transform_shape(kernel, sizes[i].odd, sizes[i].log_vectors);
        if (shape.length <= max_length) {
            transform self = new_transform(kernel, shape, 1);
            check_large_square(&self, i % 2);
            free_transform(&self);
        }
    }
}

static void check_every_length(transform *self)
{
    for (size_t num_digits = 2; num_digits <= 2 * self->shape.length; num_digits++) {
        check_product_of(self, num_digits - num_digits / 2, num_digits / 2);
    }
}

KERNEL_TEST(fft, products_of_every_number_of_digits)
{
    for_all_transforms(kernel, TRANSFORM_MIN_LOG_VECTORS, check_every_length);
}

/* Lengths around those where a segment, a row or a tile ends, in shapes that have rows. */
static void check_edges(transform *self)
{
    const nb_fft_shape *s = &self->shape;
    const size_t units[] = {32, s->columns, s->vectors, s->length};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        for (size_t k = 1; k <= 3 && (k + 1) * units[i] <= 2 * s->length; k++) {
            for (size_t n = k * units[i] - 2; n <= k * units[i] + 2; n++) {
                check_product_of(self, n - n / 3, n / 3);
            }
        }
    }
}

KERNEL_TEST(fft, products_that_end_where_rows_and_segments_end)
{
    for_all_transforms(kernel, 10, check_edges);
}

/* ---- what each function leaves ---- */

static bool same_doubles(const transform *self, const double *x, const double *y)
{
    return memcmp(x, y, nb_fft_shape_doubles(&self->shape) * sizeof(*x)) == 0;
}

/* A copy, for the caller to free. */
static double *copy_of(const transform *self, const double *x)
{
    const size_t count = nb_fft_shape_doubles(&self->shape);
    double *copy = new_doubles(count);
    memcpy(copy, x, count * sizeof(*copy));
    return copy;
}

/* b is transformed beforehand, by the product before, or during the product: all the same. */
static void check_reuse(transform *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 7;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(length, DIGITS_BALANCED, &state);
    memset(self->x, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->x)); /* the padding */
    memset(self->y, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->y));
    transform_load(self, self->x, a, length);
    transform_load(self, self->y, b, length);
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, false);
    double *product = copy_of(self, self->x), *second = copy_of(self, self->y);

    transform_load(self, self->x, a, length);
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, true);
    cr_expect(same_doubles(self, self->x, product), "%s", transform_name(self));
    cr_expect(same_doubles(self, self->y, second), "%s: y has changed", transform_name(self));

    transform_load(self, self->x, a, length);
    transform_load(self, self->y, b, length);
    self->kernel->forward(self->team, &self->shape, self->y);
    cr_expect(same_doubles(self, self->y, second), "%s", transform_name(self));
    self->kernel->convolve(self->team, &self->shape, self->x, self->y, true);
    cr_expect(same_doubles(self, self->x, product), "%s", transform_name(self));
    free(product);
    free(second);
    free(a);
    free(b);
}

KERNEL_TEST(fft, factor_is_transformed_once_for_many_products)
{
    for_all_transforms(kernel, 10, check_reuse);
}

static void check_square(transform *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 11;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    transform_load(self, self->x, a, length);
    self->kernel->convolve(self->team, &self->shape, self->x, NULL, false);
    nb_fft_check check;
    int32_t *found = transform_store(self, 2 * length, &check);
    cr_expect(is_product(found, a, length, a, length), "%s", transform_name(self));
    expect_good(self, found, 2 * length, &check);
    free(found);
    free(a);
}

KERNEL_TEST(fft, no_second_factor_means_the_square)
{
    for_all_transforms(kernel, 11, check_square);
}

static void check_store(transform *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 13;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    memset(self->x, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->x));
    transform_load(self, self->x, a, length);
    self->kernel->convolve(self->team, &self->shape, self->x, NULL, false);
    double *before = copy_of(self, self->x);
    nb_fft_check first, second;
    int32_t *once = transform_store(self, 2 * length, &first),
            *twice = transform_store(self, 2 * length, &second);
    cr_expect(same_doubles(self, self->x, before), "%s", transform_name(self));
    cr_expect_eq(memcmp(once, twice, 2 * length * sizeof(*once)), 0, "%s", transform_name(self));
    cr_expect_eq(first.residue, second.residue);
    cr_expect_eq(first.max_error, second.max_error);
    free(once);
    free(twice);
    free(before);
    free(a);
}

KERNEL_TEST(fft, storing_leaves_the_transform_as_it_was)
{
    for_all_transforms(kernel, 10, check_store);
}
