#include "cli/similar.h"

#include <string.h>

#define MAX_LEN 24
#define MAX_SLIPS 2

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Slips between a and b, both of at most MAX_LEN letters: optimal string alignment, the variant of
 * Damerau's distance that edits no substring twice. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t slips[MAX_LEN + 1][MAX_LEN + 1];
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            if (i == 0 || j == 0) {
                slips[i][j] = i + j;
                continue;
            }
            size_t changed = slips[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            size_t best = smaller(changed, smaller(slips[i - 1][j], slips[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = smaller(best, slips[i - 2][j - 2] + 1);
            }
            slips[i][j] = best;
        }
    }
    return slips[a_len][b_len];
}

const char *nb_similar_find(const char *word, size_t len, const char *const *names,
                            size_t num_names)
{
    if (len < 2 || len > MAX_LEN) {
        return NULL;
    }
    const char *whole = NULL; /* the shortest that the word abbreviates */
    const char *nearest = NULL;
    size_t least = smaller(MAX_SLIPS, (len - 1) / 2) + 1;
    for (size_t i = 0; i < num_names; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len > MAX_LEN) {
            continue;
        }
        if (strncmp(names[i], word, len) == 0) {
            if (whole == NULL || name_len < strlen(whole)) {
                whole = names[i];
            }
            continue;
        }
        size_t slips = distance(word, len, names[i], name_len);
        if (slips < least) {
            least = slips;
            nearest = names[i];
        }
    }
    return whole != NULL ? whole : nearest;
}
