/* Guessing what a mistyped word was meant to be. */
#ifndef NB_CLI_SIMILAR_H
#define NB_CLI_SIMILAR_H

#include <stddef.h>

/* The one of names[0, num_names) that word[0, len) was probably meant to be: the shortest
 * that it abbreviates, or else the nearest of those that up to two slips turn into it (a letter
 * left out, added, changed, or swapped with its neighbour), but fewer than half of its letters.
 * NULL if there is none. */
const char *nb_similar_find(const char *word, size_t len, const char *const *names,
                            size_t num_names);

#endif
