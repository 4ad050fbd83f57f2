#include "cli/utf8.h"

size_t nb_utf8_decode(uint32_t *c, const char *text, size_t len)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        *c = bytes[0];
        return 1;
    }
    size_t n = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || n > len) {
        return 0;
    }
    uint32_t found = bytes[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        found = found << 6 | (bytes[i] & 0x3Fu);
    }
    if (found < smallest[n] || (found >= 0xD800 && found <= 0xDFFF) || found > 0x10FFFF) {
        return 0;
    }
    *c = found;
    return n;
}

bool nb_utf8_is_unprintable(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0)      /* C0, DEL, C1 */
           || (c >= 0x200B && c <= 0x200F)          /* zero width, direction marks */
           || (c >= 0x2028 && c <= 0x202E)          /* line separators, direction overrides */
           || (c >= 0x2060 && c <= 0x206F)          /* invisible operators, direction isolates */
           || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE /* byte order mark, non-characters */
           || (c >= 0xE0000 && c <= 0xE007F);       /* tags */
}
