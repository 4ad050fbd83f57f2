#include "run/codec.h"

#include <assert.h>
#include <string.h>

#define REUSE_SHIFT 62

uint64_t nb_codec_pack_job(nb_job job)
{
    assert(job.n >> REUSE_SHIFT == 0);
    return job.n | (uint64_t)job.reuse << REUSE_SHIFT;
}

nb_job nb_codec_job(const nb_frame *frame, size_t i)
{
    uint64_t word;
    memcpy(&word, (const unsigned char *)frame->payload + i * sizeof(word), sizeof(word));
    return (nb_job){
        .n = word & ((UINT64_C(1) << REUSE_SHIFT) - 1),
        .reuse = (nb_reuse)(word >> REUSE_SHIFT),
    };
}

nb_status nb_codec_num_jobs(size_t *num_jobs, const nb_frame *frame)
{
    if (frame->len == 0 || frame->len % sizeof(uint64_t) != 0) {
        return NBANG_CORRUPT;
    }
    *num_jobs = frame->len / sizeof(uint64_t);
    return NBANG_OK;
}

nb_status nb_codec_struct(void *out, size_t size, const nb_frame *frame)
{
    if (frame->len != size) {
        return NBANG_CORRUPT;
    }
    memcpy(out, frame->payload, size);
    return NBANG_OK;
}

nb_status nb_codec_next_result(nb_result *result, const char **text, size_t *offset,
                               const nb_frame *frame)
{
    const char *payload = frame->payload;
    size_t left = frame->len - *offset;
    if (left == 0) {
        return NBANG_END;
    }
    nb_result found;
    if (left < sizeof(found)) {
        return NBANG_CORRUPT;
    }
    memcpy(&found, payload + *offset, sizeof(found));
    if (found.text_len > left - sizeof(found)) {
        return NBANG_CORRUPT;
    }
    *result = found;
    *text = payload + *offset + sizeof(found);
    *offset += sizeof(found) + (size_t)found.text_len;
    return NBANG_OK;
}

nb_status nb_codec_num_spans(size_t *num_spans, const nb_frame *frame)
{
    if (frame->len == 0 || frame->len % sizeof(nbang_span) != 0) {
        return NBANG_CORRUPT;
    }
    *num_spans = frame->len / sizeof(nbang_span);
    return NBANG_OK;
}

nb_status nb_codec_span(nbang_span *span, const nb_frame *frame, size_t i)
{
    nbang_span found;
    memcpy(&found, (const unsigned char *)frame->payload + i * sizeof(found), sizeof(found));
    if (found.phase <= NBANG_PHASE_IDLE || found.phase >= NBANG_NUM_PHASES ||
        found.end_ns < found.start_ns) {
        return NBANG_CORRUPT;
    }
    *span = found;
    return NBANG_OK;
}
