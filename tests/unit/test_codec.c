#include <criterion/criterion.h>
#include <string.h>

#include "run/codec.h"

TestSuite(codec, .timeout = 10);

static nb_frame frame_of(const void *payload, size_t len)
{
    return (nb_frame){.payload = payload, .len = len};
}

/* ---- jobs ---- */

Test(codec, jobs_say_what_may_be_reused)
{
    static const uint64_t numbers[] = {0, 1, 4400000000, (UINT64_C(1) << 62) - 1};
    for (size_t i = 0; i < 4; i++) {
        for (unsigned reuse = NB_REUSE_NONE; reuse <= (NB_REUSE_USE | NB_REUSE_KEEP); reuse++) {
            const nb_job job = {.n = numbers[i], .reuse = (nb_reuse)reuse};
            const uint64_t word = nb_codec_pack_job(job);
            const nb_frame frame = {.payload = &word, .len = sizeof(word)};
            cr_expect_eq(nb_codec_job(&frame, 0).n, job.n);
            cr_expect_eq(nb_codec_job(&frame, 0).reuse, job.reuse);
        }
    }
}

Test(codec, jobs_are_counted_and_read_where_they_lie)
{
    unsigned char payload[1 + 3 * sizeof(uint64_t)];
    const uint64_t jobs[] = {0, 5000, (UINT64_C(1) << 62) - 1};
    memcpy(payload + 1, jobs, sizeof(jobs)); /* not aligned */
    nb_frame frame = frame_of(payload + 1, sizeof(jobs));
    size_t num_jobs = 0;
    cr_assert_eq(nb_codec_num_jobs(&num_jobs, &frame), NBANG_OK);
    cr_assert_eq(num_jobs, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(nb_codec_job(&frame, i).n, jobs[i]);
        cr_expect_eq(nb_codec_job(&frame, i).reuse, NB_REUSE_NONE);
    }
}

Test(codec, jobs_that_are_none_or_cut_short_are_corrupt)
{
    const uint64_t jobs[2] = {1, 2};
    for (size_t len = 0; len <= sizeof(jobs); len++) {
        nb_frame frame = frame_of(jobs, len);
        size_t num_jobs = 77;
        bool good = len == 8 || len == 16;
        cr_expect_eq(nb_codec_num_jobs(&num_jobs, &frame), good ? NBANG_OK : NBANG_CORRUPT);
        cr_expect_eq(num_jobs, good ? len / 8 : 77, "untouched on failure");
    }
}

Test(codec, full_frame_of_jobs_is_within_the_wire_limit)
{
    cr_expect_leq(NB_CODEC_MAX_JOBS * sizeof(uint64_t), NB_WIRE_MAX_PAYLOAD);
}

/* ---- structs ---- */

Test(codec, struct_must_be_the_whole_payload)
{
    const nb_result result = {.position = 10, .num_digits = 3, .wall_ns = 11};
    unsigned char payload[sizeof(result) + 1] = {0};
    memcpy(payload, &result, sizeof(result));
    for (size_t len = 0; len <= sizeof(payload); len++) {
        nb_frame frame = frame_of(payload, len);
        nb_result found = {.position = 99};
        nb_status status = nb_codec_struct(&found, sizeof(found), &frame);
        if (len == sizeof(result)) {
            cr_expect_eq(status, NBANG_OK);
            cr_expect(found.position == 10 && found.num_digits == 3 && found.wall_ns == 11);
        } else {
            cr_expect_eq(status, NBANG_CORRUPT);
            cr_expect_eq(found.position, 99);
        }
    }
}

/* ---- results ---- */

static size_t put_result(unsigned char *payload, size_t at, uint32_t position, const char *text,
                         uint64_t text_len)
{
    const nb_result result = {.position = position, .num_digits = 7, .text_len = text_len};
    memcpy(payload + at, &result, sizeof(result));
    memcpy(payload + at + sizeof(result), text, strlen(text));
    return at + sizeof(result) + strlen(text);
}

Test(codec, results_are_walked_through_one_by_one)
{
    unsigned char payload[1024];
    size_t len = put_result(payload, 0, 0, "120", 3);
    len = put_result(payload, len, 1, "", 0);
    len = put_result(payload, len, 2, "5040", 4);
    nb_frame frame = frame_of(payload, len);
    static const char *const texts[] = {"120", "", "5040"};
    size_t offset = 0;
    nb_result result;
    const char *text;
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_eq(nb_codec_next_result(&result, &text, &offset, &frame), NBANG_OK);
        cr_expect_eq(result.position, i);
        cr_expect_eq(result.text_len, strlen(texts[i]));
        cr_expect_eq(memcmp(text, texts[i], strlen(texts[i])), 0);
    }
    cr_expect_eq(nb_codec_next_result(&result, &text, &offset, &frame), NBANG_END);
    cr_expect_eq(offset, len);
}

Test(codec, results_cut_short_anywhere_are_corrupt)
{
    unsigned char payload[1024];
    size_t len = put_result(payload, 0, 0, "120", 3);
    for (size_t cut = 1; cut < len; cut++) {
        nb_frame frame = frame_of(payload, cut);
        size_t offset = 0;
        nb_result result = {.position = 99};
        const char *text = NULL;
        cr_expect_eq(nb_codec_next_result(&result, &text, &offset, &frame), NBANG_CORRUPT);
        cr_expect(result.position == 99 && text == NULL && offset == 0, "untouched on failure");
    }
}

Test(codec, results_whose_length_lies_are_corrupt)
{
    static const uint64_t lies[] = {4, 1000, UINT64_MAX, UINT64_MAX - sizeof(nb_result) + 1};
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        unsigned char payload[1024];
        size_t len = put_result(payload, 0, 0, "120", lies[i]);
        nb_frame frame = frame_of(payload, len);
        size_t offset = 0;
        nb_result result;
        const char *text;
        cr_expect_eq(nb_codec_next_result(&result, &text, &offset, &frame), NBANG_CORRUPT);
    }
}

Test(codec, no_results_are_none)
{
    nb_frame frame = frame_of("", 0);
    size_t offset = 0;
    nb_result result;
    const char *text;
    cr_expect_eq(nb_codec_next_result(&result, &text, &offset, &frame), NBANG_END);
}

/* ---- spans ---- */

Test(codec, spans_are_counted_and_read_where_they_lie)
{
    const nbang_span spans[] = {
        {.worker = 1, .place = 2, .phase = NBANG_PHASE_PRIMES, .start_ns = 3, .end_ns = 3, .n = 4},
        {.phase = NBANG_PHASE_WRITE, .end_ns = UINT64_MAX, .n = NBANG_SPAN_NO_JOB},
    };
    unsigned char payload[1 + sizeof(spans)];
    memcpy(payload + 1, spans, sizeof(spans)); /* not aligned */
    nb_frame frame = frame_of(payload + 1, sizeof(spans));
    size_t num_spans = 0;
    nbang_span span;
    cr_assert_eq(nb_codec_num_spans(&num_spans, &frame), NBANG_OK);
    cr_assert_eq(num_spans, 2);
    cr_assert_eq(nb_codec_span(&span, &frame, 0), NBANG_OK);
    cr_expect(span.worker == 1 && span.place == 2 && span.phase == NBANG_PHASE_PRIMES);
    cr_expect(span.start_ns == 3 && span.end_ns == 3 && span.n == 4);
    cr_assert_eq(nb_codec_span(&span, &frame, 1), NBANG_OK);
    cr_expect(span.phase == NBANG_PHASE_WRITE && span.end_ns == UINT64_MAX);
}

Test(codec, spans_cut_short_or_none_are_corrupt)
{
    const nbang_span spans[2] = {{.phase = NBANG_PHASE_TEXT}, {.phase = NBANG_PHASE_TEXT}};
    for (size_t len = 0; len <= sizeof(spans); len++) {
        nb_frame frame = frame_of(spans, len);
        size_t num_spans = 77;
        nb_status status = nb_codec_num_spans(&num_spans, &frame);
        const bool whole = len > 0 && len % sizeof(*spans) == 0;
        cr_expect_eq(status, whole ? NBANG_OK : NBANG_CORRUPT, "%zu bytes", len);
        cr_expect_eq(num_spans, whole ? len / sizeof(*spans) : 77);
    }
}

Test(codec, spans_of_no_phase_or_backwards_are_corrupt)
{
    const nbang_span wrong[] = {
        {.phase = NBANG_PHASE_IDLE, .end_ns = 1},
        {.phase = (nbang_phase)NBANG_NUM_PHASES, .end_ns = 1},
        {.phase = NBANG_PHASE_TEXT, .start_ns = 2, .end_ns = 1},
    };
    for (size_t i = 0; i < 3; i++) {
        nb_frame frame = frame_of(wrong, sizeof(wrong));
        nbang_span span = {.n = 99};
        cr_expect_eq(nb_codec_span(&span, &frame, i), NBANG_CORRUPT);
        cr_expect_eq(span.n, 99, "untouched on failure");
    }
}
