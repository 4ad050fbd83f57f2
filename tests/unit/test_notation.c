#include "cli/notation.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/quote.h"

/* A power that loops for ever must not hold up the suite. */
TestSuite(notation, .timeout = 60);

static nb_progression parse_good(const char *text)
{
    nb_progression p = {0, 0, 0};
    char error[NB_NOTATION_ERROR_SIZE] = "";
    cr_expect_eq(nb_notation_parse(&p, text, strlen(text), error), NBANG_OK, "%s: %s", text, error);
    return p;
}

static void expect_number(const char *text, uint64_t n)
{
    nb_progression p = parse_good(text);
    cr_expect(p.first == n && p.last == n && p.step == 1, "%s: %ju", text, (uintmax_t)p.first);
}

static void expect_range(const char *text, uint64_t first, uint64_t last, uint64_t step)
{
    nb_progression p = parse_good(text);
    cr_expect(p.first == first && p.last == last && p.step == step, "%s: %ju..%ju:%ju", text,
              (uintmax_t)p.first, (uintmax_t)p.last, (uintmax_t)p.step);
}

static void expect_bytes_error(const char *text, size_t len, const char *expected)
{
    nb_progression p = {1, 2, 3};
    char error[NB_NOTATION_ERROR_SIZE] = "";
    nb_status status = nb_notation_parse(&p, text, len, error);
    bool too_large = strstr(expected, "too large") != NULL;
    cr_expect_eq(status, too_large ? NBANG_OUT_OF_RANGE : NBANG_INVALID, "%s", expected);
    cr_expect_str_eq(error, expected);
    cr_expect(p.first == 1 && p.last == 2 && p.step == 3, "output touched: %s", expected);
}

static void expect_error(const char *text, const char *expected)
{
    expect_bytes_error(text, strlen(text), expected);
}

#define TOO_LARGE "is too large (at most 18446744073709551615)"
#define POINT "has a decimal point; only whole numbers have factorials"

Test(notation, reads_plain_numbers)
{
    expect_number("0", 0);
    expect_number("80000", 80000);
    expect_number("80000!", 80000);
    expect_number("007", 7);
    expect_number("100000000000000", UINT64_C(100000000000000));
    expect_number("9223372036854775808", UINT64_C(1) << 63);
    expect_number("10000000000000000000", UINT64_C(10000000000000000000));
    expect_number("18446744073709551615", UINT64_MAX);
}

Test(notation, reads_underscores_between_digits)
{
    expect_number("1_000_000", 1000000);
    expect_number("1_0!", 10);
    expect_number("1_0e1_0", UINT64_C(100000000000));
    expect_number("18_446_744_073_709_551_615", UINT64_MAX);
}

Test(notation, reads_powers)
{
    expect_number("1e6", 1000000);
    expect_number("1E6", 1000000);
    expect_number("12e3", 12000);
    expect_number("1e0", 1);
    expect_number("0e5", 0);
    expect_number("1e19", UINT64_C(10000000000000000000));
    expect_number("10^6", 1000000);
    expect_number("2^20", 1048576);
    expect_number("2^20!", 1048576);
    expect_number("2^63", UINT64_C(1) << 63);
    expect_number("18446744073709551615^1", UINT64_MAX);
    expect_number("0^0", 1);
    expect_number("0^5", 0);
    expect_number("7^0", 1);
}

Test(notation, powers_that_stay_small_take_any_exponent)
{
    expect_number("1^99999999999999999999", 1);
    expect_number("0^99999999999999999999", 0);
    expect_number("0e99999999999999999999", 0);
    expect_number("1^18446744073709551615", 1);
}

Test(notation, refuses_more_than_64_bits)
{
    expect_error("18446744073709551616", "\"18446744073709551616\" " TOO_LARGE);
    expect_error("99999999999999999999!", "\"99999999999999999999!\" " TOO_LARGE);
    expect_error("18_446_744_073_709_551_616", "\"18_446_744_073_709_551_616\" " TOO_LARGE);
    expect_error("1e400", "\"1e400\" " TOO_LARGE);
    expect_error("1e20", "\"1e20\" " TOO_LARGE);
    expect_error("2e19", "\"2e19\" " TOO_LARGE);
    expect_error("2^64", "\"2^64\" " TOO_LARGE);
    expect_error("2^99999999999999999999", "\"2^99999999999999999999\" " TOO_LARGE);
    expect_error("99999999999999999999^0", "\"99999999999999999999^0\" " TOO_LARGE);
}

Test(notation, names_signs_and_fractions)
{
    expect_error("-5", "\"-5\" is negative");
    expect_error("-0", "\"-0\" is negative");
    expect_error("+5", "\"+5\" has a sign");
    expect_error("1.5", "\"1.5\" " POINT);
    expect_error("1.5e3", "\"1.5e3\" " POINT);
    expect_error(".5", "\".5\" " POINT);
    expect_error("1.", "\"1.\" " POINT);
    expect_error("1e-5", "\"1e-5\" has a negative exponent");
    expect_error("1,000", "\"1,000\" has a comma in it; digits may be grouped with \"_\"");
}

Test(notation, refuses_rubbish)
{
    static const char *const texts[] = {"12x",   "x", "!5",  "!",    "^2",  "e5",  "0x10", "1e5e5",
                                        "2^3^2", "-", "--5", "1e+5", "inf", "5:2", "5!x",  "@f"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\"%s\" is not a number", texts[i]);
        expect_error(texts[i], expected);
    }
    expect_error("", "\"\" is not a number");
    expect_error("5!!", "\"5!!\" has more than one \"!\"");
    expect_error("2^", "\"2^\" has no exponent");
    expect_error("1e", "\"1e\" has no exponent");
    expect_error("1e!", "\"1e!\" has no exponent");
}

Test(notation, refuses_misplaced_underscores)
{
    static const char *const texts[] = {"1_",   "_1", "1__0", "1_e5", "1e5_",
                                        "1e_5", "_",  "2_^3", "1_!"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\"%s\" has a misplaced \"_\"", texts[i]);
        expect_error(texts[i], expected);
    }
}

Test(notation, quotes_hostile_bytes_on_one_line)
{
    expect_error("1 2 3", "\"1 2 3\" has blanks in it");
    expect_error(" 5", "\" 5\" has blanks in it");
    expect_error("5\n", "\"5\\x0a\" has blanks in it");
    expect_bytes_error("1\0002", 3, "\"1\\x002\" has a NUL byte in it");
    expect_bytes_error("5\0", 2, "\"5\\x00\" has a NUL byte in it");
    expect_error("\033[2J", "\"\\x1b[2J\" is not a number");
    expect_error("a\"b\\", "\"a\\\"b\\\\\" is not a number");
#define NOT_ASCII " is not a number: it has characters other than ASCII digits"
    expect_error("\xD9\xA1\xD9\xA2", "\"\xD9\xA1\xD9\xA2\"" NOT_ASCII); /* Arabic-Indic 12 */
    expect_error("\xEF\xBC\x95", "\"\xEF\xBC\x95\"" NOT_ASCII);         /* full-width 5 */
    expect_error("5\xFF", "\"5\\xff\"" NOT_ASCII);
    expect_error("\xC0\x80", "\"\\xc0\\x80\"" NOT_ASCII);          /* overlong NUL */
    expect_error("\xED\xA0\x80", "\"\\xed\\xa0\\x80\"" NOT_ASCII); /* surrogate */
    expect_error("\xC2\x9B"
                 "1m",
                 "\"\\xc2\\x9b1m\"" NOT_ASCII); /* C1 control: CSI */
    expect_error("\xE2\x80\xAE"
                 "5",
                 "\"\\xe2\\x80\\xae5\"" NOT_ASCII);       /* right-to-left override */
    expect_error("\xE2\x80", "\"\\xe2\\x80\"" NOT_ASCII); /* cut off */
}

Test(notation, cuts_long_texts)
{
    static char digits[5001];
    memset(digits, '7', 5000);
    nb_progression p;
    char error[NB_NOTATION_ERROR_SIZE];
    cr_expect_eq(nb_notation_parse(&p, digits, 5000, error), NBANG_OUT_OF_RANGE);
    cr_expect_eq(strncmp(error, "\"77777777777777777777777777777777", 33), 0, "%s", error);
    cr_expect(strstr(error, "7…\" (5000 bytes) " TOO_LARGE), "%s", error);

    memset(digits, '0', 4999);
    expect_number(digits, 7);

    memset(digits, 0x1B, 5000);
    cr_expect_eq(nb_notation_parse(&p, digits, 5000, error), NBANG_INVALID);
    cr_expect(strstr(error, "…\" (5000 bytes) is not a number"), "%s", error);
    cr_expect_eq(strchr(error, 0x1B), NULL);
}

Test(notation, reads_ranges)
{
    expect_range("1..5", 1, 5, 1);
    expect_range("5..5", 5, 5, 1);
    expect_range("0..10:5", 0, 10, 5);
    expect_range("1!..5!", 1, 5, 1);
    expect_range("1..5!", 1, 5, 1);
    expect_range("1e3..2e3:1e2", 1000, 2000, 100);
    expect_range("1..10^18", 1, UINT64_C(1000000000000000000), 1);
    expect_range("2^4..1_000:0_8", 16, 1000, 8);
}

Test(notation, last_of_a_range_is_a_member)
{
    expect_range("0..10:3", 0, 9, 3);
    expect_range("1..5:100", 1, 1, 100);
    expect_range("0..18446744073709551615:18446744073709551615", 0, UINT64_MAX, UINT64_MAX);
    expect_range("1..18446744073709551615:10", 1, UINT64_C(18446744073709551611), 10);
    expect_range("18446744073709551614..18446744073709551615", UINT64_MAX - 1, UINT64_MAX, 1);
}

Test(notation, names_what_is_wrong_with_a_range)
{
    expect_error("1..", "\"1..\" has no upper end");
    expect_error("..5", "\"..5\" has no lower end");
    expect_error("..", "\"..\" has no lower end");
    expect_error("1..5:", "\"1..5:\" has no step");
    expect_error("1..:2", "\"1..:2\" has no upper end");
    expect_error("1..5:0", "\"1..5:0\" has a step of 0");
    expect_error("9..5", "empty range: 9 is above 5");
    expect_error("1..x", "\"1..x\": \"x\" is not a number");
    expect_error("-3..5", "\"-3..5\": \"-3\" is negative");
    expect_error("1..-5", "\"1..-5\": \"-5\" is negative");
    expect_error("1..9:-2", "\"1..9:-2\": \"-2\" is negative");
    expect_error("1..9:2!", "\"1..9:2!\": \"2!\" is not a number");
    expect_error("1..9:2:3", "\"1..9:2:3\": \"2:3\" is not a number");
    expect_error("1..1e20", "\"1..1e20\": \"1e20\" " TOO_LARGE);
    expect_error("1...5", "\"1...5\": \".5\" " POINT);
    expect_error("1..5 6", "\"1..5 6\" has blanks in it");
    expect_error("1 .. 5", "\"1 .. 5\" has blanks in it");
    expect_bytes_error("1..\0005", 5, "\"1..\\x005\" has a NUL byte in it");
}

/* Every text of up to five of the characters that mean something, against a slow reading of the
 * grammar with strtoull and pow by repeated multiplication in 128 bits. */
__extension__ typedef unsigned __int128 uint128;

static bool slow_digits(const char **at, uint128 *value)
{
    if (**at < '0' || **at > '9') {
        return false;
    }
    *value = 0;
    for (;; (*at)++) {
        if (**at == '_' && (*at)[1] >= '0' && (*at)[1] <= '9') {
            continue;
        }
        if (**at < '0' || **at > '9') {
            return true;
        }
        *value = *value * 10 + (unsigned)(**at - '0');
    }
}

static nb_status slow_number(const char *at, uint64_t *n)
{
    uint128 base, exponent = 0, value;
    if (!slow_digits(&at, &base)) {
        return NBANG_INVALID;
    }
    value = base;
    if (*at == 'e' || *at == '^') {
        bool scientific = *at++ == 'e';
        if (!slow_digits(&at, &exponent)) {
            return NBANG_INVALID;
        }
        value = scientific ? base : 1;
        for (uint128 i = 0; i < exponent && value != 0 && value <= UINT64_MAX; i++) {
            value *= scientific ? 10 : base;
        }
    }
    if (*at == '!') {
        at++;
    }
    if (*at) {
        return NBANG_INVALID;
    }
    *n = (uint64_t)value;
    return value > UINT64_MAX ? NBANG_OUT_OF_RANGE : NBANG_OK;
}

Test(notation, agrees_with_a_slow_reading_of_the_grammar)
{
    static const char alphabet[] = "019e^_!-";
    const unsigned num = sizeof alphabet - 1;
    unsigned checked = 0;
    for (unsigned code = 1; code < num * num * num * num * num * num; code++) {
        char text[8], error[NB_NOTATION_ERROR_SIZE];
        unsigned len = 0;
        for (unsigned rest = code; rest > 0; rest /= num) {
            text[len++] = alphabet[rest % num];
        }
        text[len] = '\0';
        uint64_t expected = 0;
        nb_progression p = {0, 0, 1};
        nb_status status = slow_number(text, &expected);
        cr_assert_eq(nb_notation_parse(&p, text, len, error), status, "%s", text);
        if (status == NBANG_OK) {
            cr_assert(p.first == expected && p.last == expected, "%s: %ju", text,
                      (uintmax_t)p.first);
        }
        checked += status == NBANG_OK;
    }
    cr_expect_gt(checked, 1000);
}

Test(notation, quotes_whole_text_that_just_fits)
{
    char out[NB_QUOTE_SIZE], text[NB_QUOTE_SIZE + 1];
    memset(text, '1', sizeof text);
    for (size_t len = 0; len <= NB_QUOTE_SIZE; len++) {
        nb_quote(out, sizeof out, text, len, len);
        cr_expect_lt(strlen(out), sizeof out);
        bool whole = strlen(out) == len + 2 && strspn(out + 1, "1") == len && out[len + 1] == '"';
        bool cut = strstr(out, "…\" (") && strspn(out + 1, "1") >= 32;
        cr_expect(whole || cut, "%zu: %s", len, out);
        cr_expect(whole || len > 32, "%zu: %s", len, out);
    }
    nb_quote(out, sizeof out, "12", 2, SIZE_MAX);
    cr_expect_str_eq(out, "\"12…\" (18446744073709551615 bytes)");
    nb_quote(out, sizeof out, text, sizeof text, SIZE_MAX);
    cr_expect(strstr(out, "1…\" (18446744073709551615 bytes)"), "%s", out);
}

Test(notation, never_cuts_inside_a_character)
{
    char out[NB_QUOTE_SIZE];
    char text[200];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', sizeof text);
        for (size_t i = shift; i + 4 <= sizeof text; i += 4) {
            memcpy(text + i, "\xF0\x9F\x98\x80", 4);
        }
        nb_quote(out, sizeof out, text, sizeof text, sizeof text);
        size_t len = strcspn(out, "\xE2"); /* up to the ellipsis */
        cr_expect_eq((len - 1 - shift) % 4, 0, "%s", out);
        cr_expect(strstr(out, "…\" (200 bytes)"), "%s", out);
    }
}

Test(notation, reads_single_values_without_factorial_sign)
{
    uint64_t value = 0;
    cr_expect_eq(nb_notation_parse_number(&value, "1e6", 3), NBANG_OK);
    cr_expect_eq(value, 1000000);
    cr_expect_eq(nb_notation_parse_number(&value, "5!", 2), NBANG_INVALID);
    cr_expect_eq(nb_notation_parse_number(&value, "1..5", 4), NBANG_INVALID);
    cr_expect_eq(nb_notation_parse_number(&value, "1e20", 4), NBANG_OUT_OF_RANGE);
}
