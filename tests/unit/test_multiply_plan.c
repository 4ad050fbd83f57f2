/* How products are to be multiplied: whatever is planned can be carried out. */
#include "decimal/multiply_plan.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "decimal/digits.h"
#include "decimal/multiply.h"

static const unsigned widths[] = {2, 4, 8};
enum { NUM_WIDTHS = 3 };

/* Calls check(plan, num_long, num_short) for lengths of every order of magnitude and ratio. */
static void for_all_plans(void (*check)(const nb_multiply_plan *plan, size_t num_long,
                                        size_t num_short))
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        for (size_t num_short = 33; num_short < (size_t)1 << 36; num_short += num_short / 3) {
            for (size_t num_long = num_short; num_long < 3000 * num_short;
                 num_long += 1 + num_long / 7) {
                const nb_multiply_plan plan =
                    nb_multiply_plan_best(widths[w], num_long, num_short, false, SIZE_MAX);
                check(&plan, num_long, num_short);
            }
            const nb_multiply_plan plan =
                nb_multiply_plan_best(widths[w], num_short, num_short, true, SIZE_MAX);
            check(&plan, num_short, num_short);
        }
    }
}

static void expect_room(const nb_multiply_plan *p, size_t num_long, size_t num_short)
{
    const size_t room = 2 * p->shape.length, num_digits = num_long + num_short;
    if (p->num_low > 0) {
        cr_assert_eq(p->block, num_long);
        cr_assert_gt(num_digits, room, "or it need not be folded");
        cr_assert_gt(p->num_low, num_digits - room);
        cr_assert_leq(p->num_low, num_short);
        cr_assert_leq(2 * p->num_low, room);
    } else if (p->block == num_long) {
        cr_assert_geq(room, num_digits);
    } else {
        cr_assert_lt(p->block, num_long);
        cr_assert_gt(p->block, 0);
        cr_assert_geq(room, p->block + num_short);
    }
}

Test(multiply_plan, has_room_for_the_digits)
{
    for_all_plans(expect_room);
}

static void expect_no_more_than_at_once(const nb_multiply_plan *p, size_t num_long,
                                        size_t num_short)
{
    const nb_fft_shape shape = nb_fft_shape_for(p->shape.lanes, num_long + num_short);
    const nb_multiply_plan at_once = nb_multiply_plan_at_once(&shape, num_long, false);
    cr_assert_leq(p->cost, at_once.cost, "%zu times %zu digits", num_long, num_short);
}

Test(multiply_plan, costs_no_more_than_the_simplest)
{
    for_all_plans(expect_no_more_than_at_once);
}

/* Square or not: blocks would make two transforms of one. */
Test(multiply_plan, square_is_never_made_in_blocks)
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        for (size_t n = 1; n < (size_t)1 << 36; n += 1 + n / 20) {
            cr_assert_eq(nb_multiply_plan_best(widths[w], n, n, true, 0).block, n);
        }
    }
}

/* Each kind occurs where it is for: the tests of products rely on that. */
Test(multiply_plan, every_kind_is_the_best_somewhere)
{
    for (unsigned w = 0; w < NUM_WIDTHS; w++) {
        const nb_multiply_plan even = nb_multiply_plan_best(widths[w], 1000, 1000, false, 0);
        cr_expect_eq(even.block, 1000);
        const nb_multiply_plan uneven = nb_multiply_plan_best(widths[w], 100000, 1000, false, 0);
        cr_expect_lt(uneven.block, 50000);
        const size_t room = 2 * nb_fft_shape_for(widths[w], 100000).length;
        const nb_multiply_plan folded =
            nb_multiply_plan_best(widths[w], room / 2 + 10, room / 2 + 10, false, 0);
        cr_expect_gt(folded.num_low, 0);
    }
}

/* ---- memory ---- */

/* What R^4 of a large chain is multiplied by is 7 to 10 % as long: nearly always that is done
 * within the work space of the square before. */
Test(multiply_plan, large_uneven_products_use_the_work_space_of_a_square)
{
    size_t num_plans = 0, num_fitting = 0;
    for (size_t num_long = 4000000; num_long < (size_t)1 << 32; num_long += num_long / 30) {
        const size_t half = num_long / 2;
        const nb_multiply_plan square = nb_multiply_plan_best(8, half, half, true, 0);
        const size_t room = nb_multiply_plan_memory(&square, half, half, true).transform_bytes;
        for (size_t percent = 7; percent <= 10; percent++) {
            const size_t num_short = num_long / 100 * percent;
            const nb_multiply_plan plan =
                nb_multiply_plan_best(8, num_long, num_short, false, room);
            const size_t bytes =
                nb_multiply_plan_memory(&plan, num_long, num_short, false).transform_bytes;
            cr_assert_leq(bytes, room + room / 4, "%zu, %zu", num_long, num_short);
            num_plans++;
            num_fitting += bytes <= room;
        }
    }
    cr_expect_geq(num_fitting, num_plans * 19 / 20, "%zu of %zu", num_fitting, num_plans);
}

/* Multiplies ones of these lengths, and compares the work space that this leaves behind. */
static void expect_memory(size_t num_long, size_t num_short, bool square)
{
    nb_multiplier multiplier;
    nb_multiplier_init(&multiplier);
    const unsigned lanes = multiplier.kernel->lanes;
    const size_t num_digits = num_long + num_short;
    int32_t *digits = calloc(num_digits, sizeof(*digits));
    int32_t *product = calloc(num_digits, sizeof(*product));
    cr_assert(digits != NULL && product != NULL);
    digits[num_long - 1] = digits[num_digits - 1] = 1;
    const nb_factor a = {digits, num_long, nb_digits_residue(digits, num_long)};
    const nb_factor b = {digits + num_long, num_short,
                         nb_digits_residue(digits + num_long, num_short)};
    uint64_t residue;
    cr_assert_eq(nb_multiply(&multiplier, product, a, square ? a : b, &residue), NBANG_OK);

    const nb_multiply_plan plan = nb_multiply_plan_best(lanes, num_long, num_short, square, 0);
    const nb_multiply_memory memory = nb_multiply_plan_memory(&plan, num_long, num_short, square);
    cr_expect_eq(multiplier.transforms.size, memory.transform_bytes, "%zu, %zu", num_long,
                 num_short);
    cr_expect_eq(multiplier.spare.size, (memory.spare_bytes + 63) / 64 * 64, "%zu, %zu", num_long,
                 num_short);
    nb_multiplier_release(&multiplier);
    free(product);
    free(digits);
}

Test(multiply_plan, knows_the_work_space_of_products)
{
    for (size_t num_short = 33; num_short < 20000; num_short += num_short / 2) {
        for (size_t num_long = num_short; num_long < 30 * num_short; num_long += num_long / 3) {
            expect_memory(num_long, num_short, false);
        }
        expect_memory(num_short, num_short, true);
    }
}
