#include "cli/quote.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What follows a cut: an ellipsis, the closing quote, the length and the terminator. */
#define CUT_SIZE sizeof "…\" (18446744073709551615 bytes)"

/* The longest form of one character: four bytes of UTF-8, or "\x00". */
#define CHARACTER_SIZE 4

/* Characters that are valid in UTF-8 but would garble a line of a terminal. */
static bool is_unprintable(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0)      /* C0, DEL, C1 */
           || (c >= 0x200B && c <= 0x200F)          /* zero width, direction marks */
           || (c >= 0x2028 && c <= 0x202E)          /* line separators, direction overrides */
           || (c >= 0x2060 && c <= 0x206F)          /* invisible operators, direction isolates */
           || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE /* byte order mark, non-characters */
           || (c >= 0xE0000 && c <= 0xE007F);       /* tags */
}

/* Bytes of the printable character at the start of text[0, len), len >= 1; 0 if there is none.
 * Rejects overlong forms, surrogates and what lies above U+10FFFF (RFC 3629, section 4). */
static size_t character_len(const unsigned char *text, size_t len)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = text[0];
    if (lead < 0x80) {
        return !is_unprintable(lead);
    }
    size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || n > len) {
        return 0;
    }
    uint32_t c = lead & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (text[i] & 0x3Fu);
    }
    if (c < smallest[n] || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF || is_unprintable(c)) {
        return 0;
    }
    return n;
}

/* The character at text[0, len) in its quoted form, of at most CHARACTER_SIZE bytes. Returns the
 * bytes read; *written are those written. */
static size_t put_character(char *out, size_t *written, const char *text, size_t len)
{
    size_t n = character_len((const unsigned char *)text, len);
    if (n == 0) {
        static const char hex[] = "0123456789abcdef";
        unsigned char byte = (unsigned char)*text;
        memcpy(out, (char[]){'\\', 'x', hex[byte >> 4], hex[byte & 15]}, 4);
        *written = 4;
        return 1;
    }
    *written = n;
    if (*text == '"' || *text == '\\') {
        *out++ = '\\';
        *written += 1;
    }
    memcpy(out, text, n);
    return n;
}

const char *nb_quote(char *out, size_t size, const char *text, size_t len, size_t total_len)
{
    assert(size >= NB_QUOTE_SIZE && total_len >= len);
    size_t used = 0;
    size_t cut = 1; /* where the text ends if it has to be cut */
    size_t at = 0;
    out[used++] = '"';
    while (at < len && used + CHARACTER_SIZE + sizeof "\"" <= size) {
        size_t written;
        at += put_character(out + used, &written, text + at, len - at);
        used += written;
        if (used + CUT_SIZE <= size) {
            cut = used;
        }
    }
    if (at == len && total_len == len) {
        memcpy(out + used, "\"", sizeof "\"");
    } else {
        snprintf(out + cut, size - cut, "…\" (%zu bytes)", total_len);
    }
    return out;
}
