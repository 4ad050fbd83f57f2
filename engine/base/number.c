#include "base/number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* ---- reading ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

nb_status nb_number_parse(uint64_t *value, const char *text, size_t len)
{
    uint64_t sum = 0;
    bool overflow = false;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i])) {
            return NBANG_INVALID;
        }
        overflow |= __builtin_mul_overflow(sum, UINT64_C(10), &sum);
        overflow |= __builtin_add_overflow(sum, (uint64_t)(text[i] - '0'), &sum);
    }
    if (len == 0) {
        return NBANG_INVALID;
    }
    if (overflow) {
        return NBANG_OUT_OF_RANGE;
    }
    *value = sum;
    return NBANG_OK;
}

/* Number of digits at the start of `text`. */
static size_t count_digits(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n])) {
        n++;
    }
    return n;
}

nb_status nb_number_parse_size(uint64_t *bytes, const char *text)
{
    size_t num_digits = count_digits(text);
    const char *unit = text + num_digits;
    unsigned shift = 0;
    if (*unit != '\0') {
        static const char units[] = "KkMmGgTt";
        const char *at = strchr(units, *unit);
        if (!at || (unit[1] != '\0' && strcasecmp(unit + 1, "iB") != 0)) {
            return NBANG_INVALID;
        }
        shift = 10 * ((unsigned)(at - units) / 2 + 1);
    }

    uint64_t value;
    nb_status status = nb_number_parse(&value, text, num_digits);
    if (status) {
        return status;
    }
    if (value > UINT64_MAX >> shift) {
        return NBANG_OUT_OF_RANGE;
    }
    *bytes = value << shift;
    return NBANG_OK;
}

/* Length of a unit of time in nanoseconds; 0 if there is no such unit. */
static uint64_t unit_ns(const char *unit)
{
    if (strcmp(unit, "ms") == 0) {
        return NB_NS_PER_MS;
    }
    if (strcmp(unit, "s") == 0 || *unit == '\0') {
        return NB_NS_PER_S;
    }
    if (strcmp(unit, "m") == 0) {
        return 60 * NB_NS_PER_S;
    }
    if (strcmp(unit, "h") == 0) {
        return 3600 * NB_NS_PER_S;
    }
    return 0;
}

nb_status nb_number_parse_duration(uint64_t *ns, const char *text)
{
    size_t num_digits = count_digits(text);
    const char *fraction = "";
    const char *unit = text + num_digits;
    if (*unit == '.') {
        fraction = unit + 1;
        unit = fraction + count_digits(fraction);
        if (unit == fraction) {
            return NBANG_INVALID;
        }
    }
    uint64_t place_ns = unit_ns(unit); /* what 1 is worth in the current decimal place */
    if (place_ns == 0) {
        return NBANG_INVALID;
    }

    uint64_t value;
    nb_status status = nb_number_parse(&value, text, num_digits);
    if (status) {
        return status;
    }
    bool overflow = __builtin_mul_overflow(value, place_ns, &value);
    /* Every unit is a multiple of 10^6 ns; what lies beyond the last exact place is dropped. */
    for (; is_digit(*fraction) && place_ns % 10 == 0; fraction++) {
        place_ns /= 10;
        overflow |= __builtin_add_overflow(value, (uint64_t)(*fraction - '0') * place_ns, &value);
    }
    if (overflow) {
        return NBANG_OUT_OF_RANGE;
    }
    *ns = value;
    return NBANG_OK;
}

/* ---- writing ---- */

const char *nb_number_group(char out[NB_NUMBER_TEXT_SIZE], uint64_t value)
{
    char digits[NB_NUMBER_TEXT_SIZE];
    int len = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)value);
    char *at = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *at++ = ',';
        }
        *at++ = digits[i];
    }
    *at = '\0';
    return out;
}

/* `value` below 1000 or so with three significant digits, and a unit. The bounds are where
 * rounding would add a digit. */
static void format_three(char out[NB_NUMBER_TEXT_SIZE], double value, const char *unit)
{
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    snprintf(out, NB_NUMBER_TEXT_SIZE, "%.*f %s", decimals, value, unit);
}

const char *nb_number_size(char out[NB_NUMBER_TEXT_SIZE], uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        snprintf(out, NB_NUMBER_TEXT_SIZE, "%u B", (unsigned)bytes);
        return out;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    for (; value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++) {
        value /= 1024;
    }
    format_three(out, value, units[unit]);
    return out;
}

/* A minute or more, in two units. */
static void format_long(char out[NB_NUMBER_TEXT_SIZE], uint64_t ns)
{
    uint64_t seconds = ns / NB_NS_PER_S + (ns % NB_NS_PER_S >= NB_NS_PER_S / 2);
    if (seconds < 3600) {
        snprintf(out, NB_NUMBER_TEXT_SIZE, "%u min %02u s", (unsigned)(seconds / 60),
                 (unsigned)(seconds % 60));
        return;
    }
    uint64_t minutes = (seconds + 30) / 60;
    if (minutes >= 48 * 60) {
        uint64_t hours = (minutes + 30) / 60;
        snprintf(out, NB_NUMBER_TEXT_SIZE, "%ju d %02u h", (uintmax_t)(hours / 24),
                 (unsigned)(hours % 24));
        return;
    }
    snprintf(out, NB_NUMBER_TEXT_SIZE, "%ju h %02u min", (uintmax_t)(minutes / 60),
             (unsigned)(minutes % 60));
}

const char *nb_number_duration(char out[NB_NUMBER_TEXT_SIZE], uint64_t ns)
{
    double value = (double)ns;
    if (ns < 1000) {
        snprintf(out, NB_NUMBER_TEXT_SIZE, "%u ns", (unsigned)ns);
    } else if (value < 999.5e3) {
        format_three(out, value / 1e3, "us");
    } else if (value < 999.5e6) {
        format_three(out, value / 1e6, "ms");
    } else if (value < 59.995e9) {
        snprintf(out, NB_NUMBER_TEXT_SIZE, "%.*f s", value < 9.9995e9 ? 3 : 2, value / 1e9);
    } else {
        format_long(out, ns);
    }
    return out;
}

const char *nb_number_duration_near(char out[NB_NUMBER_TEXT_SIZE], double ns)
{
    return nb_number_duration(out, (uint64_t)(ns + 0.5));
}
