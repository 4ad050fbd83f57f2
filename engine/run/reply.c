#include "run/reply.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

static_assert(NB_REPLY_BYTES <= NB_WIRE_MAX_PAYLOAD, "a full buffer fits into a frame");
static_assert(NB_REPLY_BYTES <= NB_RING_BUFFER_BYTES, "and is no larger than one of the ring's");
static_assert(NB_REPLY_BYTES >= NB_CONTENT_MIN_SIZE, "and any content can be read through it");

nb_status nb_reply_init(nb_reply *reply, const nb_worker *worker, nb_trace *trace)
{
    unsigned char *own = NULL;
    if (worker->ring == NULL) {
        own = malloc(NB_REPLY_BYTES);
        if (own == NULL) {
            return NBANG_NO_MEMORY;
        }
    }
    *reply = (nb_reply){.worker = worker, .trace = trace, .own = own, .buffer = own};
    return NBANG_OK;
}

void nb_reply_clear(nb_reply *reply)
{
    free(reply->own);
    *reply = (nb_reply){0};
}

void nb_reply_begin(nb_reply *reply, const nb_frame *frame)
{
    reply->task = frame->task;
    reply->attempt = frame->attempt;
    reply->len = 0;
}

static nb_status send_frame(const nb_reply *reply, nb_message_type type, const void *payload,
                            size_t len)
{
    const nb_frame frame = {
        .type = (uint8_t)type,
        .attempt = reply->attempt,
        .task = reply->task,
        .payload = payload,
        .len = len,
    };
    return nb_worker_send(reply->worker, &frame);
}

nb_status nb_reply_spans(const nb_reply *reply, const nbang_span *spans, size_t count)
{
    return count > 0 ? send_frame(reply, NB_MESSAGE_SPANS, spans, count * sizeof(*spans))
                     : NBANG_OK;
}

/* Sends the spans until now. */
static nb_status send_trace(const nb_reply *reply)
{
    if (reply->trace == NULL) {
        return NBANG_OK;
    }
    const nbang_span *spans;
    const size_t count = nb_trace_take(reply->trace, &spans);
    return nb_reply_spans(reply, spans, count);
}

/* The buffer, to be filled. Waits, if it is one of the ring's, until there is one. */
static unsigned char *need_buffer(nb_reply *reply)
{
    if (reply->buffer == NULL) {
        nb_trace_enter(reply->trace, NBANG_PHASE_PIPES);
        reply->buffer = nb_ring_take(reply->worker->ring);
    }
    nb_trace_enter(reply->trace, NBANG_PHASE_TEXT);
    return reply->buffer;
}

/* Sends `len` bytes of the buffer. One of the ring's is the master's then. */
static nb_status send_buffer(nb_reply *reply, nb_message_type type, size_t len)
{
    unsigned char *buffer = reply->buffer;
    reply->buffer = reply->own;
    return send_frame(reply, type, buffer, len);
}

nb_status nb_reply_flush(nb_reply *reply)
{
    if (reply->len == 0) {
        return NBANG_OK;
    }
    size_t len = reply->len;
    reply->len = 0;
    nb_trace_enter(reply->trace, NBANG_PHASE_PIPES);
    nb_status status = send_trace(reply);
    return status == NBANG_OK ? send_buffer(reply, NB_MESSAGE_RESULTS, len) : status;
}

/* Header and content in frames of their own. */
static nb_status send_large(nb_reply *reply, const nb_result *result, nb_content *content)
{
    nb_status status = nb_reply_flush(reply);
    if (status == NBANG_OK) {
        status = send_frame(reply, NB_MESSAGE_RESULT, result, sizeof(*result));
    }
    while (status == NBANG_OK && content->offset < content->len) {
        size_t len;
        status = nb_content_read(content, need_buffer(reply), NB_REPLY_BYTES, &len);
        nb_trace_enter(reply->trace, NBANG_PHASE_PIPES);
        if (status == NBANG_OK && content->offset == content->len) {
            status = send_trace(reply);
        }
        if (status == NBANG_OK) {
            status = send_buffer(reply, NB_MESSAGE_TEXT, len);
        }
        if (nb_fault("die-sending", result->num_digits)) {
            raise(SIGKILL);
        }
    }
    return status;
}

/* Header and content behind the results that are gathered already; there is room for them. */
static nb_status gather(nb_reply *reply, const nb_result *result, nb_content *content)
{
    unsigned char *buffer = need_buffer(reply);
    size_t end = reply->len;
    memcpy(buffer + end, result, sizeof(*result));
    end += sizeof(*result);
    for (uint64_t left = result->text_len; left > 0;) {
        size_t len;
        nb_status status = nb_content_read(content, buffer + end, (size_t)left, &len);
        if (status != NBANG_OK) {
            return status;
        }
        end += len;
        left -= len;
    }
    reply->len = end;
    return NBANG_OK;
}

nb_status nb_reply_result(nb_reply *reply, const nb_result *result, nb_content *content)
{
    assert(result->text_len == 0 || (content->offset == 0 && content->len == result->text_len));
    if (result->text_len > NB_REPLY_BYTES - sizeof(*result)) {
        return send_large(reply, result, content);
    }
    if (sizeof(*result) + result->text_len > NB_REPLY_BYTES - reply->len) {
        nb_status status = nb_reply_flush(reply);
        if (status != NBANG_OK) {
            return status;
        }
    }
    return gather(reply, result, content);
}
