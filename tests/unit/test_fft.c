/* The transform kernels, function by function, against convolutions that are computed exactly: by
 * the definition where that is short, by GMP where it is not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/digits.h"
#include "decimal/fft/twiddles.h"
#include "digits.h"
#include "kernels.h"

TestSuite(fft, .timeout = 120);

enum { MIN_LOG_VECTORS = 4, GUARD = 77777 };

/* A transform and its work space, of exactly the size that it asks for. */
typedef struct bench {
    const nb_fft_kernel *kernel;
    nb_fft_shape shape;
    double *x, *y, *scratch;
} bench;

static double *new_doubles(size_t count)
{
    void *doubles;
    cr_assert_eq(posix_memalign(&doubles, 64, count * sizeof(double)), 0);
    memset(doubles, 0xFF, count * sizeof(double)); /* NaN, should any of it be used */
    return doubles;
}

static bench new_bench(const nb_fft_kernel *kernel, nb_fft_shape shape)
{
    cr_assert_eq(nb_fft_twiddles_reserve(shape.vectors / 16), NBANG_OK);
    const size_t count = nb_fft_shape_doubles(&shape);
    return (bench){.kernel = kernel,
                   .shape = shape,
                   .x = new_doubles(count),
                   .y = new_doubles(count),
                   .scratch = new_doubles(kernel->scratch_doubles)};
}

static void free_bench(bench *self)
{
    free(self->x);
    free(self->y);
    free(self->scratch);
}

/* That of odd * lanes * 2^log_vectors points. */
static nb_fft_shape shape_of(const nb_fft_kernel *kernel, unsigned odd, unsigned log_vectors)
{
    const size_t length = (size_t)odd * kernel->lanes << log_vectors;
    const nb_fft_shape shape = nb_fft_shape_for(kernel->lanes, 2 * length);
    cr_assert(shape.odd == odd && shape.log_vectors == log_vectors);
    return shape;
}

/* Calls check for every odd factor and number of vectors up to 2^max_log_vectors. */
static void for_all_shapes(const nb_fft_kernel *kernel, unsigned max_log_vectors,
                           void (*check)(bench *self))
{
    for (unsigned odd = 1; odd <= 7; odd += 2) {
        for (unsigned log_vectors = MIN_LOG_VECTORS; log_vectors <= max_log_vectors;
             log_vectors++) {
            bench self = new_bench(kernel, shape_of(kernel, odd, log_vectors));
            check(&self);
            free_bench(&self);
        }
    }
}

static const char *describe(const bench *self)
{
    static char text[64];
    snprintf(text, sizeof(text), "%s: %u * %u * 2^%u points", self->kernel->name, self->shape.odd,
             self->shape.lanes, self->shape.log_vectors);
    return text;
}

static void load(bench *self, double *x, const int32_t *digits, size_t num_digits)
{
    self->kernel->load(&self->shape, x, digits, num_digits, self->scratch);
}

/* The digits that x stands for: for the caller to free. */
static int32_t *store(bench *self, size_t num_digits, nb_fft_check *check)
{
    int32_t *digits = need_memory((num_digits + 1) * sizeof(*digits));
    digits[num_digits] = GUARD;
    self->kernel->store(&self->shape, self->x, digits, num_digits, self->scratch, check);
    cr_assert_eq(digits[num_digits], GUARD, "%s", describe(self));
    return digits;
}

/* The product of two numbers, from load to store: for the caller to free. */
static int32_t *multiply(bench *self, const int32_t *a, size_t num_a, const int32_t *b,
                         size_t num_b, nb_fft_check *check)
{
    load(self, self->x, a, num_a);
    load(self, self->y, b, num_b);
    self->kernel->convolve(&self->shape, self->x, self->y, false);
    return store(self, num_a + num_b, check);
}

/* Rounding errors of random digits grow with the square root of the length. */
static void expect_good(const bench *self, const int32_t *found, size_t num_found,
                        const nb_fft_check *check)
{
    cr_assert_lt(check->max_error, 0.001 + 1e-5 * sqrt((double)self->shape.length), "%s: %g",
                 describe(self), check->max_error);
    cr_assert_eq(check->residue, nb_digits_residue(found, num_found), "%s", describe(self));
    cr_assert_leq(largest_digit(found, num_found), 51000, "%s", describe(self));
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

static void check_wrapped(bench *self, int64_t *(*wrap)(const int32_t *, const int32_t *, size_t))
{
    const size_t size = 2 * self->shape.length;
    uint64_t state = size;
    int32_t *a = need_memory(size * sizeof(*a)), *b = need_memory(size * sizeof(*b));
    fill_small(a, size, &state);
    fill_small(b, size, &state);
    int64_t *sums = wrap(a, b, size);

    load(self, self->x, a, size);
    load(self, self->y, b, size);
    self->kernel->convolve(&self->shape, self->x, self->y, false);
    nb_fft_check check;
    int32_t *found = store(self, size, &check);
    for (size_t i = 0; i < size; i++) {
        cr_assert_eq(found[i], sums[i], "%s: coefficient %zu", describe(self), i);
    }
    cr_expect_lt(check.max_error, 1e-9, "%s: %g", describe(self), check.max_error);
    cr_expect_eq(check.residue, nb_digits_residue(found, size), "%s", describe(self));
    free(found);
    free(sums);
    free(a);
    free(b);
}

static void check_by_definition(bench *self)
{
    check_wrapped(self, wrap_by_definition);
}

static void check_by_gmp(bench *self)
{
    check_wrapped(self, wrap_by_gmp);
}

KERNEL_TEST(fft, short_convolutions_wrap_around_as_defined)
{
    for_all_shapes(kernel, 5, check_by_definition);
}

KERNEL_TEST(fft, longer_convolutions_wrap_around)
{
    for_all_shapes(kernel, 10, check_by_gmp);
}

/* Of digits of any size: as a number, modulo 10^(10 M) + 1. */
static void check_modulus(bench *self)
{
    const size_t size = 2 * self->shape.length;
    uint64_t state = size;
    int32_t *a = new_digits(size, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(size, DIGITS_BALANCED, &state);
    nb_fft_check check;
    load(self, self->x, a, size);
    load(self, self->y, b, size);
    self->kernel->convolve(&self->shape, self->x, self->y, false);
    int32_t *found = store(self, size, &check);
    expect_good(self, found, size, &check);

    mpz_t modulus, x, y;
    mpz_inits(modulus, x, y, NULL);
    mpz_ui_pow_ui(modulus, 10, 5 * size);
    mpz_add_ui(modulus, modulus, 1);
    digits_to_integer(x, a, size);
    digits_to_integer(y, b, size);
    mpz_mul(x, x, y);
    digits_to_integer(y, found, size);
    cr_assert(mpz_congruent_p(x, y, modulus), "%s", describe(self));
    mpz_clears(modulus, x, y, NULL);
    free(found);
    free(a);
    free(b);
}

KERNEL_TEST(fft, numbers_that_fill_the_transform_are_multiplied_modulo)
{
    for_all_shapes(kernel, 7, check_modulus);
}

/* ---- products ---- */

/* Real and full operands: a factor with up to M digits has no imaginary part. */
static void check_product_of(bench *self, size_t num_a, size_t num_b)
{
    uint64_t state = num_a + 1;
    int32_t *a = new_digits(num_a, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(num_b, DIGITS_BALANCED, &state);
    nb_fft_check check;
    int32_t *found = multiply(self, a, num_a, b, num_b, &check);
    const bool right = num_a + num_b <= 20000 ? is_product(found, a, num_a, b, num_b)
                                              : is_product_by_residues(found, a, num_a, b, num_b);
    cr_assert(right, "%s: %zu times %zu digits", describe(self), num_a, num_b);
    expect_good(self, found, num_a + num_b, &check);
    free(found);
    free(a);
    free(b);
}

static void check_products(bench *self)
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
    for_all_shapes(kernel, 10, check_products);
}

static void check_one_product(bench *self)
{
    check_product_of(self, self->shape.length + 12345 % self->shape.length,
                     self->shape.length - 12345 % self->shape.length);
}

KERNEL_TEST(fft, products_of_all_shapes_up_to_several_passes)
{
    for_all_shapes(kernel, 14, check_one_product);
}

/* The square of a number of M digits, into an array that starts `shift` digits after a multiple of
 * 64 bytes. */
static void check_large_square(bench *self, size_t shift)
{
    const size_t length = self->shape.length;
    uint64_t state = length;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    int32_t *room = (int32_t *)new_doubles(length + 1), *found = room + shift;
    load(self, self->x, a, length);
    self->kernel->convolve(&self->shape, self->x, NULL, false);
    nb_fft_check check;
    self->kernel->store(&self->shape, self->x, found, 2 * length, self->scratch, &check);
    cr_assert(is_product_by_residues(found, a, length, a, length), "%s", describe(self));
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
        const nb_fft_shape shape = shape_of(kernel, sizes[i].odd, sizes[i].log_vectors);
        if (shape.length <= max_length) {
            bench self = new_bench(kernel, shape);
            check_large_square(&self, i % 2);
            free_bench(&self);
        }
    }
}

static void check_every_length(bench *self)
{
    for (size_t num_digits = 2; num_digits <= 2 * self->shape.length; num_digits++) {
        check_product_of(self, num_digits - num_digits / 2, num_digits / 2);
    }
}

KERNEL_TEST(fft, products_of_every_number_of_digits)
{
    for_all_shapes(kernel, MIN_LOG_VECTORS, check_every_length);
}

/* Lengths around those where a segment, a row or a tile ends, in shapes that have rows. */
static void check_edges(bench *self)
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
    for_all_shapes(kernel, 10, check_edges);
}

/* ---- what each function leaves ---- */

static bool same_doubles(const bench *self, const double *x, const double *y)
{
    return memcmp(x, y, nb_fft_shape_doubles(&self->shape) * sizeof(*x)) == 0;
}

/* A copy, for the caller to free. */
static double *copy_of(const bench *self, const double *x)
{
    const size_t count = nb_fft_shape_doubles(&self->shape);
    double *copy = new_doubles(count);
    memcpy(copy, x, count * sizeof(*copy));
    return copy;
}

/* b is transformed beforehand, by the product before, or during the product: all the same. */
static void check_reuse(bench *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 7;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    int32_t *b = new_digits(length, DIGITS_BALANCED, &state);
    memset(self->x, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->x)); /* the padding */
    memset(self->y, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->y));
    load(self, self->x, a, length);
    load(self, self->y, b, length);
    self->kernel->convolve(&self->shape, self->x, self->y, false);
    double *product = copy_of(self, self->x), *transform = copy_of(self, self->y);

    load(self, self->x, a, length);
    self->kernel->convolve(&self->shape, self->x, self->y, true);
    cr_expect(same_doubles(self, self->x, product), "%s", describe(self));
    cr_expect(same_doubles(self, self->y, transform), "%s: y has changed", describe(self));

    load(self, self->x, a, length);
    load(self, self->y, b, length);
    self->kernel->forward(&self->shape, self->y);
    cr_expect(same_doubles(self, self->y, transform), "%s", describe(self));
    self->kernel->convolve(&self->shape, self->x, self->y, true);
    cr_expect(same_doubles(self, self->x, product), "%s", describe(self));
    free(product);
    free(transform);
    free(a);
    free(b);
}

KERNEL_TEST(fft, factor_is_transformed_once_for_many_products)
{
    for_all_shapes(kernel, 10, check_reuse);
}

static void check_square(bench *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 11;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    load(self, self->x, a, length);
    self->kernel->convolve(&self->shape, self->x, NULL, false);
    nb_fft_check check;
    int32_t *found = store(self, 2 * length, &check);
    cr_expect(is_product(found, a, length, a, length), "%s", describe(self));
    expect_good(self, found, 2 * length, &check);
    free(found);
    free(a);
}

KERNEL_TEST(fft, no_second_factor_means_the_square)
{
    for_all_shapes(kernel, 11, check_square);
}

static void check_store(bench *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 13;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    memset(self->x, 0, nb_fft_shape_doubles(&self->shape) * sizeof(*self->x));
    load(self, self->x, a, length);
    self->kernel->convolve(&self->shape, self->x, NULL, false);
    double *before = copy_of(self, self->x);
    nb_fft_check first, second;
    int32_t *once = store(self, 2 * length, &first), *twice = store(self, 2 * length, &second);
    cr_expect(same_doubles(self, self->x, before), "%s", describe(self));
    cr_expect_eq(memcmp(once, twice, 2 * length * sizeof(*once)), 0, "%s", describe(self));
    cr_expect_eq(first.residue, second.residue);
    cr_expect_eq(first.max_error, second.max_error);
    free(once);
    free(twice);
    free(before);
    free(a);
}

KERNEL_TEST(fft, storing_leaves_the_transform_as_it_was)
{
    for_all_shapes(kernel, 10, check_store);
}

/* ---- what must be noticed ---- */

/* A product that has more digits than are asked for. */
static void check_lost_digits(bench *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 17;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    a[length - 1] = 12345;
    load(self, self->x, a, length);
    self->kernel->convolve(&self->shape, self->x, NULL, false);
    for (size_t missing = 1; missing <= 3; missing++) {
        nb_fft_check check;
        free(store(self, 2 * length - missing, &check));
        cr_expect_gt(check.max_error, 0.25, "%s: %zu digits are missing", describe(self), missing);
    }
    free(a);
}

KERNEL_TEST(fft, digits_that_do_not_fit_are_noticed)
{
    for_all_shapes(kernel, 10, check_lost_digits);
}

/* One value of the transform that changes makes a wrong product, by its residue if not by its
 * rounding errors. */
static void check_corruption(bench *self)
{
    const size_t length = self->shape.length;
    uint64_t state = 19;
    int32_t *a = new_digits(length, DIGITS_BALANCED, &state);
    const uint64_t residue = nb_digits_residue(a, length);
    for (unsigned part = 0; part < 8; part++) {
        load(self, self->x, a, length);
        const size_t vector = part % self->shape.odd * self->shape.part_stride +
                              random_below(&state, self->shape.vectors);
        self->x[2 * self->shape.lanes * vector + part] += 1e9;
        nb_fft_check check;
        load(self, self->y, (const int32_t[]){1}, 1);
        self->kernel->convolve(&self->shape, self->x, self->y, false);
        free(store(self, length + 1, &check));
        cr_expect(check.max_error > 0.25 || check.residue != residue, "%s", describe(self));
    }
    free(a);
}

KERNEL_TEST(fft, corruption_of_the_transform_is_noticed)
{
    for_all_shapes(kernel, 8, check_corruption);
}
