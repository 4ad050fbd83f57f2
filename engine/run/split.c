#include "run/split.h"

#include <stdlib.h>
#include <string.h>

#include "compute/factorial.h"

nb_status nb_split_create(nb_split_job **split, struct nb_item *item, uint64_t n, size_t num_parts)
{
    nb_status status = NBANG_NO_MEMORY;
    nb_split_job *self = calloc(1, sizeof(*self));
    uint64_t *cuts = calloc(num_parts + 1, sizeof(*cuts));
    if (self == NULL || cuts == NULL) {
        goto out;
    }
    self->num_parts = nb_factorial_cuts(n, num_parts, cuts);
    if (self->num_parts < 2) {
        status = NBANG_OUT_OF_RANGE;
        goto out;
    }
    self->item = item;
    self->parts = calloc(self->num_parts, sizeof(*self->parts));
    self->again = calloc(self->num_parts, sizeof(*self->again));
    if (self->parts == NULL || self->again == NULL) {
        goto out;
    }
    for (size_t i = 0; i < self->num_parts; i++) {
        self->parts[i].lo = cuts[i];
        self->parts[i].hi = cuts[i + 1];
    }
    *split = self;
    self = NULL;
    status = NBANG_OK;
out:
    free(cuts);
    nb_split_destroy(self);
    return status;
}

static void drop_pieces(nb_part *part)
{
    while (part->first != NULL) {
        nb_limb_piece *piece = part->first;
        part->first = piece->next;
        free(piece);
    }
    part->last = NULL;
    part->limbs_received = 0;
}

void nb_split_destroy(nb_split_job *split)
{
    if (split == NULL) {
        return;
    }
    for (size_t i = 0; split->parts != NULL && i < split->num_parts; i++) {
        drop_pieces(&split->parts[i]);
    }
    free(split->parts);
    free(split->again);
    free(split);
}

bool nb_split_has_work(const nb_split_job *split)
{
    return split->num_again > 0 || split->num_started < split->num_parts;
}

size_t nb_split_take_work(nb_split_job *split)
{
    return split->num_again > 0 ? split->again[--split->num_again] : split->num_started++;
}

void nb_split_lose_part(nb_split_job *split, size_t part)
{
    drop_pieces(&split->parts[part]);
    split->again[split->num_again++] = part;
}

nb_status nb_split_keep(nb_split_job *split, size_t part, const nb_frame *frame, bool *complete)
{
    nb_part *self = &split->parts[part];
    nb_limbs_header header;
    const unsigned char *limbs;
    size_t num_limbs;
    nb_status status = nb_codec_limbs(&header, &limbs, &num_limbs, frame);
    if (status != NBANG_OK) {
        return status;
    }
    if (header.offset_limbs != self->limbs_received ||
        (self->first != NULL && header.total_limbs != self->total_limbs)) {
        return NBANG_CORRUPT;
    }
    nb_limb_piece *piece = malloc(sizeof(*piece) + frame->len);
    if (piece == NULL) {
        return NBANG_NO_MEMORY;
    }
    piece->next = NULL;
    piece->len = frame->len;
    memcpy(piece->payload, frame->payload, frame->len);
    header.part = part;
    memcpy(piece->payload, &header, sizeof(header));
    if (self->last != NULL) {
        self->last->next = piece;
    } else {
        self->first = piece;
    }
    self->last = piece;
    self->total_limbs = header.total_limbs;
    self->limbs_received += num_limbs;
    *complete = self->limbs_received == header.total_limbs;
    split->num_done += *complete;
    return NBANG_OK;
}

const nb_limb_piece *nb_split_next(const nb_split_job *split, nb_split_cursor *cursor)
{
    if (cursor->part == split->num_parts) {
        return NULL;
    }
    const nb_limb_piece *piece =
        cursor->piece == NULL ? split->parts[cursor->part].first : cursor->piece;
    cursor->piece = piece->next;
    cursor->part += piece->next == NULL;
    return piece;
}
