#include "pool/worker.h"

#include <poll.h>
#include <stdlib.h>

#include "base/io.h"

int nb_worker_exit_status(nb_status status)
{
    switch (status) {
    case NBANG_END:
        return NB_WORKER_EXIT_DONE;
    case NBANG_NO_MEMORY:
        return NB_WORKER_EXIT_NO_MEMORY;
    case NBANG_SYSTEM:
        return NB_WORKER_EXIT_PIPE;
    default:
        return NB_WORKER_EXIT_COMMAND;
    }
}

/* Reads the next command; its payload goes to `payload`, which has room for `size` bytes. */
static nb_status read_command(const nb_worker *worker, nb_frame *frame, void *payload, size_t size)
{
    unsigned char header[NB_WIRE_HEADER_SIZE];
    nb_status status = nb_io_read_full(worker->command_fd, header, sizeof(header));
    if (status == NBANG_OK) {
        status = nb_wire_decode(frame, header);
    }
    if (status == NBANG_OK && (frame->len > size || frame->passed)) {
        status = NBANG_CORRUPT; /* too long, or sent the way that only results take */
    }
    if (status == NBANG_OK && frame->len > 0) {
        status = nb_io_read_full(worker->command_fd, payload, frame->len);
        status = status == NBANG_END ? NBANG_CORRUPT : status;
    }
    frame->payload = payload;
    return status;
}

int nb_worker_serve(const nb_worker *worker, const nb_worker_program *program)
{
    if (program->start != NULL && program->start(program->ctx, worker) != NBANG_OK) {
        return NB_WORKER_EXIT_START;
    }
    unsigned char *payload = malloc(NB_WIRE_MAX_PAYLOAD);
    nb_status status = payload != NULL ? NBANG_OK : NBANG_NO_MEMORY;
    while (status == NBANG_OK) {
        nb_frame frame = {0};
        status = read_command(worker, &frame, payload, NB_WIRE_MAX_PAYLOAD);
        if (status == NBANG_OK) {
            status = program->command(program->ctx, worker, &frame);
            /* That there are no more commands is for the pipe to say. */
            status = status == NBANG_END ? NBANG_INVALID : status;
        }
    }
    free(payload);
    return nb_worker_exit_status(status);
}

nb_status nb_worker_poll(const nb_worker *worker, nb_frame *frame, void *payload, size_t size)
{
    struct pollfd command = {.fd = worker->command_fd, .events = POLLIN};
    if (poll(&command, 1, 0) <= 0) {
        return NBANG_AGAIN; /* or a signal came in between: there will be another look */
    }
    return read_command(worker, frame, payload, size);
}

nb_status nb_worker_send(const nb_worker *worker, const nb_frame *frame)
{
    nb_frame sent = *frame;
    sent.passed = worker->ring != NULL && nb_ring_pass(worker->ring, frame->payload);
    unsigned char header[NB_WIRE_HEADER_SIZE];
    nb_wire_encode(header, &sent);
    struct iovec parts[2] = {
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)frame->payload, .iov_len = sent.passed ? 0 : frame->len},
    };
    return nb_io_write_full(worker->result_fd, parts, 2);
}
