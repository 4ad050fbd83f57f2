/* What the frames between batch and workers contain. Encoding and decoding only.
 *
 *   to a worker    JOBS    the jobs of a group (or one large job)
 *                  FORGET  nothing: the large number that is kept is not needed any more
 *                  LEND    a slot for one more thread that computes the task's only job; comes
 *                          before its JOBS, or at any time until its result has come
 *   from a worker  RESULTS whole small results, each a result header and its text
 *                  RESULT  the header of a large result ...
 *                  TEXT    ... and its text, piece by piece
 *                  SPANS   what the worker did meanwhile, if the batch is traced; comes before
 *                          the last frame of RESULTS or TEXT that it knows of
 *
 * Structs travel as they lie in memory: both ends are one program. */
#ifndef NB_RUN_CODEC_H
#define NB_RUN_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nbang/span.h"
#include "pool/wire.h"
#include "run/numbers.h"

typedef enum nb_message_type {
    NB_MESSAGE_JOBS = 1,
    NB_MESSAGE_FORGET,
    NB_MESSAGE_LEND,
    NB_MESSAGE_RESULTS,
    NB_MESSAGE_RESULT,
    NB_MESSAGE_TEXT,
    NB_MESSAGE_SPANS
} nb_message_type;

/* A job as it travels: a word, n with what may be done with the kept number above it. */
typedef struct nb_job {
    uint64_t n; /* below 2^62 */
    nb_reuse reuse;
} nb_job;

/* Most jobs that fit into one JOBS frame. */
#define NB_CODEC_MAX_JOBS (NB_WIRE_MAX_PAYLOAD / sizeof(uint64_t))

/* Payload of LEND. */
typedef struct nb_lend {
    uint32_t slot; /* as nb_slots counts them */
} nb_lend;

#define NB_SHA256_BYTES 32

/* The header of one result. */
typedef struct nb_result {
    uint32_t position; /* of the job in its JOBS task */
    uint8_t failed_verification;
    uint8_t verified;
    uint8_t has_sha256;
    uint8_t zero;
    uint64_t num_digits;
    uint64_t wall_ns;
    uint64_t cpu_ns;
    uint64_t text_len; /* bytes of text (or raw number) that follow; 0 with a digest or a failure */
    unsigned char sha256[NB_SHA256_BYTES];
} nb_result;

/* The word for a job, and the job of word `i` in a JOBS payload. */
uint64_t nb_codec_pack_job(nb_job job);
nb_job nb_codec_job(const nb_frame *frame, size_t i);
/* Their number; NBANG_CORRUPT if the payload is not a whole number of jobs or empty. */
NB_MUST_CHECK nb_status nb_codec_num_jobs(size_t *num_jobs, const nb_frame *frame);

/* A payload that must be exactly one struct of `size` bytes, copied to `out`. */
NB_MUST_CHECK nb_status nb_codec_struct(void *out, size_t size, const nb_frame *frame);

/* Walks through a RESULTS payload: the next result and its text (not owned), moving *offset, which
 * starts at 0. NBANG_END behind the last; NBANG_CORRUPT if the payload is cut short. */
NB_MUST_CHECK nb_status nb_codec_next_result(nb_result *result, const char **text, size_t *offset,
                                             const nb_frame *frame);

/* The spans of a SPANS payload, with times of nb_clock_wall_ns: their number, and span `i`.
 * NBANG_CORRUPT if the payload is not a whole number of spans or empty; if the span is of no phase,
 * or ends before it starts. */
NB_MUST_CHECK nb_status nb_codec_num_spans(size_t *num_spans, const nb_frame *frame);
NB_MUST_CHECK nb_status nb_codec_span(nbang_span *span, const nb_frame *frame, size_t i);

#endif
