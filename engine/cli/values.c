#include "cli/values.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "cli/notation.h"
#include "cli/quote.h"

/* Shells use higher ones for programs that they cannot start, or that a signal has ended. */
#define MAX_CODE 125

#define MAX_TIME_LIMIT_NS (UINT64_C(30) * 24 * 3600 * NB_NS_PER_S)

/* Says that the value, which was read with `status`, is not `expected`, or too large for it. */
static nb_status refuse(const nb_value *value, nb_status status, const char *expected)
{
    char quoted[NB_QUOTE_SIZE];
    size_t len = strlen(value->text);
    nb_quote(quoted, sizeof(quoted), value->text, len, len);
    if (status == NBANG_OUT_OF_RANGE) {
        snprintf(value->error, value->error_size, "--%s: %s is too large", value->option, quoted);
    } else {
        snprintf(value->error, value->error_size, "--%s: %s is not %s", value->option, quoted,
                 expected);
    }
    return NBANG_INVALID;
}

nb_status nb_value_refuse(const nb_value *value, const char *expected)
{
    return refuse(value, NBANG_INVALID, expected);
}

nb_status nb_value_choice(unsigned *index, const nb_value *value, const char *const *choices)
{
    char expected[128] = "one of ";
    for (unsigned i = 0; choices[i]; i++) {
        if (strcmp(value->text, choices[i]) == 0) {
            *index = i;
            return NBANG_OK;
        }
        size_t len = strlen(expected);
        snprintf(expected + len, sizeof(expected) - len, i > 0 ? ", %s" : "%s", choices[i]);
    }
    return nb_value_refuse(value, expected);
}

nb_status nb_value_count(unsigned *count, const nb_value *value, unsigned max)
{
    uint64_t number;
    nb_status status = nb_number_parse(&number, value->text, strlen(value->text));
    if (status || number < 1 || number > max) {
        char expected[64];
        snprintf(expected, sizeof(expected), "a number from 1 to %u", max);
        return nb_value_refuse(value, expected);
    }
    *count = (unsigned)number;
    return NBANG_OK;
}

nb_status nb_value_digits(uint64_t *digits, const nb_value *value)
{
    uint64_t number;
    nb_status status = nb_notation_parse_number(&number, value->text, strlen(value->text));
    if (status || number == 0) {
        return refuse(value, status, "a number of digits above 0");
    }
    *digits = number;
    return NBANG_OK;
}

nb_status nb_value_size(uint64_t *bytes, const nb_value *value)
{
    uint64_t number;
    nb_status status = nb_number_parse_size(&number, value->text);
    if (status || number == 0) {
        return refuse(value, status, "a size above 0, as 512M or 2G (units K, M, G, T)");
    }
    *bytes = number;
    return NBANG_OK;
}

nb_status nb_value_duration(uint64_t *ns, const nb_value *value)
{
    uint64_t number;
    nb_status status = nb_number_parse_duration(&number, value->text);
    if (status || number == 0) {
        return refuse(value, status, "a duration above 0, as 500ms, 30s or 5m (units ms, s, m, h)");
    }
    *ns = number;
    return NBANG_OK;
}

nb_status nb_value_time_limit(uint64_t *ns, const nb_value *value)
{
    uint64_t number;
    nb_status status = nb_value_duration(&number, value);
    if (status == NBANG_OK && number > MAX_TIME_LIMIT_NS) {
        status = nb_value_refuse(value, "a duration of at most 30 days");
    }
    if (status == NBANG_OK) {
        *ns = number;
    }
    return status;
}

nb_status nb_value_share(double *share, const nb_value *value)
{
    const char *expected = "a share, as 5% or 0.05";
    const size_t len = strspn(value->text, "0123456789.");
    const char *rest = value->text + len;
    const bool is_percent = strcmp(rest, "%") == 0;
    const char *point = memchr(value->text, '.', len);
    const bool is_number =
        len > (point != NULL) && len < 20 && (point == NULL || strchr(point + 1, '.') == NULL);
    if (!is_number || (*rest != '\0' && !is_percent)) {
        return nb_value_refuse(value, expected);
    }
    const double number = strtod(value->text, NULL);
    if (number > 10000) {
        return refuse(value, NBANG_OUT_OF_RANGE, expected);
    }
    if (!is_percent && number > 1) {
        snprintf(value->error, value->error_size, "--%s: \"%s\" is not a share; did you mean %s%%?",
                 value->option, value->text, value->text);
        return NBANG_INVALID;
    }
    *share = is_percent ? number / 100 : number;
    return NBANG_OK;
}

nb_status nb_value_code(int *code, const nb_value *value)
{
    uint64_t number;
    if (nb_number_parse(&number, value->text, strlen(value->text)) != NBANG_OK ||
        number > MAX_CODE) {
        return nb_value_refuse(value, "an exit code from 0 to 125");
    }
    *code = (int)number;
    return NBANG_OK;
}

nb_status nb_value_string(char **copy, const nb_value *value, const char *expected)
{
    if (*value->text == '\0') {
        return nb_value_refuse(value, expected);
    }
    char *created = strdup(value->text);
    if (!created) {
        snprintf(value->error, value->error_size, "%s", nbang_status_string(NBANG_NO_MEMORY));
        return NBANG_NO_MEMORY;
    }
    free(*copy);
    *copy = created;
    return NBANG_OK;
}
