/* What the tests of compute/factorial.h share: texts, and what they must be. */
#ifndef NB_TESTS_FACTORIAL_SUPPORT_H
#define NB_TESTS_FACTORIAL_SUPPORT_H

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compute/factorial.h"

/* All of the digits, zeros included, as a string that the caller frees. */
static inline char *whole_text(const nb_decimal_text *text)
{
    size_t len = (size_t)nb_decimal_text_length(text);
    char *string = malloc(len + 1);
    cr_assert_not_null(string);
    cr_assert_eq(nb_decimal_text_read(text, 0, string, len), NBANG_OK);
    string[len] = '\0';
    return string;
}

static inline bool text_is(const nb_decimal_text *text, const char *expected)
{
    char *digits = whole_text(text);
    bool same = strcmp(digits, expected) == 0;
    free(digits);
    return same;
}

/* The digits of n!, which the caller frees. */
static inline char *factorial_by_gmp(uint64_t n)
{
    mpz_t value;
    mpz_init(value);
    mpz_fac_ui(value, n);
    char *string = mpz_get_str(NULL, 10, value);
    mpz_clear(value);
    return string;
}

#endif
