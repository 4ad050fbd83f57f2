#include "run/window.h"

#include <assert.h>
#include <stdlib.h>

nb_status nb_window_init(nb_window *window, size_t size)
{
    nb_item *items = calloc(size, sizeof(*items));
    if (items == NULL) {
        return NBANG_NO_MEMORY;
    }
    *window = (nb_window){.items = items, .size = size};
    return NBANG_OK;
}

void nb_window_clear(nb_window *window)
{
    while (window->items != NULL && !nb_window_is_empty(window)) {
        nb_window_pop(window);
    }
    free(window->items);
    *window = (nb_window){0};
}

nb_item *nb_window_push(nb_window *window)
{
    assert(!nb_window_is_full(window));
    nb_item *item = nb_window_at(window, window->next);
    item->record.index = window->next++;
    return item;
}

void nb_window_pop(nb_window *window)
{
    assert(!nb_window_is_empty(window));
    nb_item_clear(nb_window_at(window, window->first++));
}
