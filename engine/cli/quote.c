#include "cli/quote.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/utf8.h"

/* What follows a cut: an ellipsis, the closing quote, the length and the terminator. */
#define CUT_SIZE sizeof("…\" (18446744073709551615 bytes)")

/* The longest form of one character: four bytes of UTF-8, or "\x00". */
#define CHARACTER_SIZE 4

/* The character at text[0, len) in its quoted form, of at most CHARACTER_SIZE bytes. Returns the
 * bytes read; *written are those written. */
static size_t put_character(char *out, size_t *written, const char *text, size_t len)
{
    uint32_t c;
    size_t n = nb_utf8_decode(&c, text, len);
    if (n == 0 || nb_utf8_is_unprintable(c)) {
        static const char hex[] = "0123456789abcdef";
        unsigned char byte = (unsigned char)*text;
        memcpy(out, (char[]){'\\', 'x', hex[byte >> 4], hex[byte & 15]}, 4);
        *written = 4;
        return 1; /* of a longer character, the other bytes follow in the same form */
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
    while (at < len && used + CHARACTER_SIZE + sizeof("\"") <= size) {
        size_t written;
        at += put_character(out + used, &written, text + at, len - at);
        used += written;
        if (used + CUT_SIZE <= size) {
            cut = used;
        }
    }
    if (at == len && total_len == len) {
        memcpy(out + used, "\"", sizeof("\""));
    } else {
        snprintf(out + cut, size - cut, "…\" (%zu bytes)", total_len);
    }
    return out;
}
