/* What the frames between batch and workers contain. Encoding and decoding only.
 *
 *   to a worker    JOBS    the n of each job of a group (or of one large job)
 *                  PART    n and a range of primes: compute that part of n!
 *                  LIMBS   a piece of a finished part, before JOIN
 *                  JOIN    n and the number of parts: make n! of the parts sent before
 *   from a worker  RESULTS whole small results, each a result header and its text
 *                  RESULT  the header of a large result (of JOBS or JOIN) ...
 *                  TEXT    ... and its text, piece by piece
 *                  LIMBS   a piece of the part that PART asked for
 *
 * Structs travel as they lie in memory: both ends are one program. */
#ifndef NB_RUN_CODEC_H
#define NB_RUN_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "pool/wire.h"

typedef enum nb_message_type {
    NB_MESSAGE_JOBS = 1,
    NB_MESSAGE_PART,
    NB_MESSAGE_LIMBS,
    NB_MESSAGE_JOIN,
    NB_MESSAGE_RESULTS,
    NB_MESSAGE_RESULT,
    NB_MESSAGE_TEXT
} nb_message_type;

/* Most jobs that fit into one JOBS frame. */
#define NB_CODEC_MAX_JOBS (NB_WIRE_MAX_PAYLOAD / sizeof(uint64_t))

/* Payload of PART. */
typedef struct nb_part_task {
    uint64_t n;
    uint64_t lo; /* primes in [lo, hi) */
    uint64_t hi;
} nb_part_task;

/* Payload of JOIN. */
typedef struct nb_join_task {
    uint64_t n;
    uint64_t num_parts;
} nb_join_task;

/* Payload of LIMBS: this header, then limbs, least significant first. A part of value 0 does not
 * exist, so there is at least one limb. */
typedef struct nb_limbs_header {
    uint64_t part;
    uint64_t total_limbs;  /* of the whole part */
    uint64_t offset_limbs; /* of the first limb that follows */
} nb_limbs_header;

/* Digits (decimal/digits.h) in a limb of 8 bytes; an absent last one is 0. */
#define NB_CODEC_LIMB_DIGITS 2

/* Limbs of 8 bytes that fit into one LIMBS frame. */
#define NB_CODEC_MAX_LIMBS ((NB_WIRE_MAX_PAYLOAD - sizeof(nb_limbs_header)) / sizeof(uint64_t))

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

/* The jobs of a JOBS payload: a copy of job `i`. */
uint64_t nb_codec_job(const nb_frame *frame, size_t i);
/* Their number; NBANG_CORRUPT if the payload is not a whole number of jobs or empty. */
NB_MUST_CHECK nb_status nb_codec_num_jobs(size_t *num_jobs, const nb_frame *frame);

/* A payload that must be exactly one struct of `size` bytes, copied to `out`. */
NB_MUST_CHECK nb_status nb_codec_struct(void *out, size_t size, const nb_frame *frame);

/* A LIMBS payload: its header, and its limbs (not owned, unaligned) with their number.
 * NBANG_CORRUPT if they do not fit the header. */
NB_MUST_CHECK nb_status nb_codec_limbs(nb_limbs_header *header, const unsigned char **limbs,
                                       size_t *num_limbs, const nb_frame *frame);

/* Walks through a RESULTS payload: the next result and its text (not owned), moving *offset, which
 * starts at 0. NBANG_END behind the last; NBANG_CORRUPT if the payload is cut short. */
NB_MUST_CHECK nb_status nb_codec_next_result(nb_result *result, const char **text, size_t *offset,
                                             const nb_frame *frame);

#endif
