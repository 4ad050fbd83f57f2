/* Frames: how master and workers talk over pipes. Encoding and decoding only, no I/O.
 *
 * A frame is a header of NB_WIRE_HEADER_SIZE bytes and an opaque payload. Both ends are the same
 * program on the same machine, so numbers travel in host byte order:
 *
 *   bytes  0..3   magic
 *   byte   4      version of this layout
 *   byte   5      type, chosen by the users of the pool
 *   bytes  6..7   zero
 *   bytes  8..11  attempt at the task
 *   byte  12      1 if the payload was passed through a ring (pool/ring.h), else 0
 *   bytes 13..15  zero
 *   bytes 16..23  task
 *   bytes 24..31  length of the payload
 */
#ifndef NB_POOL_WIRE_H
#define NB_POOL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define NB_WIRE_HEADER_SIZE ((size_t)32)

/* Longer contents travel in several frames, so that neither end needs larger buffers. The largest
 * frame, header included, fills a pipe of this size exactly (see process.c). */
#define NB_WIRE_MAX_FRAME ((size_t)256 * 1024)
#define NB_WIRE_MAX_PAYLOAD (NB_WIRE_MAX_FRAME - NB_WIRE_HEADER_SIZE)

typedef struct nb_frame {
    uint8_t type;
    uint32_t attempt;
    uint64_t task;
    const void *payload; /* not owned */
    size_t len;          /* bytes of payload, at most NB_WIRE_MAX_PAYLOAD */
    bool passed;         /* the payload does not follow: it was passed through a ring */
} nb_frame;

/* Writes the header of `frame`. */
void nb_wire_encode(unsigned char header[NB_WIRE_HEADER_SIZE], const nb_frame *frame);

/* Reads a header into `frame`, whose payload is NULL then. NBANG_CORRUPT if it is not one: nothing
 * has been allocated or believed by then. */
NB_MUST_CHECK nb_status nb_wire_decode(nb_frame *frame,
                                       const unsigned char header[NB_WIRE_HEADER_SIZE]);

/* Takes the first frame out of `len` buffered bytes: `frame` (its payload points into `bytes`, or
 * is NULL if it was passed) and the number of bytes it takes. NBANG_AGAIN if it is not complete
 * yet, NBANG_CORRUPT as above. */
NB_MUST_CHECK nb_status nb_wire_next(nb_frame *frame, size_t *taken, const unsigned char *bytes,
                                     size_t len);

#endif
