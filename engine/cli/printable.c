#include "cli/printable.h"

#include <stdint.h>
#include <string.h>

#include "cli/utf8.h"

size_t nb_printable_escape(char *out, const char *bytes, size_t len, bool controls)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *in = (const unsigned char *)bytes;
    size_t written = 0;
    for (size_t pos = 0; pos < len;) {
        uint32_t c;
        size_t step = nb_utf8_decode(&c, bytes + pos, len - pos);
        if (step > 0 && !(controls && nb_utf8_is_unprintable(c))) {
            memcpy(out + written, in + pos, step);
            written += step;
            pos += step;
        } else {
            char escape[] = {'\\', 'x', hex[in[pos] >> 4], hex[in[pos] & 15]};
            memcpy(out + written, escape, sizeof(escape));
            written += sizeof(escape);
            pos++;
        }
    }
    return written;
}
