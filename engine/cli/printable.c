#include "cli/printable.h"

#include <string.h>

/* A row of RFC 3629's table of well-formed sequences: the range of the first byte, the length, and
 * the range of the second byte; what follows is 80..BF. */
typedef struct utf8_row {
    unsigned char first_min, first_max, len, second_min, second_max;
} utf8_row;

static const utf8_row utf8_rows[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

/* Length of the valid character at bytes[0, len), 0 if there is none. */
static size_t character_len(const unsigned char *bytes, size_t len)
{
    if (bytes[0] < 0x80) {
        return 1;
    }
    for (size_t i = 0; i < sizeof utf8_rows / sizeof *utf8_rows; i++) {
        const utf8_row *row = &utf8_rows[i];
        if (bytes[0] < row->first_min || bytes[0] > row->first_max) {
            continue;
        }
        if (len < row->len || bytes[1] < row->second_min || bytes[1] > row->second_max) {
            return 0;
        }
        for (size_t k = 2; k < row->len; k++) {
            if ((bytes[k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return row->len;
    }
    return 0;
}

/* U+0000..001F, 007F and 0080..009F. */
static bool is_control(const unsigned char *character, size_t len)
{
    return (len == 1 && (character[0] < 0x20 || character[0] == 0x7F)) ||
           (len == 2 && character[0] == 0xC2 && character[1] < 0xA0);
}

size_t nb_printable_escape(char *out, const char *bytes, size_t len, bool controls)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *in = (const unsigned char *)bytes;
    size_t written = 0;
    for (size_t pos = 0; pos < len;) {
        size_t step = character_len(in + pos, len - pos);
        if (step > 0 && !(controls && is_control(in + pos, step))) {
            memcpy(out + written, in + pos, step);
            written += step;
            pos += step;
        } else {
            char escape[] = {'\\', 'x', hex[in[pos] >> 4], hex[in[pos] & 15]};
            memcpy(out + written, escape, sizeof escape);
            written += sizeof escape;
            pos++;
        }
    }
    return written;
}
