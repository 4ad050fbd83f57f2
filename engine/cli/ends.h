/* The two ends of a long run of digits that comes in pieces. */
#ifndef NB_CLI_ENDS_H
#define NB_CLI_ENDS_H

#include <stddef.h>
#include <stdint.h>

enum { NB_ENDS_HEAD = 10, NB_ENDS_TAIL = 8 };

typedef struct nb_ends {
    uint64_t len;            /* digits seen */
    char head[NB_ENDS_HEAD]; /* the first of them … */
    char tail[NB_ENDS_TAIL]; /* … and the last; meaningful once that many have been seen */
} nb_ends;

/* No digits yet. */
void nb_ends_init(nb_ends *ends);

/* `len` more digits. */
void nb_ends_add(nb_ends *ends, const char *digits, size_t len);

#endif
