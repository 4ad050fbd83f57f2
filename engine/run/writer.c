#include "run/writer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/wire.h"

void nb_writer_init(nb_writer *writer, nb_window *window, nbang_sink *sink, bool unordered,
                    uint64_t hold_limit_bytes, nbang_summary *summary)
{
    *writer = (nb_writer){
        .window = window,
        .sink = sink,
        .unordered = unordered,
        .hold_limit_bytes = hold_limit_bytes,
        .summary = summary,
        .failure = NBANG_SINK_FAILED,
    };
    TAILQ_INIT(&writer->ready);
}

/* An answer of the sink as the rest of the batch knows it; `before` is the master's phase before
 * the sink was called. */
static nb_status heed(nb_writer *writer, nb_status answer, nbang_phase before)
{
    nb_trace_enter(writer->trace, before);
    if (answer == NBANG_OK) {
        return NBANG_OK;
    }
    writer->failure = answer;
    return NBANG_SINK_FAILED;
}

bool nb_writer_reserve(nb_writer *writer, nb_item *item)
{
    uint64_t cost = nb_item_held_cost(item);
    if (cost > writer->hold_limit_bytes - writer->reserved_bytes) {
        return false;
    }
    writer->reserved_bytes += cost;
    item->reserved = true;
    return true;
}

int nb_writer_blocked_fd(const nb_writer *writer)
{
    const nbang_sink *sink = writer->sink;
    return sink->blocked_fd != NULL ? sink->blocked_fd(sink->ctx) : -1;
}

bool nb_writer_is_blocked(const nb_writer *writer)
{
    return nb_writer_blocked_fd(writer) >= 0;
}

nb_status nb_writer_flush(nb_writer *writer)
{
    const nbang_sink *sink = writer->sink;
    if (sink->flush == NULL) {
        return NBANG_OK;
    }
    const nbang_phase before = nb_trace_enter(writer->trace, NBANG_PHASE_WRITE);
    return heed(writer, sink->flush(sink->ctx), before);
}

/* ---- one item ---- */

/* Calls sink->begin or sink->end with the record's strings in place. */
static nb_status tell_sink(nb_writer *writer, nb_item *item, bool begin, bool complete)
{
    char canonical[24];
    nbang_record *record = &item->record;
    record->input = item->input;
    if (item->input == NULL) {
        record->input_len =
            (size_t)snprintf(canonical, sizeof(canonical), "%llu", (unsigned long long)record->n);
        record->input = canonical;
    }
    record->error = item->error;
    record->sha256 = item->sha256;
    const nbang_sink *sink = writer->sink;
    const nbang_phase before = nb_trace_enter(writer->trace, NBANG_PHASE_WRITE);
    nb_status answer =
        begin ? sink->begin(sink->ctx, record) : sink->end(sink->ctx, record, complete);
    return heed(writer, answer, before);
}

static void count(nbang_summary *summary, const nbang_record *record, bool complete)
{
    summary->jobs++;
    switch (record->status) {
    case NBANG_JOB_OK:
        summary->ok += complete;
        summary->errors += !complete;
        summary->digits += complete ? record->num_digits : 0;
        break;
    case NBANG_JOB_ERROR:
        summary->errors++;
        summary->unverified += record->failed_verification;
        break;
    case NBANG_JOB_REFUSED:
        summary->refused++;
        break;
    case NBANG_JOB_TIMEOUT:
        summary->timeouts++;
        break;
    case NBANG_JOB_INTERRUPTED:
        summary->interrupted++;
        break;
    }
    summary->retries += record->attempts > 1 ? record->attempts - 1 : 0;
}

static nb_status pass_text(nb_writer *writer, const char *text, size_t len)
{
    const nbang_phase before = nb_trace_enter(writer->trace, NBANG_PHASE_WRITE);
    return heed(writer, writer->sink->text(writer->sink->ctx, text, len), before);
}

/* Passes on what is held, as far as the sink takes it. */
static nb_status pass_held(nb_writer *writer, nb_item *item)
{
    nb_status status = NBANG_OK;
    while (status == NBANG_OK && item->held_start < item->held_len &&
           !nb_writer_is_blocked(writer)) {
        size_t left = item->held_len - item->held_start;
        size_t len = left < NB_WIRE_MAX_PAYLOAD ? left : NB_WIRE_MAX_PAYLOAD;
        status = pass_text(writer, item->held + item->held_start, len);
        item->held_start += len;
    }
    if (item->held_start == item->held_len) {
        nb_item_drop_held(item);
    }
    return status;
}

static nb_status finish_current(nb_writer *writer)
{
    nb_item *item = writer->current;
    bool complete = item->record.status != NBANG_JOB_OK || item->text_received == item->text_len;
    nb_status status = tell_sink(writer, item, false, complete);
    count(writer->summary, &item->record, complete);
    if (item->reserved) {
        writer->reserved_bytes -= nb_item_held_cost(item);
    }
    writer->current = NULL;

    /* Out of order, the place in the window is given back when all older ones are. */
    uint64_t index = item->record.index;
    nb_item_clear(item);
    item->record.index = index;
    item->delivered = true;
    while (!nb_window_is_empty(writer->window) &&
           nb_window_at(writer->window, writer->window->first)->delivered) {
        nb_window_pop(writer->window);
    }
    return status;
}

/* The item whose turn it is, if its result is there. */
static nb_item *next_item(nb_writer *writer)
{
    if (writer->unordered) {
        nb_item *item = TAILQ_FIRST(&writer->ready);
        if (item != NULL) {
            TAILQ_REMOVE(&writer->ready, item, ready_link);
        }
        return item;
    }
    if (nb_window_is_empty(writer->window)) {
        return NULL;
    }
    nb_item *item = nb_window_at(writer->window, writer->window->first);
    return item->has_result ? item : NULL;
}

void nb_writer_result(nb_writer *writer, nb_item *item)
{
    if (writer->unordered) {
        TAILQ_INSERT_TAIL(&writer->ready, item, ready_link);
    }
}

void nb_writer_fail(nb_writer *writer, nb_item *item, nbang_job_status status, const char *error)
{
    bool was_known = item->has_result;
    nb_item_fail(item, status, error);
    if (!was_known) {
        nb_writer_result(writer, item);
    }
}

/* Makes `current` the item whose turn it is. */
static nb_status begin_next(nb_writer *writer)
{
    nb_item *item = next_item(writer);
    if (item == NULL) {
        return NBANG_OK;
    }
    writer->current = item;
    item->begun = true;
    return tell_sink(writer, item, true, false);
}

nb_status nb_writer_drain(nb_writer *writer)
{
    nb_status status = NBANG_OK;
    while (status == NBANG_OK && !nb_writer_is_blocked(writer)) {
        if (writer->current == NULL) {
            status = begin_next(writer);
            if (writer->current == NULL) {
                break;
            }
            continue;
        }
        if (writer->current->held_len > 0) {
            status = pass_held(writer, writer->current);
        } else if (writer->current->finished) {
            status = finish_current(writer);
        } else {
            break;
        }
    }
    return status;
}

bool nb_writer_wants(nb_writer *writer, const nb_item *item)
{
    if (nb_writer_is_blocked(writer)) {
        return false;
    }
    return writer->current == item || (writer->current == NULL && !writer->unordered &&
                                       item->record.index == writer->window->first);
}

nb_status nb_writer_text(nb_writer *writer, nb_item *item, const char *text, size_t len)
{
    nb_status status = NBANG_OK;
    if (writer->current == item && item->held_len == 0 && !nb_writer_is_blocked(writer)) {
        status = pass_text(writer, text, len);
    } else {
        status = nb_item_hold(item, text, len);
    }
    item->text_received += len;
    return status;
}
