#include "cli/ends.h"

#include <string.h>

void nb_ends_init(nb_ends *ends)
{
    *ends = (nb_ends){0};
}

void nb_ends_add(nb_ends *ends, const char *digits, size_t len)
{
    if (ends->len < NB_ENDS_HEAD) {
        size_t room = NB_ENDS_HEAD - (size_t)ends->len;
        memcpy(ends->head + ends->len, digits, len < room ? len : room);
    }
    if (len >= NB_ENDS_TAIL) {
        memcpy(ends->tail, digits + len - NB_ENDS_TAIL, NB_ENDS_TAIL);
    } else {
        memmove(ends->tail, ends->tail + len, NB_ENDS_TAIL - len);
        memcpy(ends->tail + NB_ENDS_TAIL - len, digits, len);
    }
    ends->len += len;
}
