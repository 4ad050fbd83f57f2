#include "compute/kept.h"

#include <assert.h>
#include <string.h>

#include "base/residue.h"
#include "compute/cost.h"
#include "compute/product.h"
#include "decimal/digits.h"
#include "decimal/digits_team.h"

void nb_kept_init(nb_kept *kept)
{
    *kept = (nb_kept){0};
    nb_decimal_init(&kept->number);
}

void nb_kept_clear(nb_kept *kept)
{
    nb_decimal_clear(&kept->number);
    nb_kept_init(kept);
}

/* Digits that have become zero at the lower end are left out. */
static void drop_zeros(nb_kept *kept)
{
    nb_decimal *number = &kept->number;
    size_t num_zero = 0;
    while (num_zero + 1 < number->num_digits && number->digits[num_zero] == 0) {
        num_zero++;
    }
    if (num_zero > 0) {
        number->num_digits -= num_zero;
        memmove(number->digits, number->digits + num_zero,
                number->num_digits * sizeof(*number->digits));
        kept->num_zeros += NB_DIGIT_WIDTH * (uint64_t)num_zero;
    }
}

nb_status nb_kept_set(nb_kept *kept, uint64_t n, nb_decimal_text *text, uint64_t residue)
{
    nb_kept_clear(kept);
    kept->n = n;
    kept->num_zeros = text->num_zeros;
    kept->residue = residue;
    nb_status status = nb_decimal_text_release(text, &kept->number);
    if (status == NBANG_OK) {
        drop_zeros(kept);
    }
    return status;
}

nb_decimal_text nb_kept_text(const nb_kept *kept)
{
    assert(nb_kept_is_there(kept));
    return nb_decimal_text_of(&kept->number, kept->num_zeros);
}

/* ---- factors ---- */

/* Room for what a word adds, and for many more words. */
static nb_status reserve_word(nb_decimal *number)
{
    const size_t needed = number->num_digits + 2;
    return needed <= number->capacity ? NBANG_OK
                                      : nb_decimal_reserve(number, needed + needed / 16 + 16);
}

static nb_status multiply_word(nb_decimal *number, uint64_t word)
{
    nb_status status = reserve_word(number);
    if (status == NBANG_OK) {
        number->num_digits = nb_digits_multiply_word(number->digits, number->num_digits, word);
    }
    return status;
}

/* By words of as many factors as they hold. */
static nb_status multiply_words(nb_decimal *number, uint64_t first, uint64_t last)
{
    nb_status status = NBANG_OK;
    uint64_t word = 1;
    for (uint64_t factor = first; status == NBANG_OK && factor <= last; factor++) {
        /* The product of the two may be more than 64 bits hold. */
        if (word > (NB_DIGIT_WORD_END - 1) / factor) {
            status = multiply_word(number, word);
            word = 1;
        }
        word *= factor;
    }
    return status == NBANG_OK ? multiply_word(number, word) : status;
}

/* Shorter factors are made that long by zeros on top: they would be multiplied digit by digit
 * otherwise, which takes twice as long from 12 digits on (10^6!, November 2026). */
enum { MIN_FACTOR_DIGITS = 64 };

/* Multiplies by `factor`, canonical digits before and after. */
static nb_status multiply_digits(nb_decimal *number, nb_multiplier *multiplier,
                                 const nb_decimal *factor)
{
    nb_status status = nb_decimal_reserve(number, number->num_digits + factor->num_digits + 1);
    if (status != NBANG_OK) {
        return status;
    }
    number->digits[number->num_digits++] = 0; /* takes what the balanced digits carry */
    nb_digits_balance(number->digits, number->num_digits);
    number->residue = nb_digits_team_residue(multiplier->team, number->digits, number->num_digits);
    status = nb_decimal_multiply(number, factor, multiplier);
    if (status == NBANG_OK) {
        number->num_digits =
            nb_digits_team_canonicalise(multiplier->team, number->digits, number->num_digits);
    }
    return status;
}

/* By the product of all of them. */
static nb_status multiply_product(nb_decimal *number, nb_multiplier *multiplier, uint64_t first,
                                  uint64_t last)
{
    nb_product product;
    nb_product_init(&product);
    for (uint64_t factor = first; factor <= last; factor++) {
        nb_product_push(&product, factor);
    }
    nb_status status = nb_product_finish(&product, multiplier);
    if (status == NBANG_OK) {
        const nb_product_node node = product.nodes[0];
        int32_t padded[MIN_FACTOR_DIGITS] = {0};
        nb_decimal factor = {product.digits, 0, node.num_digits, node.residue};
        if (node.num_digits < MIN_FACTOR_DIGITS) {
            memcpy(padded, product.digits, node.num_digits * sizeof(*padded));
            factor.digits = padded;
            factor.num_digits = MIN_FACTOR_DIGITS;
        }
        status = multiply_digits(number, multiplier, &factor);
    }
    nb_product_clear(&product);
    return status;
}

/* ---- steps ---- */

nb_status nb_kept_advance(nb_kept *kept, nb_multiplier *multiplier, uint64_t n)
{
    assert(nb_kept_is_there(kept) && kept->n <= n);
    if (n == kept->n) {
        return NBANG_OK;
    }
    const uint64_t first = kept->n + 1;
    nb_status status = nb_cost_of_steps(kept->n, n).by_words
                           ? multiply_words(&kept->number, first, n)
                           : multiply_product(&kept->number, multiplier, first, n);
    nb_multiplier_give_back(multiplier);
    if (status != NBANG_OK) {
        nb_kept_clear(kept);
        return status;
    }
    drop_zeros(kept);
    for (uint64_t factor = first; factor <= n; factor++) {
        kept->residue = nb_residue_mul(kept->residue, factor);
    }
    kept->n = n;
    return NBANG_OK;
}
