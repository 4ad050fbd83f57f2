#include "cli/format.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/ends.h"
#include "cli/printable.h"

#define SHA256 "a4a2e17e34c7e9a4f5c8ee1dbf9c8e5e0ec3b2c1d0f9e8d7c6b5a49382716050"

TestSuite(format, .timeout = 60);

/* ---- records ---- */

static nbang_record ok_record(uint64_t n, const char *input, uint64_t num_digits)
{
    return (nbang_record){.index = 3,
                          .input = input,
                          .input_len = strlen(input),
                          .has_n = true,
                          .n = n,
                          .status = NBANG_JOB_OK,
                          .num_digits = num_digits,
                          .trailing_zeros = 1,
                          .verified = true,
                          .wall_ns = 1200,
                          .attempts = 1};
}

static nbang_record bad_record(const char *input, size_t len)
{
    return (nbang_record){.index = 16,
                          .input = input,
                          .input_len = len,
                          .file = "jobs.txt",
                          .line = 17,
                          .status = NBANG_JOB_ERROR,
                          .error = "\"12x\" is not a number"};
}

/* ---- what comes out ---- */

typedef struct output {
    int fd;
    nb_formatter formatter;
} output;

static output open_output(const nb_format *format)
{
    output made = {.fd = memfd_create("output", MFD_CLOEXEC), .formatter.format = format};
    cr_assert_geq(made.fd, 0);
    cr_assert_eq(nb_target_create(&made.formatter.target), NBANG_OK);
    cr_assert_eq(nb_target_open_fd(made.formatter.target, made.fd, "memory"), NBANG_OK);
    return made;
}

/* Sends one record with digits in chunks of `chunk` bytes. */
static void send_record(output *to, const nbang_record *record, const char *digits, size_t chunk,
                        bool complete)
{
    cr_assert_eq(nb_formatter_begin(&to->formatter, record), NBANG_OK);
    for (size_t pos = 0, len = strlen(digits); pos < len; pos += chunk) {
        size_t piece = len - pos < chunk ? len - pos : chunk;
        cr_assert_eq(nb_formatter_text(&to->formatter, digits + pos, piece), NBANG_OK);
    }
    cr_assert_eq(nb_formatter_end(&to->formatter, record, complete), NBANG_OK);
}

/* All that was written, with a NUL byte behind; ends the output. The caller frees it. */
static char *take(output *from, bool aborted)
{
    if (aborted) {
        nb_target_abort(from->formatter.target);
    } else {
        cr_assert_eq(nb_target_finish(from->formatter.target, -1), NBANG_OK);
    }
    off_t size = lseek(from->fd, 0, SEEK_END);
    char *bytes = calloc(1, (size_t)size + 1);
    cr_assert_not_null(bytes);
    cr_assert_eq(pread(from->fd, bytes, (size_t)size, 0), size);
    nb_target_destroy(from->formatter.target);
    close(from->fd);
    return bytes;
}

static void expect(output *from, const char *text)
{
    char *bytes = take(from, false);
    cr_assert_str_eq(bytes, text);
    free(bytes);
}

/* ---- digits and text ---- */

Test(format, digits_has_a_line_per_job_and_an_empty_one_for_failures)
{
    output out = open_output(nb_format_digits());
    nbang_record five = ok_record(5, "5", 3);
    nbang_record bad = bad_record("12x", 3);
    send_record(&out, &five, "120", 2, true);
    send_record(&out, &bad, "", 1, true);
    send_record(&out, &five, "120", 3, true);
    expect(&out, "120\n\n120\n");
}

Test(format, text_names_job_and_reason)
{
    output out = open_output(nb_format_text());
    nbang_record five = ok_record(5, "5!", 3);
    nbang_record bad = bad_record("12x", 3);
    nbang_record refused = ok_record(10000000, "1e7", 65657060);
    refused.status = NBANG_JOB_REFUSED;
    refused.error = "65,657,060 digits are more than 1,000";
    nbang_record interrupted = ok_record(7, "7", 4);
    interrupted.status = NBANG_JOB_INTERRUPTED;
    send_record(&out, &five, "120", 2, true);
    send_record(&out, &bad, "", 1, true);
    send_record(&out, &refused, "", 1, true);
    send_record(&out, &interrupted, "", 1, true);
    expect(&out, "5! = 120\n"
                 "12x: error: \"12x\" is not a number\n"
                 "1e7: refused: 65,657,060 digits are more than 1,000\n"
                 "7: interrupted\n");
}

Test(format, text_keeps_hostile_input_on_one_harmless_line)
{
    output out = open_output(nb_format_text());
    nbang_record bad = bad_record("\x1b[2J\n\0\xff\xc2\x9b\xc3\xa9\r", 12);
    send_record(&out, &bad, "", 1, true);
    expect(&out, "\\x1b[2J\\x0a\\x00\\xff\\xc2\\x9b\xc3\xa9\\x0d: error: "
                 "\"12x\" is not a number\n");
}

Test(format, digest_takes_the_place_of_the_digits)
{
    nbang_record five = ok_record(5, "5", 3);
    nbang_record bad = bad_record("12x", 3);
    five.sha256 = SHA256;
    output digits = open_output(nb_format_digits());
    digits.formatter.digest = true;
    send_record(&digits, &five, "", 1, true);
    send_record(&digits, &bad, "", 1, true);
    expect(&digits, SHA256 "\n\n");
    output text = open_output(nb_format_text());
    text.formatter.digest = true;
    send_record(&text, &five, "", 1, true);
    expect(&text, "5! sha256 = " SHA256 "\n");
}

Test(format, result_that_breaks_off_is_no_number)
{
    nbang_record five = ok_record(5, "5", 3);
    output digits = open_output(nb_format_digits());
    send_record(&digits, &five, "12", 2, false);
    send_record(&digits, &five, "120", 3, true);
    send_record(&digits, &five, "", 3, false);
    send_record(&digits, &five, "120", 3, true);
    expect(&digits, "12!incomplete\n120\n!incomplete\n120\n");
    output text = open_output(nb_format_text());
    send_record(&text, &five, "12", 2, false);
    expect(&text, "5! = 12!incomplete\n");
}

Test(format, raw_is_the_bytes_and_nothing_else)
{
    output out = open_output(nb_format_raw());
    nbang_record five = ok_record(5, "5", 3);
    nbang_record bad = bad_record("12x", 3);
    send_record(&out, &five, "\x01\n\xff", 2, true);
    send_record(&out, &bad, "", 1, true);
    send_record(&out, &five, "\x02", 1, true);
    send_record(&out, &five, "\x03", 1, false);
    expect(&out, "\x01\n\xff\x02\x03");
}

Test(format, raw_keeps_whole_numbers_when_it_is_interrupted)
{
    output out = open_output(nb_format_raw());
    nbang_record five = ok_record(5, "5", 3);
    send_record(&out, &five, "\x01\x02", 2, true);
    send_record(&out, &five, "\x03", 1, false);
    cr_assert_eq(nb_target_flush(out.formatter.target), NBANG_OK);
    char *bytes = take(&out, true);
    cr_expect_str_eq(bytes, "\x01\x02");
    free(bytes);
}

/* ---- long results on a terminal ---- */

/* `len` digits that differ from place to place. */
static char *make_digits(size_t len)
{
    char *digits = calloc(1, len + 1);
    cr_assert_not_null(digits);
    for (size_t i = 0; i < len; i++) {
        digits[i] = (char)('0' + (i * 7 + i / 10 + 1) % 10);
    }
    return digits;
}

static void check_shown(size_t len, size_t chunk, bool shortened)
{
    char *digits = make_digits(len);
    nbang_record record = ok_record(5, "5", len);
    output out = open_output(nb_format_digits());
    out.formatter.abbreviate = true;
    send_record(&out, &record, digits, chunk, true);
    char *bytes = take(&out, false);
    if (shortened) {
        char expected[64];
        snprintf(expected, sizeof expected, "%.10s…(100,001 digits)…%s\n", digits,
                 digits + len - 8);
        cr_assert_str_eq(bytes, expected, "chunks of %zu", chunk);
    } else {
        cr_assert_eq(strlen(bytes), len + 1);
        cr_assert_eq(memcmp(bytes, digits, len), 0);
    }
    free(bytes);
    free(digits);
}

Test(format, more_than_100000_digits_are_shown_by_their_ends)
{
    static const size_t chunks[] = {1, 3, 7, 8, 9, 10, 11, 4096, 99995, 99999, 100000, 100001};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        check_shown(100000, chunks[i], false);
        check_shown(100001, chunks[i], true);
    }
}

Test(format, ends_are_those_of_the_whole_however_it_is_cut)
{
    char *digits = make_digits(64);
    for (size_t first = 0; first <= 32; first++) {
        for (size_t second = 0; second <= 32; second++) {
            nb_ends ends;
            nb_ends_init(&ends);
            nb_ends_add(&ends, digits, first);
            nb_ends_add(&ends, digits + first, second);
            nb_ends_add(&ends, digits + first + second, 64 - first - second);
            cr_assert_eq(ends.len, 64);
            cr_assert_eq(memcmp(ends.head, digits, NB_ENDS_HEAD), 0);
            cr_assert_eq(memcmp(ends.tail, digits + 64 - NB_ENDS_TAIL, NB_ENDS_TAIL), 0);
        }
    }
    free(digits);
}

Test(format, long_result_that_breaks_off_shows_no_end)
{
    nbang_record record = ok_record(5, "5", 200000);
    output out = open_output(nb_format_text());
    out.formatter.abbreviate = true;
    send_record(&out, &record, "123456789012345678901234567890", 7, false);
    send_record(&out, &record, "1234", 7, false);
    expect(&out, "5! = 1234567890…!incomplete\n5! = 1234…!incomplete\n");
}

Test(format, json_is_never_abbreviated)
{
    char *digits = make_digits(100001);
    nbang_record record = ok_record(5, "5", 100001);
    output out = open_output(nb_format_json());
    out.formatter.abbreviate = true;
    send_record(&out, &record, digits, 4097, true);
    char *bytes = take(&out, false);
    cr_assert_not_null(strstr(bytes, digits));
    free(bytes);
    free(digits);
}

/* ---- json ---- */

Test(format, json_has_its_members_in_order)
{
    nbang_record five = ok_record(5, "5!", 3);
    five.file = "jobs.txt";
    five.line = 4;
    five.cpu_ns = 1100;
    nbang_record bad = bad_record("12x", 3);
    output out = open_output(nb_format_json());
    send_record(&out, &five, "120", 2, true);
    send_record(&out, &bad, "", 1, true);
    expect(&out,
           "{\"index\":3,\"input\":\"5!\",\"source\":\"jobs.txt:4\",\"n\":5,\"status\":\"ok\","
           "\"error\":null,\"num_digits\":3,\"trailing_zeros\":1,\"verified\":true,"
           "\"wall_ns\":1200,\"cpu_ns\":1100,\"attempts\":1,\"value\":\"120\"}\n"
           "{\"index\":16,\"input\":\"12x\",\"source\":\"jobs.txt:17\",\"n\":null,"
           "\"status\":\"error\",\"error\":\"\\\"12x\\\" is not a number\","
           "\"num_digits\":null,\"trailing_zeros\":null,\"verified\":null,"
           "\"wall_ns\":null,\"cpu_ns\":null,\"attempts\":0,\"value\":null}\n");
}

Test(format, json_with_digest_has_no_value)
{
    nbang_record five = ok_record(5, "5", 3);
    nbang_record bad = bad_record("12x", 3);
    five.sha256 = SHA256;
    output out = open_output(nb_format_json());
    out.formatter.digest = true;
    send_record(&out, &five, "", 1, true);
    send_record(&out, &bad, "", 1, true);
    expect(&out, "{\"index\":3,\"input\":\"5\",\"source\":null,\"n\":5,\"status\":\"ok\","
                 "\"error\":null,\"num_digits\":3,\"trailing_zeros\":1,\"verified\":true,"
                 "\"sha256\":\"" SHA256 "\",\"wall_ns\":1200,\"cpu_ns\":null,\"attempts\":1}\n"
                 "{\"index\":16,\"input\":\"12x\",\"source\":\"jobs.txt:17\",\"n\":null,"
                 "\"status\":\"error\",\"error\":\"\\\"12x\\\" is not a number\","
                 "\"num_digits\":null,\"trailing_zeros\":null,\"verified\":null,"
                 "\"sha256\":null,\"wall_ns\":null,\"cpu_ns\":null,\"attempts\":0}\n");
}

/* Parses the one line that `record` becomes. */
static json_t *parse_record(const nbang_record *record, const char *digits, bool complete)
{
    output out = open_output(nb_format_json());
    send_record(&out, record, digits, 5, complete);
    char *bytes = take(&out, false);
    char *end = strchr(bytes, '\n');
    cr_assert(end && end[1] == '\0', "not one line: %s", bytes);
    json_error_t error;
    json_t *object = json_loads(bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    cr_assert_not_null(object, "%s in %s", error.text, bytes);
    free(bytes);
    return object;
}

Test(format, json_says_that_a_value_is_incomplete)
{
    nbang_record five = ok_record(5, "5", 3);
    json_t *object = parse_record(&five, "12", false);
    cr_assert_str_eq(json_string_value(json_object_get(object, "value")), "12!incomplete");
    json_decref(object);
}

Test(format, json_has_null_for_integers_beyond_63_bits)
{
    nbang_record record = ok_record(UINT64_MAX, "18446744073709551615", UINT64_MAX);
    record.status = NBANG_JOB_REFUSED;
    record.error = "too large";
    record.trailing_zeros = INT64_MAX;
    json_t *object = parse_record(&record, "", true);
    cr_assert(json_is_null(json_object_get(object, "n")));
    cr_assert(json_is_null(json_object_get(object, "num_digits")));
    cr_assert_eq(json_integer_value(json_object_get(object, "trailing_zeros")), INT64_MAX);
    json_decref(object);
}

/* The record of such an input is one line of valid JSON, and the input is in it if JSON can say it.
 */
static void check_input(const char *bytes, size_t len)
{
    nbang_record record = bad_record(bytes, len);
    json_t *object = parse_record(&record, "", true);
    json_t *input = json_object_get(object, "input");
    json_t *plain = json_stringn(bytes, len);
    if (plain) {
        cr_assert(json_equal(plain, input));
    } else {
        cr_assert_not_null(strstr(json_string_value(input), "\\x"));
    }
    json_decref(plain);
    json_decref(object);
}

Test(format, json_is_valid_whatever_the_input)
{
    static const char *const inputs[] = {
        "",         "\"\\/\b\f\n\r\t", "12\xff",           "\xc3",         "\xc3\xa9",
        "\xc0\x80", "\xed\xa0\x80",    "\xf4\x90\x80\x80", "\xe2\x80\xa8", "\xf0\x9f\x98\x80",
        "\x80",     "\xf0\x9f\x98",    "\xe0\x9f\xbf",     "\xfe",         "</script>",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        check_input(inputs[i], strlen(inputs[i]));
    }
    for (int byte = 0; byte < 256; byte++) {
        char bytes[] = {'1', (char)byte, '2'};
        check_input(bytes, sizeof bytes);
        check_input(bytes + 1, 1);
    }
    for (size_t len = 700; len < 1400; len++) { /* around the size of the usual record */
        char *bytes = malloc(len);
        cr_assert_not_null(bytes);
        memset(bytes, '9', len);
        check_input(bytes, len);
        memset(bytes, '\xff', len);
        check_input(bytes, len);
        free(bytes);
    }
}

Test(format, json_escapes_error_and_source_too)
{
    nbang_record record = bad_record("1", 1);
    record.error = "\"\xff\" is not a number";
    record.file = "b\xe4"
                  "d.txt";
    json_t *object = parse_record(&record, "", true);
    cr_assert_str_eq(json_string_value(json_object_get(object, "error")),
                     "\"\\xff\" is not a number");
    cr_assert_str_eq(json_string_value(json_object_get(object, "source")), "b\\xe4d.txt:17");
    json_decref(object);
}

/* The library's own decoder is the oracle: it must take every result, and what it takes as it is
 * must not be changed. */
Test(format, printable_text_is_utf8_and_leaves_utf8_alone)
{
    static const unsigned char pool[] = {0x00, 0x1b, '1',  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
                                         0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                         0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    uint64_t state = 1;
    for (int round = 0; round < 200000; round++) {
        char bytes[6];
        char out[sizeof bytes * NB_PRINTABLE_GROWTH];
        for (size_t i = 0; i < sizeof bytes; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            bytes[i] = (char)pool[(state >> 33) % sizeof pool];
        }
        size_t len = nb_printable_escape(out, bytes, sizeof bytes, false);
        json_t *plain = json_stringn(bytes, sizeof bytes);
        json_t *escaped = json_stringn(out, len);
        cr_assert_not_null(escaped);
        cr_assert_eq(plain != NULL, len == sizeof bytes && memcmp(bytes, out, len) == 0);
        json_decref(plain);
        json_decref(escaped);
    }
}

/* ---- what stays after an interruption ---- */

static void expect_after_abort(output *from, const char *text)
{
    char *bytes = take(from, true);
    cr_assert_str_eq(bytes, text);
    free(bytes);
}

Test(format, interruption_leaves_whole_lines_only)
{
    nbang_record five = ok_record(5, "5", 3);
    nbang_record bad = bad_record("12x", 3);
    nbang_record interrupted = ok_record(7, "7", 4);
    interrupted.status = NBANG_JOB_INTERRUPTED;
    output out = open_output(nb_format_digits());
    send_record(&out, &five, "120", 3, true);
    send_record(&out, &bad, "", 3, true);
    send_record(&out, &five, "12", 3, false);
    send_record(&out, &interrupted, "", 3, true);
    send_record(&out, &interrupted, "", 3, true);
    expect_after_abort(&out, "120\n\n");
    out = open_output(nb_format_digits());
    send_record(&out, &five, "12", 3, false);
    send_record(&out, &five, "120", 3, true);
    cr_assert_eq(nb_formatter_begin(&out.formatter, &five), NBANG_OK);
    cr_assert_eq(nb_formatter_text(&out.formatter, "12", 2), NBANG_OK);
    expect_after_abort(&out, "12!incomplete\n120\n");
}

Test(format, json_keeps_the_records_of_interrupted_jobs)
{
    nbang_record interrupted = ok_record(7, "7", 4);
    interrupted.status = NBANG_JOB_INTERRUPTED;
    output out = open_output(nb_format_json());
    send_record(&out, &interrupted, "", 3, true);
    char *bytes = take(&out, true);
    cr_assert_not_null(strstr(bytes, "\"status\":\"interrupted\""));
    free(bytes);
}
