#include "measure/markup.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Whether text is valid UTF-8, which jansson insists on. Without memory, take it for invalid. */
static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string != NULL;
}

void nb_markup_text(FILE *out, const char *text)
{
    const bool is_valid = is_utf8(text);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '&') {
            fputs("&amp;", out);
        } else if (*c == '<') {
            fputs("&lt;", out);
        } else if (*c == '>') {
            fputs("&gt;", out);
        } else if (*c == '"') {
            fputs("&quot;", out);
        } else if (*c == '\'') {
            fputs("&#39;", out);
        } else if ((*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7f ||
                   (*c >= 0x80 && !is_valid)) {
            fputc('?', out);
        } else {
            fputc(*c, out);
        }
    }
}

/* ---- figures ---- */

/* Decimals that show `value` with so many significant digits, at least none. */
static int decimals(double value, unsigned digits)
{
    double magnitude = fabs(value);
    int count = (int)digits - 1;
    while (magnitude >= 10 && count > 0) {
        magnitude /= 10;
        count--;
    }
    return count;
}

const char *nb_figure_time(char out[NB_FIGURE_SIZE], double ns, unsigned digits)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
    size_t i = 0;
    while (i + 1 < sizeof(units) / sizeof(*units) && fabs(ns) < units[i].ns) {
        i++;
    }
    const double value = ns / units[i].ns;
    snprintf(out, NB_FIGURE_SIZE, "%.*f %s", decimals(value, digits), value, units[i].name);
    return out;
}

const char *nb_figure_exact_time(char out[NB_FIGURE_SIZE], double ns)
{
    return nb_figure_time(out, ns, 4);
}

const char *nb_figure_whole(char out[NB_FIGURE_SIZE], double value)
{
    snprintf(out, NB_FIGURE_SIZE, "%.0f", value);
    return out;
}

const char *nb_figure_coefficient(char out[NB_FIGURE_SIZE], double value)
{
    double magnitude = fabs(value);
    int count = value == 0 ? 0 : 1;
    while (magnitude > 0 && magnitude < 1 && count < 9) {
        magnitude *= 10;
        count++;
    }
    snprintf(out, NB_FIGURE_SIZE, "%.*f", count, value);
    return out;
}

const char *nb_figure_percent(char out[NB_FIGURE_SIZE], double share)
{
    const double value = 100 * share;
    snprintf(out, NB_FIGURE_SIZE, "%.*f %%", decimals(value, 3), value);
    return out;
}

const char *nb_figure_ratio(char out[NB_FIGURE_SIZE], double ratio)
{
    snprintf(out, NB_FIGURE_SIZE, "%.*f", decimals(ratio, 3), ratio);
    return out;
}

const char *nb_figure_count(char out[NB_FIGURE_SIZE], uint64_t count)
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, count);
    char *end = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *end++ = ',';
        }
        *end++ = digits[i];
    }
    *end = '\0';
    return out;
}

const char *nb_figure_bytes(char out[NB_FIGURE_SIZE], uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    size_t i = 0;
    while (value >= 1024) {
        value /= 1024;
        i++;
    }
    const bool is_whole = value == floor(value);
    snprintf(out, NB_FIGURE_SIZE, "%.*f %s", is_whole ? 0 : 1, value, units[i]);
    return out;
}

const char *nb_figure_interval(char out[NB_FIGURE_INTERVAL_SIZE], nb_interval interval,
                               nb_figure *figure)
{
    char value[NB_FIGURE_SIZE];
    char low[NB_FIGURE_SIZE];
    char high[NB_FIGURE_SIZE];
    if (!interval.known) {
        snprintf(out, NB_FIGURE_INTERVAL_SIZE, "unknown");
        return out;
    }
    snprintf(out, NB_FIGURE_INTERVAL_SIZE, "%s (95 %% CI %s to %s)", figure(value, interval.value),
             figure(low, interval.low), figure(high, interval.high));
    return out;
}
