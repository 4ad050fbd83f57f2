#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "pool/wire.h"

enum { HEADER = 32 };

static const nb_frame example = {
    .type = 0xab,
    .attempt = UINT32_C(0x89abcdef),
    .task = UINT64_C(0x0123456789abcdef),
    .payload = "payload",
    .len = 7,
};

/* An answer that no test expects, to see whether a call leaves its outputs alone. */
static const nb_frame untouched = {.type = 99, .attempt = 98, .task = 97, .len = 96};

static bool same_fields(const nb_frame *a, const nb_frame *b)
{
    return a->type == b->type && a->attempt == b->attempt && a->task == b->task && a->len == b->len;
}

/* The frame as it travels; the caller frees it. */
static unsigned char *encoded(const nb_frame *frame, size_t *len)
{
    *len = HEADER + frame->len;
    unsigned char *bytes = malloc(*len);
    cr_assert_not_null(bytes);
    nb_wire_encode(bytes, frame);
    if (frame->len > 0) {
        memcpy(bytes + HEADER, frame->payload, frame->len);
    }
    return bytes;
}

static void set_length(unsigned char *header, uint64_t len)
{
    memcpy(header + 24, &len, sizeof(len));
}

/* ---- one header ---- */

Test(wire, lays_out_the_header_as_documented)
{
    unsigned char header[HEADER];
    memset(header, 0xee, sizeof(header));
    nb_wire_encode(header, &example);
    uint32_t attempt;
    uint64_t task, len;
    memcpy(&attempt, header + 8, sizeof(attempt));
    memcpy(&task, header + 16, sizeof(task));
    memcpy(&len, header + 24, sizeof(len));
    cr_expect_eq(header[5], example.type);
    cr_expect_eq(attempt, example.attempt);
    cr_expect_eq(task, example.task);
    cr_expect_eq(len, example.len);
    cr_expect_arr_eq(header + 6, ((unsigned char[2]){0}), 2);
    cr_expect_arr_eq(header + 12, ((unsigned char[4]){0}), 4);
}

Test(wire, decodes_what_it_encodes)
{
    const size_t lens[] = {0, 1, NB_WIRE_MAX_PAYLOAD - 1, NB_WIRE_MAX_PAYLOAD};
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        for (unsigned type = 0; type <= UINT8_MAX; type++) {
            const nb_frame sent = {
                .type = (uint8_t)type, .attempt = UINT32_MAX, .task = UINT64_MAX, .len = lens[i]};
            unsigned char header[HEADER];
            nb_frame got = untouched;
            got.payload = "must go";
            nb_wire_encode(header, &sent);
            cr_assert_eq(nb_wire_decode(&got, header), NBANG_OK);
            cr_assert(same_fields(&got, &sent));
            cr_assert_null(got.payload);
        }
    }
}

Test(wire, passed_payload_does_not_follow)
{
    const nb_frame sent = {.type = 3, .task = 5, .payload = "elsewhere", .len = 9, .passed = true};
    unsigned char bytes[2 * HEADER];
    nb_frame got = untouched;
    size_t taken = 0;
    nb_wire_encode(bytes, &sent);
    nb_wire_encode(bytes + HEADER, &example);
    cr_assert_eq(nb_wire_next(&got, &taken, bytes, HEADER - 1), NBANG_AGAIN);
    cr_assert_eq(nb_wire_next(&got, &taken, bytes, sizeof(bytes)), NBANG_OK);
    cr_expect_eq(taken, HEADER);
    cr_expect(got.passed);
    cr_expect_null(got.payload);
    cr_expect_eq(got.len, 9);
    cr_expect_eq(got.task, 5);
    cr_assert_eq(nb_wire_decode(&got, bytes + HEADER), NBANG_OK);
    cr_expect_not(got.passed);
}

Test(wire, rejects_every_change_of_a_fixed_byte)
{
    const int fixed[] = {0, 1, 2, 3, 4, 6, 7, 12, 13, 14, 15};
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        /* Byte 12 may be 0 or 1. */
        for (unsigned flip = fixed[i] == 12 ? 2 : 1; flip <= UINT8_MAX; flip++) {
            unsigned char header[HEADER];
            nb_frame got = untouched;
            nb_wire_encode(header, &example);
            header[fixed[i]] ^= (unsigned char)flip;
            cr_assert_eq(nb_wire_decode(&got, header), NBANG_CORRUPT, "byte %d", fixed[i]);
            cr_assert(same_fields(&got, &untouched));
        }
    }
}

Test(wire, rejects_lengths_over_the_maximum)
{
    const uint64_t lens[] = {NB_WIRE_MAX_PAYLOAD + 1,     UINT32_MAX, UINT64_C(1) << 32,
                             (UINT64_C(1) << 32) + 7,     INT64_MAX,  UINT64_MAX - HEADER + 1,
                             UINT64_MAX - HEADER + 1 + 7, UINT64_MAX};
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        unsigned char bytes[HEADER + 7];
        nb_frame got = untouched;
        size_t taken = 12345;
        nb_wire_encode(bytes, &example);
        set_length(bytes, lens[i]);
        cr_assert_eq(nb_wire_decode(&got, bytes), NBANG_CORRUPT);
        cr_assert_eq(nb_wire_next(&got, &taken, bytes, sizeof(bytes)), NBANG_CORRUPT);
        cr_assert(same_fields(&got, &untouched));
        cr_assert_eq(taken, 12345);
    }
}

/* ---- a buffer of frames ---- */

/* Every prefix is a buffer of its own, so that the sanitizer sees a byte read too many. */
Test(wire, waits_for_the_rest_of_every_truncated_frame)
{
    size_t len;
    unsigned char *whole = encoded(&example, &len);
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *bytes = malloc(cut);
        nb_frame got = untouched;
        size_t taken = 12345;
        memcpy(bytes, whole, cut);
        cr_assert_eq(nb_wire_next(&got, &taken, bytes, cut), NBANG_AGAIN, "%zu bytes", cut);
        cr_assert(same_fields(&got, &untouched));
        cr_assert_eq(taken, 12345);
        free(bytes);
    }
    free(whole);
}

Test(wire, rejects_a_bad_header_before_its_payload_has_come)
{
    unsigned char header[HEADER];
    nb_frame got;
    size_t taken;
    nb_wire_encode(header, &example);
    header[0] ^= 1;
    cr_expect_eq(nb_wire_next(&got, &taken, header, HEADER), NBANG_CORRUPT);
    cr_expect_eq(nb_wire_next(&got, &taken, header, HEADER - 1), NBANG_AGAIN,
                 "nothing is judged before the header is whole");
}

Test(wire, takes_an_empty_frame)
{
    const nb_frame empty = {.type = 1, .task = 2};
    unsigned char header[HEADER];
    nb_frame got;
    size_t taken = 0;
    nb_wire_encode(header, &empty);
    cr_expect_eq(nb_wire_next(&got, &taken, header, HEADER), NBANG_OK);
    cr_expect(same_fields(&got, &empty));
    cr_expect_eq(taken, HEADER);
}

Test(wire, takes_frames_one_after_the_other)
{
    /* Odd lengths, so that most headers lie at odd addresses. */
    const size_t lens[] = {3, 0, 1, 4097, NB_WIRE_MAX_PAYLOAD, 0, 5};
    enum { NUM_FRAMES = sizeof(lens) / sizeof(lens[0]) };
    unsigned char *bytes = NULL;
    size_t len = 0;
    for (size_t i = 0; i < NUM_FRAMES; i++) {
        nb_frame frame = {.type = 1, .task = i, .payload = NULL, .len = lens[i]};
        bytes = realloc(bytes, len + HEADER + lens[i]);
        cr_assert_not_null(bytes);
        nb_wire_encode(bytes + len, &frame);
        memset(bytes + len + HEADER, (int)('a' + i), lens[i]);
        len += HEADER + lens[i];
    }
    size_t at = 0;
    for (size_t i = 0; i < NUM_FRAMES; i++) {
        nb_frame got;
        size_t taken;
        cr_assert_eq(nb_wire_next(&got, &taken, bytes + at, len - at), NBANG_OK);
        cr_assert_eq(got.task, i);
        cr_assert_eq(got.len, lens[i]);
        cr_assert_eq(taken, HEADER + lens[i]);
        cr_assert_eq((const unsigned char *)got.payload, bytes + at + HEADER);
        for (size_t k = 0; k < got.len; k++) {
            cr_assert_eq(((const unsigned char *)got.payload)[k], 'a' + i);
        }
        at += taken;
    }
    cr_assert_eq(at, len);
    free(bytes);
}
