#include "cli/notation.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/quote.h"

/* A part of a job's text. */
typedef struct span {
    const char *at;
    size_t len;
} span;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_power_sign(char c)
{
    return c == 'e' || c == 'E' || c == '^';
}

/* ---- numbers ---- */

/* Number of digits and underscores, wherever they stand, at the start of `text`. */
static size_t digits_len(span text)
{
    size_t i = 0;
    while (i < text.len && (is_digit(text.at[i]) || text.at[i] == '_')) {
        i++;
    }
    return i;
}

/* Reads all of `text` as `digits`, which saturate at UINT64_MAX: *too_large is then set. */
static nb_status parse_digits(uint64_t *value, bool *too_large, span text)
{
    uint64_t sum = 0;
    bool overflow = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool joint = c == '_' && i > 0 && is_digit(text.at[i - 1]) && i + 1 < text.len;
        if (joint) {
            continue;
        }
        if (!is_digit(c)) {
            return NBANG_INVALID;
        }
        overflow |= __builtin_mul_overflow(sum, UINT64_C(10), &sum);
        overflow |= __builtin_add_overflow(sum, (uint64_t)(c - '0'), &sum);
    }
    if (text.len == 0) {
        return NBANG_INVALID;
    }
    *value = overflow ? UINT64_MAX : sum;
    *too_large = overflow;
    return NBANG_OK;
}

/* factor * base^exponent. At most 64 multiplications: any base above 1 soon overflows. */
static nb_status scale(uint64_t *value, uint64_t factor, uint64_t base, uint64_t exponent)
{
    if (base <= 1) {
        *value = exponent == 0 || base == 1 ? factor : 0;
        return NBANG_OK;
    }
    if (factor == 0) {
        exponent = 0;
    }
    for (; exponent > 0; exponent--) {
        if (__builtin_mul_overflow(factor, base, &factor)) {
            return NBANG_OUT_OF_RANGE;
        }
    }
    *value = factor;
    return NBANG_OK;
}

/* "12e3", "10^6" and "1_000", which are rarer than plain digits. */
static nb_status parse_power(uint64_t *value, span text)
{
    uint64_t mantissa, exponent = 0;
    bool mantissa_too_large, exponent_too_large;
    span head = {text.at, digits_len(text)};
    if (parse_digits(&mantissa, &mantissa_too_large, head)) {
        return NBANG_INVALID;
    }
    char sign = 'e';
    if (head.len < text.len) {
        sign = text.at[head.len];
        span tail = {head.at + head.len + 1, text.len - head.len - 1};
        /* An exponent beyond 64 bits saturates, which changes no result: 0, 1 or too large. */
        if (!is_power_sign(sign) || parse_digits(&exponent, &exponent_too_large, tail)) {
            return NBANG_INVALID;
        }
    }
    if (mantissa_too_large) {
        return NBANG_OUT_OF_RANGE;
    }
    return sign == '^' ? scale(value, 1, mantissa, exponent) : scale(value, mantissa, 10, exponent);
}

static nb_status parse_plain(uint64_t *value, span text)
{
    nb_status status = nb_number_parse(value, text.at, text.len);
    return status == NBANG_INVALID ? parse_power(value, text) : status;
}

static nb_status parse_number(uint64_t *value, span text)
{
    if (text.len > 0 && text.at[text.len - 1] == '!') {
        text.len--;
    }
    return parse_plain(value, text);
}

nb_status nb_notation_parse_number(uint64_t *value, const char *text, size_t len)
{
    return parse_plain(value, (span){text, len});
}

/* ---- what is wrong with a number ---- */

static bool contains(span text, char c)
{
    return memchr(text.at, c, text.len) != NULL;
}

static bool has_blanks(span text)
{
    return contains(text, ' ') || contains(text, '\t') || contains(text, '\r') ||
           contains(text, '\n');
}

static bool is_ascii(span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Whether all of `text` could stand in a number, in some order. */
static bool has_only_number_signs(span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (!is_digit(c) && !is_power_sign(c) && c != '_' && c != '!') {
            return false;
        }
    }
    return true;
}

/* For a text that starts with digits, or a little before them, but goes on wrongly. */
static const char *diagnose_rest(span text)
{
    size_t head = digits_len(text);
    span rest = {text.at + head, text.len - head};
    char c = '_'; /* digits and underscores alone are wrong because of these */
    if (rest.len > 0) {
        c = rest.at[0];
    }
    if (c == '.' && (head > 0 || (rest.len > 1 && is_digit(rest.at[1])))) {
        return "has a decimal point; only whole numbers have factorials";
    }
    if (c == ',' && head > 0) {
        return "has a comma in it; digits may be grouped with \"_\"";
    }
    if (head > 0 && is_power_sign(c)) {
        if (rest.len == 1 || rest.at[1] == '!') {
            return "has no exponent";
        }
        if (rest.len > 2 && rest.at[1] == '-' && is_digit(rest.at[2])) {
            return "has a negative exponent";
        }
    }
    if (head > 0 && rest.len > 1 && c == '!' && rest.at[1] == '!') {
        return "has more than one \"!\"";
    }
    if (contains(text, '_') && has_only_number_signs(text)) {
        return "has a misplaced \"_\"";
    }
    return "is not a number";
}

/* Why `text` is not a number, to follow the text in a sentence. Static storage. */
static const char *diagnose(span text)
{
    if (text.len == 0) {
        return "is not a number";
    }
    if (contains(text, '\0')) {
        return "has a NUL byte in it";
    }
    if (has_blanks(text)) {
        return "has blanks in it";
    }
    if (!is_ascii(text)) {
        return "is not a number: it has characters other than ASCII digits";
    }
    if (text.at[0] == '-' && text.len > 1 && is_digit(text.at[1])) {
        return "is negative";
    }
    if (text.at[0] == '+' && text.len > 1 && is_digit(text.at[1])) {
        return "has a sign";
    }
    return diagnose_rest(text);
}

/* Writes that `part` is wrong, which is `whole` or in it. Returns `status`. */
static nb_status report(char error[NB_NOTATION_ERROR_SIZE], nb_status status, span whole, span part)
{
    char quoted[NB_QUOTE_SIZE], quoted_whole[NB_QUOTE_SIZE];
    char limit[NB_NUMBER_TEXT_SIZE];
    snprintf(limit, sizeof(limit), "is too large (at most %" PRIu64 ")", UINT64_MAX);
    const char *reason = status == NBANG_OUT_OF_RANGE ? limit : diagnose(part);
    nb_quote(quoted, sizeof(quoted), part.at, part.len, part.len);
    nb_quote(quoted_whole, sizeof(quoted_whole), whole.at, whole.len, whole.len);
    if (part.len == whole.len) {
        snprintf(error, NB_NOTATION_ERROR_SIZE, "%s %s", quoted, reason);
    } else {
        snprintf(error, NB_NOTATION_ERROR_SIZE, "%s: %s %s", quoted_whole, quoted, reason);
    }
    return status;
}

/* ---- ranges ---- */

/* Writes what the range `whole` lacks. Returns NBANG_INVALID. */
static nb_status report_lack(char error[NB_NOTATION_ERROR_SIZE], span whole, const char *what)
{
    char quoted[NB_QUOTE_SIZE];
    nb_quote(quoted, sizeof(quoted), whole.at, whole.len, whole.len);
    snprintf(error, NB_NOTATION_ERROR_SIZE, "%s %s", quoted, what);
    return NBANG_INVALID;
}

/* Splits `text` at its first `separator`. Returns whether there is one. */
static bool split(span *before, span *after, span text, const char *separator)
{
    size_t len = strlen(separator);
    const char *at = memmem(text.at, text.len, separator, len);
    if (!at) {
        return false;
    }
    size_t head = (size_t)(at - text.at);
    *before = (span){text.at, head};
    *after = (span){at + len, text.len - head - len};
    return true;
}

/* Reads the range lower..upper:step, which stands in `whole`; no step: NULL. */
static nb_status parse_range(nb_progression *progression, span whole, span lower, span upper,
                             const span *step, char error[NB_NOTATION_ERROR_SIZE])
{
    if (lower.len == 0) {
        return report_lack(error, whole, "has no lower end");
    }
    if (upper.len == 0) {
        return report_lack(error, whole, "has no upper end");
    }
    if (step && step->len == 0) {
        return report_lack(error, whole, "has no step");
    }

    nb_progression result = {.step = 1};
    nb_status status = parse_number(&result.first, lower);
    if (status) {
        return report(error, status, whole, lower);
    }
    status = parse_number(&result.last, upper);
    if (status) {
        return report(error, status, whole, upper);
    }
    status = step ? parse_plain(&result.step, *step) : NBANG_OK;
    if (status) {
        return report(error, status, whole, *step);
    }

    if (result.step == 0) {
        return report_lack(error, whole, "has a step of 0");
    }
    if (result.first > result.last) {
        snprintf(error, NB_NOTATION_ERROR_SIZE, "empty range: %" PRIu64 " is above %" PRIu64,
                 result.first, result.last);
        return NBANG_INVALID;
    }
    result.last -= (result.last - result.first) % result.step;
    *progression = result;
    return NBANG_OK;
}

nb_status nb_notation_parse(nb_progression *progression, const char *text, size_t len,
                            char error[NB_NOTATION_ERROR_SIZE])
{
    span whole = {text, len};
    uint64_t n;
    nb_status status = parse_number(&n, whole);
    if (status == NBANG_OK) {
        *progression = (nb_progression){n, n, 1};
        return NBANG_OK;
    }

    span lower, upper, rest, step;
    if (status == NBANG_OUT_OF_RANGE || has_blanks(whole) || contains(whole, '\0') ||
        !split(&lower, &rest, whole, "..")) {
        return report(error, status, whole, whole);
    }
    bool has_step = split(&upper, &step, rest, ":");
    return parse_range(progression, whole, lower, has_step ? upper : rest, has_step ? &step : NULL,
                       error);
}
