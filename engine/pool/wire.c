#include "pool/wire.h"

#include <assert.h>
#include <string.h>

#define WIRE_MAGIC UINT32_C(0x6e62212e) /* "nb!." */
#define WIRE_VERSION UINT8_C(2)

/* The header as the compiler would lay it out anyway; the assertion below makes sure of it. */
typedef struct wire_header {
    uint32_t magic;
    uint8_t version;
    uint8_t type;
    uint16_t zero16;
    uint32_t attempt;
    uint8_t passed;
    uint8_t zero8[3];
    uint64_t task;
    uint64_t len;
} wire_header;

static_assert(sizeof(wire_header) == NB_WIRE_HEADER_SIZE, "the header has no padding");

void nb_wire_encode(unsigned char header[NB_WIRE_HEADER_SIZE], const nb_frame *frame)
{
    assert(frame->len <= NB_WIRE_MAX_PAYLOAD);
    const wire_header fields = {
        .magic = WIRE_MAGIC,
        .version = WIRE_VERSION,
        .type = frame->type,
        .attempt = frame->attempt,
        .passed = frame->passed,
        .task = frame->task,
        .len = frame->len,
    };
    memcpy(header, &fields, sizeof(fields));
}

nb_status nb_wire_decode(nb_frame *frame, const unsigned char header[NB_WIRE_HEADER_SIZE])
{
    wire_header fields;
    memcpy(&fields, header, sizeof(fields));
    if (fields.magic != WIRE_MAGIC || fields.version != WIRE_VERSION || fields.zero16 != 0 ||
        fields.passed > 1 || fields.zero8[0] != 0 || fields.zero8[1] != 0 || fields.zero8[2] != 0 ||
        fields.len > NB_WIRE_MAX_PAYLOAD) {
        return NBANG_CORRUPT;
    }
    *frame = (nb_frame){
        .type = fields.type,
        .attempt = fields.attempt,
        .task = fields.task,
        .len = (size_t)fields.len,
        .passed = fields.passed != 0,
    };
    return NBANG_OK;
}

nb_status nb_wire_next(nb_frame *frame, size_t *taken, const unsigned char *bytes, size_t len)
{
    if (len < NB_WIRE_HEADER_SIZE) {
        return NBANG_AGAIN;
    }
    nb_frame found;
    nb_status status = nb_wire_decode(&found, bytes);
    if (status != NBANG_OK) {
        return status;
    }
    size_t follows = found.passed ? 0 : found.len;
    if (len - NB_WIRE_HEADER_SIZE < follows) {
        return NBANG_AGAIN;
    }
    found.payload = found.passed ? NULL : bytes + NB_WIRE_HEADER_SIZE;
    *frame = found;
    *taken = NB_WIRE_HEADER_SIZE + follows;
    return NBANG_OK;
}
