#include "run/reply.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

static_assert(NB_REPLY_BYTES <= NB_WIRE_MAX_PAYLOAD, "a full buffer fits into a frame");
static_assert(NB_REPLY_BYTES >= NB_CONTENT_MIN_SIZE, "and any content can be read through it");

nb_status nb_reply_init(nb_reply *reply)
{
    unsigned char *buffer = malloc(NB_REPLY_BYTES);
    if (buffer == NULL) {
        return NBANG_NO_MEMORY;
    }
    *reply = (nb_reply){.buffer = buffer};
    return NBANG_OK;
}

void nb_reply_clear(nb_reply *reply)
{
    free(reply->buffer);
    *reply = (nb_reply){0};
}

void nb_reply_begin(nb_reply *reply, const nb_worker *worker, const nb_frame *frame)
{
    reply->worker = worker;
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

nb_status nb_reply_flush(nb_reply *reply)
{
    if (reply->len == 0) {
        return NBANG_OK;
    }
    size_t len = reply->len;
    reply->len = 0;
    return send_frame(reply, NB_MESSAGE_RESULTS, reply->buffer, len);
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
        status = nb_content_read(content, reply->buffer, NB_REPLY_BYTES, &len);
        if (status == NBANG_OK) {
            status = send_frame(reply, NB_MESSAGE_TEXT, reply->buffer, len);
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
    size_t end = reply->len;
    memcpy(reply->buffer + end, result, sizeof(*result));
    end += sizeof(*result);
    for (uint64_t left = result->text_len; left > 0;) {
        size_t len;
        nb_status status = nb_content_read(content, reply->buffer + end, (size_t)left, &len);
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
