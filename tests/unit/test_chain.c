/* Products of prime powers in decimal, against GMP. */
#include "compute/chain.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "compute/cost.h"
#include "decimal/multiply_internal.h"
#include "decimal_support.h"
#include "team_support.h"

TestSuite(chain, .timeout = 120);

static void expect_chain(nb_multiplier *multiplier, uint64_t n, const mpz_t expected)
{
    nb_decimal product;
    nb_decimal_init(&product);
    cr_assert_eq(nb_chain_product(&product, multiplier, n), NBANG_OK);
    expect_decimal(&product, expected, multiplier->kernel->name, n);
    nb_decimal_clear(&product);
}

/* ---- all primes ---- */

Test(chain, of_all_primes_is_the_factorial_without_its_zeros)
{
    mpz_t expected;
    mpz_init_set_ui(expected, 1);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    for (uint64_t n = 0; n <= 3000; n++) {
        /* From (n - 1)!: the fives of n go, with as many twos. */
        uint64_t factor = n > 0 ? n : 1, fives = 0;
        for (; factor % 5 == 0; fives++) {
            factor /= 5;
        }
        mpz_mul_ui(expected, expected, factor);
        mpz_tdiv_q_2exp(expected, expected, fives);
        expect_chain(&multiplier, n, expected);
    }
    cr_expect_eq(multiplier.num_failed, 0);
    nb_multiplier_release(&multiplier);
    mpz_clear(expected);
}

/* Around powers of two the chain gets one level longer, and around powers of five and ten zeros
 * come. */
static const uint64_t sample[] = {31,    32,    33,    1023,  1024,  1025,  3124,  3125,
                                  3126,  8191,  8192,  8193,  9999,  10000, 15625, 16383,
                                  16384, 32767, 32768, 50021, 65535, 65536, 99999, 150001};

Test(chain, is_the_same_with_every_kernel_and_with_care)
{
    mpz_t expected;
    mpz_init(expected);
    for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
        factorial_without_zeros(expected, sample[i]);
        for (const nb_fft_kernel *const *kernel = nb_fft_kernels(); *kernel != NULL; kernel++) {
            for (int careful = 0; careful <= 1; careful++) {
                nb_multiplier multiplier = {.kernel = *kernel, .careful = careful};
                expect_chain(&multiplier, sample[i], expected);
                cr_expect_eq(multiplier.num_failed, 0);
                nb_multiplier_release(&multiplier);
            }
        }
    }
    mpz_clear(expected);
}

/* ---- teams ---- */

Test(chain, is_the_same_with_every_team)
{
    mpz_t expected;
    mpz_init(expected);
    for (size_t i = sizeof(sample) / sizeof(sample[0]) - 4; i < sizeof(sample) / sizeof(sample[0]);
         i++) {
        factorial_without_zeros(expected, sample[i]);
        for (unsigned members = 2; members <= 5; members++) {
            nb_multiplier multiplier;
            nb_multiplier_init(&multiplier);
            multiplier.team = new_team(members);
            expect_chain(&multiplier, sample[i], expected);
            cr_expect_eq(multiplier.num_failed, 0);
            nb_multiplier_release(&multiplier);
            nb_team_destroy(multiplier.team);
        }
    }
    mpz_clear(expected);
}

/* A team that grows whenever it may. */
typedef struct growing {
    nb_team *team;
    unsigned num_asked;
} growing;

static void grow(void *ctx)
{
    growing *g = ctx;
    if (++g->num_asked % 2 == 0) {
        cr_assert_eq(nb_team_add(g->team, 0), NBANG_OK);
    }
}

Test(chain, takes_new_members_between_products)
{
    mpz_t expected;
    mpz_init(expected);
    factorial_without_zeros(expected, 150001);
    growing g = {.num_asked = 0};
    cr_assert_eq(nb_team_create(&g.team, &(nb_team_hooks){.ctx = &g, .recruit = grow}), NBANG_OK);
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    multiplier.team = g.team;
    expect_chain(&multiplier, 150001, expected);
    cr_expect_gt(nb_team_size(g.team), 3);
    nb_multiplier_release(&multiplier);
    nb_team_destroy(g.team);
    mpz_clear(expected);
}

/* ---- failures, each of them at every place where it can happen ---- */

/* A kernel that is wrong about one of its results. */
static const nb_fft_kernel *right_kernel;
static nb_fft_kernel wrong_kernel;
static unsigned num_right_stores; /* before the wrong one */
static double wrong_by;           /* its rounding error; if 0, its digits are wrong */

static void store_wrongly(nb_team *team, const nb_fft_shape *shape, const double *x,
                          int32_t *digits, size_t num_digits, double *scratch, nb_fft_check *check)
{
    right_kernel->store(team, shape, x, digits, num_digits, scratch, check);
    if (num_right_stores-- == 0) {
        check->max_error = wrong_by;
        if (wrong_by == 0) {
            check->residue = nb_residue_add(check->residue, 1);
            digits[0]++;
        }
    }
}

static nb_status run_with_wrong_kernel(nb_decimal *product, nb_multiplier *multiplier, uint64_t n,
                                       unsigned before)
{
    right_kernel = nb_fft_kernel_in_use();
    wrong_kernel = *right_kernel;
    wrong_kernel.store = store_wrongly;
    multiplier->kernel = &wrong_kernel;
    num_right_stores = before;
    return nb_chain_product(product, multiplier, n);
}

/* Asserts that no wrong product goes unnoticed. Returns how many there were to be wrong about. */
static unsigned expect_wrong_products_are_found(uint64_t n, bool careful)
{
    mpz_t expected;
    mpz_init(expected);
    factorial_without_zeros(expected, n);
    nb_status status = NBANG_UNVERIFIED;
    unsigned i = 0;
    for (; status != NBANG_OK; i++) {
        nb_multiplier multiplier;
        nb_decimal product;
        nb_multiplier_init(&multiplier);
        nb_decimal_init(&product);
        multiplier.careful = careful;
        status = run_with_wrong_kernel(&product, &multiplier, n, i);
        if (status == NBANG_OK) {
            expect_decimal(&product, expected, "from right products", n);
        } else {
            cr_assert_eq(status, NBANG_UNVERIFIED);
            cr_expect_null(product.digits);
            cr_expect_eq(multiplier.num_failed, !careful);
        }
        nb_decimal_clear(&product);
        nb_multiplier_release(&multiplier);
    }
    mpz_clear(expected);
    return i - 1;
}

Test(chain, with_a_wrong_product_is_not_given_out)
{
    cr_expect_gt(expect_wrong_products_are_found(20000, false), 20);
    cr_expect_gt(expect_wrong_products_are_found(5000, true), 50);
}

Test(chain, with_too_large_a_rounding_error_is_not_given_out)
{
    wrong_by = NB_MAX_ROUNDING_ERROR * 1.01;
    cr_expect_gt(expect_wrong_products_are_found(20000, false), 20);
    cr_expect_gt(expect_wrong_products_are_found(5000, true), 50);
}

/* ---- lack of memory: the linker diverts what the engine allocates ---- */

static size_t num_held;
static unsigned num_granted = -1u; /* before one is refused */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);

static bool is_granted(void)
{
    num_held++;
    if (num_granted-- > 0) {
        return true;
    }
    num_held--;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return is_granted() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_granted() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    num_held -= memory != NULL;
    bool granted = is_granted();
    num_held += !granted && memory != NULL;
    return granted ? __real_realloc(memory, size) : NULL;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_granted() ? __real_aligned_alloc(alignment, size) : NULL;
}

void __wrap_free(void *memory)
{
    num_held -= memory != NULL;
    __real_free(memory);
}

/* Runs a chain that is refused the allocation after so many. */
static nb_status run_without_memory(unsigned granted, bool careful)
{
    nb_multiplier multiplier;
    nb_decimal product;
    nb_multiplier_init(&multiplier);
    nb_decimal_init(&product);
    multiplier.careful = careful;
    num_granted = granted;
    nb_status status = nb_chain_product(&product, &multiplier, 20000);
    num_granted = -1u;
    cr_assert_eq(product.digits == NULL, status != NBANG_OK);
    nb_decimal_clear(&product);
    nb_multiplier_release(&multiplier);
    return status;
}

/* Asserts that every allocation may fail, once the tables of roots are there, which stay. */
static void expect_lack_of_memory_is_reported(bool careful)
{
    cr_assert_eq(run_without_memory(-1u, careful), NBANG_OK);
    const size_t held_before = num_held;
    unsigned granted = 0;
    nb_status status;
    while ((status = run_without_memory(granted, careful)) != NBANG_OK) {
        cr_assert_eq(status, NBANG_NO_MEMORY, "after %u allocations", granted);
        cr_assert_eq(num_held, held_before, "after %u allocations", granted);
        granted++;
    }
    cr_expect_eq(num_held, held_before);
    cr_expect_gt(granted, 20, "that many could be refused");
}

Test(chain, without_memory_says_so_and_keeps_nothing)
{
    expect_lack_of_memory_is_reported(false);
}

Test(chain, without_memory_for_careful_products_says_so_and_keeps_nothing)
{
    expect_lack_of_memory_is_reported(true);
}
