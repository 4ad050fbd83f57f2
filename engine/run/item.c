#include "run/item.h"

#include <stdlib.h>
#include <string.h>

/* What an item costs in the held texts besides its bytes: the allocation's header. */
#define HELD_OVERHEAD 32

void nb_item_clear(nb_item *item)
{
    free(item->input);
    free(item->error);
    free(item->sha256);
    free(item->held);
    memset(item, 0, sizeof(*item));
}

uint64_t nb_item_held_cost(const nb_item *item)
{
    return item->estimate.num_bytes + HELD_OVERHEAD;
}

nb_status nb_item_hold(nb_item *item, const char *text, size_t len)
{
    if (item->held_size - item->held_len < len) {
        /* Held text is usually all that is missing, so ask for that; never for less than twice. */
        uint64_t missing = item->text_len - item->text_received;
        size_t size = item->held_len + len;
        size = item->reserved && missing > len ? item->held_len + (size_t)missing : size;
        size = size < 2 * item->held_size ? 2 * item->held_size : size;
        char *held = realloc(item->held, size);
        if (held == NULL) {
            return NBANG_NO_MEMORY;
        }
        item->held = held;
        item->held_size = size;
    }
    memcpy(item->held + item->held_len, text, len);
    item->held_len += len;
    return NBANG_OK;
}

void nb_item_drop_held(nb_item *item)
{
    free(item->held);
    item->held = NULL;
    item->held_start = 0;
    item->held_len = 0;
    item->held_size = 0;
}

void nb_item_fail(nb_item *item, nbang_job_status status, const char *error)
{
    free(item->error);
    item->error = strdup(error);
    if (!item->begun) {
        item->record.status = status;
        item->record.verified = false;
        item->text_len = 0;
        item->text_received = 0;
        free(item->sha256);
        item->sha256 = NULL;
        item->has_result = true;
    }
    nb_item_drop_held(item);
    item->finished = true;
}
