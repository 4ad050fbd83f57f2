/* Products of all lengths, which are those of GMP. */
#include "decimal/multiply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/residue.h"
#include "decimal/digits.h"
#include "kernels.h"
#include "products.h"

static nb_multiplier multiplier;

static void release_multiplier(void)
{
    nb_multiplier_release(&multiplier);
}

/* The tests begin with nb_multiplier_init: a kernel must have been chosen by then. */
TestSuite(multiply, .fini = release_multiplier, .timeout = 120);

/* Factors from here on are multiplied by transforms: the shorter of them decides. */
enum { FIRST_TRANSFORM = 33 };

static void expect_random(size_t num_a, size_t num_b)
{
    expect_multiplies_pattern(&multiplier, DIGITS_BALANCED, num_a, num_b);
}

static void expect_square(size_t num_digits)
{
    uint64_t state = num_digits;
    int32_t *a = new_digits(num_digits, DIGITS_BALANCED, &state);
    const nb_factor factor = factor_of(a, num_digits);
    expect_multiplies(&multiplier, factor, factor);
    free(a);
}

/* ---- lengths ---- */

Test(multiply, short_factors_of_every_length)
{
    nb_multiplier_init(&multiplier);
    for (size_t num_b = 1; num_b < FIRST_TRANSFORM; num_b++) {
        for (size_t num_a = 1; num_a <= 70; num_a++) {
            expect_random(num_a, num_b);
            expect_random(num_b, num_a);
        }
        for (size_t num_a = 256; num_a <= 1024; num_a += 256) {
            for (size_t n = num_a - num_b - 1; n <= num_a + 1; n++) {
                expect_random(n, num_b);
            }
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_eq(multiplier.transforms.size, 0, "no transform was needed");
}

KERNEL_TEST(multiply, first_lengths_that_are_transformed)
{
    nb_multiplier_init(&multiplier);
    for (size_t num_b = FIRST_TRANSFORM - 1; num_b <= FIRST_TRANSFORM + 3; num_b++) {
        for (size_t num_a = num_b; num_a <= 1300; num_a += num_b == FIRST_TRANSFORM ? 1 : 5) {
            expect_random(num_a, num_b);
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_geq(multiplier.transforms.size, 1, "%s", kernel->name);
}

KERNEL_TEST(multiply, random_lengths)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    for (unsigned i = 0; i < 300; i++) {
        const size_t limit_a = (size_t)2 << random_below(&state, 13);
        const size_t limit_b = (size_t)2 << random_below(&state, 13);
        expect_random(1 + random_below(&state, limit_a), 1 + random_below(&state, limit_b));
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Products that just fill a transform, or just do not. */
KERNEL_TEST(multiply, lengths_around_those_of_transforms)
{
    nb_multiplier_init(&multiplier);
    size_t room = 0;
    for (size_t n = 100; n < 60000; n = room + 1) {
        room = 2 * nb_fft_shape_for(kernel->lanes, n).length;
        for (size_t num_digits = room - 1; num_digits <= room + 1; num_digits++) {
            expect_random(num_digits - num_digits / 2, num_digits / 2);
            expect_random(num_digits - num_digits / 3, num_digits / 3);
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Products that are longer than a transform, up to where the next one takes over. */
KERNEL_TEST(multiply, lengths_that_exceed_those_of_transforms)
{
    nb_multiplier_init(&multiplier);
    size_t room = 0;
    for (size_t n = 300; n < 60000; n = 2 * room) {
        room = 2 * nb_fft_shape_for(kernel->lanes, n).length;
        for (size_t excess = 2; excess < room / 6; excess += 1 + excess / 3) {
            const size_t num_digits = room + excess;
            expect_square(num_digits / 2);
            expect_random(num_digits - num_digits / 2, num_digits / 2);
            expect_random(num_digits - num_digits / 3, num_digits / 3);
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Blocks of the longer factor, from two of them to hundreds. */
KERNEL_TEST(multiply, factors_of_very_different_lengths)
{
    nb_multiplier_init(&multiplier);
    static const size_t shorts[] = {33, 47, 64, 100, 333, 1000, 2500};
    for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
        for (size_t ratio = 2; ratio <= 300; ratio += 1 + ratio / 4) {
            if (ratio * shorts[i] < 60000) {
                expect_random(ratio * shorts[i] - 1, shorts[i]);
                expect_random(ratio * shorts[i], shorts[i]);
                expect_random(shorts[i], ratio * shorts[i] + 1);
            }
        }
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* Wherever blocks of the longer factor end, some of these lengths end right there. */
KERNEL_TEST(multiply, blocks_of_every_remainder)
{
    nb_multiplier_init(&multiplier);
    for (size_t num_a = 3000; num_a < 3300; num_a++) {
        expect_random(num_a, 40);
        expect_random(num_a, 200);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

KERNEL_TEST(multiply, one_large_product)
{
    nb_multiplier_init(&multiplier);
    expect_random(200000, 190000);
    expect_random(400000, 30000);
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_lt(multiplier.max_error, 0.01, "%s: %g", kernel->name, multiplier.max_error);
}

/* ---- squares ---- */

KERNEL_TEST(multiply, squares)
{
    nb_multiplier_init(&multiplier);
    for (size_t num_digits = 1; num_digits < 300; num_digits++) {
        expect_square(num_digits);
    }
    size_t room = 0;
    for (size_t n = 300; n < 50000; n = room + 1) {
        room = 2 * nb_fft_shape_for(kernel->lanes, n).length;
        expect_square(room / 2 - 1);
        expect_square(room / 2);
        expect_square(room / 2 + 1);
    }
    cr_expect_eq(multiplier.num_failed, 0);
}

/* The same array is not the same number. */
KERNEL_TEST(multiply, beginning_of_a_number_times_the_number)
{
    nb_multiplier_init(&multiplier);
    uint64_t state = kernel->lanes;
    int32_t *a = new_digits(5000, DIGITS_BALANCED, &state);
    for (size_t num_b = 1; num_b <= 5000; num_b += 1 + num_b / 3) {
        expect_multiplies(&multiplier, factor_of(a, 5000), factor_of(a, num_b));
        expect_multiplies(&multiplier, factor_of(a + 5000 - num_b, num_b), factor_of(a, 5000));
    }
    free(a);
}

/* ---- values ---- */

KERNEL_TEST(multiply, zero_one_and_minus_one)
{
    nb_multiplier_init(&multiplier);
    static const size_t lengths[] = {1, 32, 33, 100, 1000};
    uint64_t state = kernel->lanes;
    int32_t *a = new_digits(1000, DIGITS_BALANCED, &state), b[1000] = {0};
    for (int32_t unit = -1; unit <= 1; unit++) {
        b[0] = unit;
        for (size_t i = 0; i < 5; i++) {
            for (size_t j = 0; j < 5; j++) {
                expect_multiplies(&multiplier, factor_of(a, lengths[i]), factor_of(b, lengths[j]));
            }
        }
    }
    free(a);
    cr_expect_eq(multiplier.num_failed, 0);
}

/* ---- split digits ---- */

KERNEL_TEST(multiply, careful_products_never_try_whole_digits)
{
    nb_multiplier_init(&multiplier);
    multiplier.careful = true;
    static const size_t lengths[] = {1, 32, 33, 100, 1000, 4097};
    for (size_t i = 0; i < 6; i++) {
        for (digit_pattern pattern = 0; pattern < NUM_DIGIT_PATTERNS; pattern++) {
            expect_multiplies_pattern(&multiplier, pattern, lengths[i], lengths[i]);
        }
        expect_multiplies_pattern(&multiplier, DIGITS_WIDE, 5000, lengths[i]);
        expect_square(lengths[i]);
    }
    cr_expect_eq(multiplier.num_failed, 0);
    cr_expect_lt(multiplier.max_error, 1e-6, "%s: %g", kernel->name, multiplier.max_error);
}

/* ---- wrong factors ---- */

/* Digits that are not those of the residue: nobody can tell which of the two is right. */
KERNEL_TEST(multiply, factor_without_its_residue_is_noticed)
{
    nb_multiplier_init(&multiplier);
    static const size_t lengths[] = {1, 32, 33, 100, 1000};
    uint64_t state = kernel->lanes;
    for (size_t i = 0; i < 5; i++) {
        for (unsigned careful = 0; careful < 2; careful++) {
            multiplier.careful = careful == 1;
            multiplier.num_failed = 0;
            int32_t *a = new_digits(2000, DIGITS_BALANCED, &state), product[3000];
            const nb_factor b = factor_of(a + 500, lengths[i]);
            const nb_factor before = factor_of(a, 2000);
            a[1999] ^= 1;
            uint64_t residue;
            cr_expect_eq(nb_multiply(&multiplier, product, before, b, &residue), NBANG_UNVERIFIED);
            cr_expect_eq(multiplier.num_failed, lengths[i] >= FIRST_TRANSFORM && careful == 0);
            free(a);
        }
    }
}

/* ---- work space ---- */

KERNEL_TEST(multiply, work_space_may_be_released_between_products)
{
    nb_multiplier_init(&multiplier);
    for (size_t num_digits = 4096; num_digits > 0; num_digits /= 2) {
        expect_random(num_digits, num_digits);
        nb_multiplier_release(&multiplier);
        cr_assert_null(multiplier.transforms.memory, "%s", kernel->name);
        expect_random(num_digits, 2 * num_digits);
    }
}

KERNEL_TEST(multiply, work_space_that_is_reserved_does_not_grow_for_squares)
{
    for (size_t n = 100; n < 100000; n *= 3) {
        nb_multiplier_init(&multiplier);
        cr_assert_eq(nb_multiplier_reserve(&multiplier, n), NBANG_OK);
        const void *memory = multiplier.transforms.memory;
        const size_t size = multiplier.transforms.size;
        for (size_t num_digits = n - n / 20; num_digits <= n; num_digits += 1 + n / 50) {
            expect_square(num_digits);
        }
        cr_expect_eq(multiplier.transforms.memory, memory, "%s: %zu digits", kernel->name, n);
        cr_expect_eq(multiplier.transforms.size, size, "%s: %zu digits", kernel->name, n);
        nb_multiplier_release(&multiplier);
    }
}

#ifndef ADDRESS_SANITIZER /* which reserves terabytes of address space for itself */
static rlim_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Neither the first product, nor one on split digits, which needs memory besides the work space. */
KERNEL_TEST(multiply, lack_of_memory_is_told)
{
    enum { NUM_DIGITS = 1 << 18 };
    nb_multiplier_init(&multiplier);
    uint64_t state = 1, residue;
    int32_t *a = new_digits(NUM_DIGITS, DIGITS_BALANCED, &state);
    int32_t *product = need_memory(2 * NUM_DIGITS * sizeof(*product));
    memset(product, 0, 2 * NUM_DIGITS * sizeof(*product));
    const nb_factor factor = factor_of(a, NUM_DIGITS);

    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_AS, &limit), 0);
    for (unsigned careful = 0; careful < 2; careful++) {
        multiplier.careful = careful == 1;
        limit.rlim_cur = mapped_bytes() + (2 << 20);
        cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
        cr_expect_eq(nb_multiply(&multiplier, product, factor, factor, &residue), NBANG_NO_MEMORY,
                     "%s", kernel->name);
        limit.rlim_cur = limit.rlim_max;
        cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
        cr_expect_eq(nb_multiply(&multiplier, product, factor, factor, &residue), NBANG_OK);
        expect_product(product, factor, factor, residue);
    }
    free(product);
    free(a);
}
#endif
