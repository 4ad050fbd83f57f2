#include "pool/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct nb_message {
    nb_message *next;
    size_t len;
    size_t written;
    unsigned char bytes[];
};

void nb_queue_init(nb_queue *queue)
{
    *queue = (nb_queue){0};
}

static void drop_first(nb_queue *queue)
{
    nb_message *message = queue->first;
    queue->first = message->next;
    if (queue->first == NULL) {
        queue->last = NULL;
    }
    free(message);
}

void nb_queue_clear(nb_queue *queue)
{
    while (queue->first != NULL) {
        drop_first(queue);
    }
    queue->len_bytes = 0;
}

nb_status nb_queue_push(nb_queue *queue, const nb_frame *frame)
{
    size_t len = NB_WIRE_HEADER_SIZE + frame->len;
    nb_message *message = malloc(sizeof(*message) + len);
    if (message == NULL) {
        return NBANG_NO_MEMORY;
    }
    message->next = NULL;
    message->len = len;
    message->written = 0;
    nb_wire_encode(message->bytes, frame);
    if (frame->len > 0) {
        memcpy(message->bytes + NB_WIRE_HEADER_SIZE, frame->payload, frame->len);
    }
    if (queue->last != NULL) {
        queue->last->next = message;
    } else {
        queue->first = message;
    }
    queue->last = message;
    queue->len_bytes += len;
    return NBANG_OK;
}

nb_status nb_queue_write(nb_queue *queue, int fd)
{
    while (queue->first != NULL) {
        nb_message *message = queue->first;
        ssize_t put = write(fd, message->bytes + message->written, message->len - message->written);
        if (put < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno == EAGAIN ? NBANG_AGAIN : NBANG_SYSTEM;
        }
        message->written += (size_t)put;
        queue->len_bytes -= (size_t)put;
        if (message->written == message->len) {
            drop_first(queue);
        }
    }
    return NBANG_OK;
}
