#include "products.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "decimal/digits.h"
#include "exact.h"

/* Products up to this many digits are compared as GMP's integers, which takes longer. */
enum { MAX_EXACT = 20000, GUARD = 77777 };

nb_factor factor_of(const int32_t *digits, size_t num_digits)
{
    return (nb_factor){digits, num_digits, nb_digits_residue(digits, num_digits)};
}

void expect_product(const int32_t *product, nb_factor a, nb_factor b, uint64_t residue)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    bool (*check)(const int32_t *, const int32_t *, size_t, const int32_t *, size_t) =
        num_digits <= MAX_EXACT ? is_product : is_product_by_residues;
    cr_assert(check(product, a.digits, a.num_digits, b.digits, b.num_digits),
              "%zu times %zu digits", a.num_digits, b.num_digits);
    cr_assert_eq(residue, nb_digits_residue(product, num_digits), "%zu times %zu digits",
                 a.num_digits, b.num_digits);
    cr_assert_leq(largest_digit(product, num_digits), NB_DIGIT_MAX, "%zu times %zu digits",
                  a.num_digits, b.num_digits);
}

void expect_multiplies(nb_multiplier *multiplier, nb_factor a, nb_factor b)
{
    const size_t num_digits = a.num_digits + b.num_digits;
    int32_t *product = need_memory((num_digits + 1) * sizeof(*product));
    product[num_digits] = GUARD;
    uint64_t residue;
    cr_assert_eq(nb_multiply(multiplier, product, a, b, &residue), NBANG_OK, "%zu times %zu digits",
                 a.num_digits, b.num_digits);
    cr_assert_eq(product[num_digits], GUARD, "%zu times %zu digits", a.num_digits, b.num_digits);
    expect_product(product, a, b, residue);
    free(product);
}

void leave_room(int32_t *digits, size_t num_digits)
{
    if (largest_digit(digits + num_digits - 1, 1) >= NB_DIGIT_BASE / 2) {
        digits[num_digits - 1] = 1;
    }
}

void expect_multiplies_pattern(nb_multiplier *multiplier, digit_pattern pattern, size_t num_a,
                               size_t num_b)
{
    uint64_t state = num_a * 1000003 + num_b;
    int32_t *a = new_digits(num_a, pattern, &state), *b = new_digits(num_b, pattern, &state);
    leave_room(a, num_a);
    leave_room(b, num_b);
    expect_multiplies(multiplier, factor_of(a, num_a), factor_of(b, num_b));
    free(a);
    free(b);
}
