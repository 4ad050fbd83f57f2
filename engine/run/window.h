/* The window: the jobs that have been taken from the source and not delivered yet, in input order.
 *
 * It is bounded, so that neither an endless input nor one long job in front of many short ones
 * makes the master grow. */
#ifndef NB_RUN_WINDOW_H
#define NB_RUN_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "run/item.h"

typedef struct nb_window {
    nb_item *items; /* a ring: the job of index i is in items[i % size] */
    size_t size;
    uint64_t first; /* index of the oldest job */
    uint64_t next;  /* index of the job that is taken next */
} nb_window;

NB_MUST_CHECK nb_status nb_window_init(nb_window *window, size_t size);
void nb_window_clear(nb_window *window);

static inline bool nb_window_is_full(const nb_window *window)
{
    return window->next - window->first == window->size;
}

static inline bool nb_window_is_empty(const nb_window *window)
{
    return window->next == window->first;
}

/* The job of index `index`, which must be in the window. */
static inline nb_item *nb_window_at(const nb_window *window, uint64_t index)
{
    return &window->items[index % window->size];
}

/* A fresh, empty item with its index at the end; the window must not be full. The item does not
 * move while it is in the window. */
nb_item *nb_window_push(nb_window *window);

/* Removes the oldest job and all that it owns. */
void nb_window_pop(nb_window *window);

#endif
