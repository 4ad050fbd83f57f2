/* The writer: gives finished results to the sink, in input order or as they come, and knows when
 * the sink can take no more. */
#ifndef NB_RUN_WRITER_H
#define NB_RUN_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/trace.h"
#include "nbang/batch.h"
#include "run/item.h"
#include "run/window.h"

typedef struct nb_writer {
    nb_window *window;
    nbang_sink *sink;
    bool unordered;
    nb_item *current;    /* the item whose digits are being delivered; NULL: none */
    nb_item_queue ready; /* unordered: items with a result, in the order in which they came */

    /* Text that may be held for items whose turn has not come, and how much of it is promised. */
    uint64_t hold_limit_bytes;
    uint64_t reserved_bytes;
    nbang_summary *summary; /* counts what is delivered */
    nb_trace *trace;        /* of the master; not owned, NULL: there is none */
    nb_status failure;      /* what the sink failed with; the functions below say SINK_FAILED, so
                               that nobody mistakes it for a failure of the engine */
} nb_writer;

void nb_writer_init(nb_writer *writer, nb_window *window, nbang_sink *sink, bool unordered,
                    uint64_t hold_limit_bytes, nbang_summary *summary);

/* Sets room aside for the item's text; false if there is none. */
bool nb_writer_reserve(nb_writer *writer, nb_item *item);

/* The item's record has just become final. */
void nb_writer_result(nb_writer *writer, nb_item *item);

/* The item has failed; see nb_item_fail. */
void nb_writer_fail(nb_writer *writer, nb_item *item, nbang_job_status status, const char *error);

/* `len` more bytes of the item's text: passed on at once if it is the item's turn, else held. */
NB_MUST_CHECK nb_status nb_writer_text(nb_writer *writer, nb_item *item, const char *text,
                                       size_t len);

/* Delivers whatever can be delivered now. */
NB_MUST_CHECK nb_status nb_writer_drain(nb_writer *writer);

/* Whether text of `item` would be passed on at once. */
bool nb_writer_wants(nb_writer *writer, const nb_item *item);

/* Whether the sink can take something; and the descriptor to wait for if not. */
bool nb_writer_is_blocked(const nb_writer *writer);
int nb_writer_blocked_fd(const nb_writer *writer);

/* Lets the sink write out what it has buffered. */
NB_MUST_CHECK nb_status nb_writer_flush(nb_writer *writer);

#endif
