/* Contents, and those who read them: replies and digests. The pipe to the master is a file. */
#include "run/content.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compute/integer.h"
#include "run/codec.h"
#include "run/digest.h"
#include "run/reply.h"

TestSuite(content, .timeout = 60);

/* ---- a content that comes in groups, as digits may ---- */

enum { GROUP = 19 };

typedef struct groups {
    uint64_t fail_at; /* the byte that cannot be had */
} groups;

static unsigned char byte_at(uint64_t offset)
{
    return (unsigned char)(offset % 251);
}

/* Whole groups only, but for the last. */
static nb_status fill_groups(const nb_content *content, unsigned char *out, size_t size,
                             size_t *filled)
{
    const groups *source = content->source;
    cr_assert_eq(content->offset % GROUP, 0);
    cr_assert_leq(size, content->len - content->offset);
    *filled = size == content->len - content->offset ? size : size / GROUP * GROUP;
    for (size_t i = 0; i < *filled; i++) {
        if (content->offset + i == source->fail_at) {
            return NBANG_UNVERIFIED;
        }
        out[i] = byte_at(content->offset + i);
    }
    return NBANG_OK;
}

static nb_content content_of(const groups *source, uint64_t len)
{
    return (nb_content){.len = len, .source = source, .fill = fill_groups};
}

static const groups sound = {.fail_at = UINT64_MAX};

static void expect_bytes(const unsigned char *bytes, uint64_t offset, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        cr_assert_eq(bytes[i], byte_at(offset + i), "byte %zu", (size_t)offset + i);
    }
}

/* ---- reading ---- */

Test(content, is_read_to_its_end_and_no_further)
{
    enum { LEN = 3 * NB_CONTENT_MIN_SIZE + 5 };
    unsigned char *out = malloc(NB_CONTENT_MIN_SIZE);
    nb_content content = content_of(&sound, LEN);
    uint64_t offset = 0;
    size_t len;
    do {
        cr_assert_eq(nb_content_read(&content, out, NB_CONTENT_MIN_SIZE, &len), NBANG_OK);
        expect_bytes(out, offset, len);
        offset += len;
        cr_assert_eq(content.offset, offset);
    } while (len > 0);
    cr_expect_eq(offset, LEN);
    free(out);
}

Test(content, digits_are_those_of_the_text)
{
    nb_decimal_text text;
    mpz_t value;
    nb_decimal_text_init(&text);
    mpz_init(value);
    mpz_ui_pow_ui(value, 7, 20000); /* 16,902 digits */
    char *digits = mpz_get_str(NULL, 10, value);
    size_t num_digits = strlen(digits);
    cr_assert_eq(nb_decimal_text_set(&text, value, 5000), NBANG_OK);

    nb_content content = nb_content_digits(&text);
    cr_assert_eq(content.len, num_digits + 5000);
    char *found = calloc(1, content.len + NB_CONTENT_MIN_SIZE + 8);
    cr_assert_not_null(found);
    size_t total = 0, len;
    do {
        size_t size = NB_CONTENT_MIN_SIZE + total % 7;
        cr_assert_eq(nb_content_read(&content, found + total, size, &len), NBANG_OK);
        total += len;
    } while (len > 0);
    cr_assert_eq(total, num_digits + 5000);
    cr_expect_eq(memcmp(found, digits, num_digits), 0);
    cr_expect_eq(strspn(found + num_digits, "0"), 5000);
    free(found);
    free(digits);
    mpz_clear(value);
    nb_decimal_text_clear(&text);
}

Test(content, raw_number_is_read_as_it_is_encoded)
{
    mpz_t value;
    mpz_init(value);
    mpz_ui_pow_ui(value, 7, 50000);
    nb_content content = nb_content_raw(value);
    cr_assert_eq(content.len, nb_integer_raw_length(value));
    unsigned char *expected = malloc(content.len);
    unsigned char *found = calloc(1, content.len + NB_CONTENT_MIN_SIZE + 8);
    cr_assert(expected != NULL && found != NULL);
    nb_integer_raw_read(value, 0, expected, content.len);
    size_t total = 0, len;
    do {
        size_t size = NB_CONTENT_MIN_SIZE + total % 7;
        cr_assert_eq(nb_content_read(&content, found + total, size, &len), NBANG_OK);
        total += len;
    } while (len > 0);
    cr_assert_eq(total, content.len);
    cr_expect_eq(memcmp(found, expected, total), 0);
    free(expected);
    free(found);
    mpz_clear(value);
}

/* ---- replies ---- */

static nb_worker worker;
static nb_reply reply;
static unsigned char *sent; /* what has been sent and not been looked at */
static size_t sent_len;

static void start(void)
{
    const nb_frame frame = {.task = 42, .attempt = 7};
    worker = (nb_worker){.command_fd = -1, .result_fd = memfd_create("results", MFD_CLOEXEC)};
    cr_assert_geq(worker.result_fd, 0);
    cr_assert_eq(nb_reply_init(&reply, &worker, NULL), NBANG_OK);
    nb_reply_begin(&reply, &frame);
}

static void stop(void)
{
    nb_reply_clear(&reply);
    close(worker.result_fd);
}

/* All that was sent so far: the caller frees it. */
static unsigned char *receive(void)
{
    off_t len = lseek(worker.result_fd, 0, SEEK_END);
    cr_assert_geq(len, 0);
    unsigned char *all = malloc((size_t)len + 1);
    cr_assert_eq(pread(worker.result_fd, all, (size_t)len, 0), len);
    sent = all;
    sent_len = (size_t)len;
    return all;
}

static bool next_frame(nb_frame *frame)
{
    size_t taken;
    if (nb_wire_next(frame, &taken, sent, sent_len) != NBANG_OK) {
        cr_assert_eq(sent_len, 0, "whole frames only");
        return false;
    }
    sent += taken;
    sent_len -= taken;
    return true;
}

static nb_status send_result(uint32_t position, const groups *source, uint64_t len)
{
    nb_content content = content_of(source, len);
    const nb_result result = {.position = position, .text_len = len};
    return nb_reply_result(&reply, &result, &content);
}

/* Asserts that what was sent are results with contents of these lengths, in order and nothing
 * else. */
static void expect_results(const uint64_t *lens, size_t num_results)
{
    unsigned char *all = receive();
    size_t position = 0;
    nb_frame frame;
    while (next_frame(&frame)) {
        nb_result result;
        if (frame.type == NB_MESSAGE_RESULTS) {
            const char *text;
            size_t offset = 0;
            while (nb_codec_next_result(&result, &text, &offset, &frame) == NBANG_OK) {
                cr_assert_lt(position, num_results);
                cr_assert_eq(result.position, position);
                cr_assert_eq(result.text_len, lens[position++]);
                expect_bytes((const unsigned char *)text, 0, result.text_len);
            }
            cr_assert_eq(offset, frame.len);
            continue;
        }
        cr_assert_eq(frame.type, NB_MESSAGE_RESULT);
        cr_assert_eq(nb_codec_struct(&result, sizeof(result), &frame), NBANG_OK);
        cr_assert_lt(position, num_results);
        cr_assert_eq(result.position, position);
        cr_assert_eq(result.text_len, lens[position++]);
        for (uint64_t offset = 0; offset < result.text_len; offset += frame.len) {
            cr_assert(next_frame(&frame));
            cr_assert_eq(frame.type, NB_MESSAGE_TEXT);
            cr_assert(frame.len > 0 && frame.len <= result.text_len - offset);
            expect_bytes(frame.payload, offset, frame.len);
        }
    }
    cr_assert_eq(position, num_results);
    free(all);
}

Test(content, in_groups_arrives_whole_in_frames_of_any_length)
{
    static const uint64_t lens[] = {1,
                                    GROUP,
                                    500,
                                    NB_REPLY_BYTES - sizeof(nb_result),
                                    NB_REPLY_BYTES - sizeof(nb_result) + 1,
                                    12345,
                                    0,
                                    7,
                                    3 * NB_REPLY_BYTES,
                                    1000000};
    enum { NUM_RESULTS = sizeof(lens) / sizeof(lens[0]) };
    start();
    for (uint32_t i = 0; i < NUM_RESULTS; i++) {
        cr_assert_eq(send_result(i, &sound, lens[i]), NBANG_OK);
    }
    cr_assert_eq(nb_reply_flush(&reply), NBANG_OK);
    expect_results(lens, NUM_RESULTS);
    stop();
}

Test(content, small_one_that_cannot_be_read_leaves_whole_results_only)
{
    static const uint64_t lens[] = {100, 200};
    const groups broken = {.fail_at = 50};
    start();
    cr_assert_eq(send_result(0, &sound, lens[0]), NBANG_OK);
    cr_assert_eq(send_result(1, &sound, lens[1]), NBANG_OK);
    cr_expect_eq(send_result(2, &broken, 300), NBANG_UNVERIFIED);
    cr_assert_eq(nb_reply_flush(&reply), NBANG_OK);
    expect_results(lens, 2);
    stop();
}

Test(content, large_one_that_cannot_be_read_is_cut_short_there)
{
    const groups broken = {.fail_at = 2 * NB_REPLY_BYTES};
    start();
    cr_expect_eq(send_result(0, &broken, 1000000), NBANG_UNVERIFIED);
    unsigned char *all = receive();
    nb_frame frame;
    cr_assert(next_frame(&frame));
    cr_assert_eq(frame.type, NB_MESSAGE_RESULT);
    uint64_t offset = 0;
    while (next_frame(&frame)) {
        cr_assert_eq(frame.type, NB_MESSAGE_TEXT);
        expect_bytes(frame.payload, offset, frame.len);
        offset += frame.len;
    }
    cr_expect(offset > 0 && offset <= broken.fail_at, "%zu", (size_t)offset);
    free(all);
    stop();
}

/* ---- digests ---- */

Test(content, digest_is_that_of_all_bytes)
{
    static const size_t lens[] = {0, 1, 16384, 16385, 100003};
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        unsigned char *bytes = malloc(lens[i] + 1);
        for (size_t k = 0; k < lens[i]; k++) {
            bytes[k] = byte_at(k);
        }
        unsigned char expected[EVP_MAX_MD_SIZE];
        cr_assert_eq(EVP_Digest(bytes, lens[i], expected, NULL, EVP_sha256(), NULL), 1);
        unsigned char found[NB_SHA256_BYTES];
        nb_content content = content_of(&sound, lens[i]);
        cr_assert_eq(nb_digest_content(found, &content), NBANG_OK);
        cr_expect_eq(memcmp(found, expected, sizeof(found)), 0, "%zu bytes", lens[i]);
        free(bytes);
    }
}

Test(content, digest_of_what_cannot_be_read_is_none)
{
    const groups broken = {.fail_at = 50000};
    unsigned char found[NB_SHA256_BYTES];
    nb_content content = content_of(&broken, 100000);
    cr_expect_eq(nb_digest_content(found, &content), NBANG_UNVERIFIED);
}
