/* The writer, and the items and the window that it works on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/item.h"
#include "run/window.h"
#include "run/writer.h"

/* Writes down what it is called with, as "begin 0;text 120;end 0 ok;". */
typedef struct log_sink {
    char log[4096];
    size_t taken;   /* bytes of text */
    size_t credit;  /* after as many it is blocked */
    size_t fail_at; /* call, from 1, that fails */
    size_t num_calls;
    size_t longest; /* text of one call */
} log_sink;

static log_sink seen;
static nbang_sink sink;
static nbang_summary summary;
static nb_window window;
static nb_writer writer;

static nbang_status note(const char *what)
{
    strncat(seen.log, what, sizeof(seen.log) - strlen(seen.log) - 1);
    return ++seen.num_calls == seen.fail_at ? NBANG_SYSTEM : NBANG_OK;
}

static nbang_status on_begin(void *ctx, const nbang_record *record)
{
    (void)ctx;
    char line[64];
    snprintf(line, sizeof(line), "begin %zu;", (size_t)record->index);
    return note(line);
}

static nbang_status on_text(void *ctx, const char *digits, size_t len)
{
    (void)ctx;
    char line[64];
    seen.taken += len;
    seen.longest = len > seen.longest ? len : seen.longest;
    snprintf(line, sizeof(line), "text %.*s;", (int)(len < 40 ? len : 40), digits);
    return note(line);
}

static nbang_status on_end(void *ctx, const nbang_record *record, bool complete)
{
    (void)ctx;
    char line[128];
    snprintf(line, sizeof(line), "end %zu %s%s;", (size_t)record->index,
             nbang_job_status_string(record->status), complete ? "" : " cut");
    return note(line);
}

static int blocked_fd(void *ctx)
{
    (void)ctx;
    return seen.taken >= seen.credit ? 77 : -1;
}

static void set_up(bool unordered, uint64_t hold_limit_bytes)
{
    seen = (log_sink){.credit = SIZE_MAX};
    sink =
        (nbang_sink){.begin = on_begin, .text = on_text, .end = on_end, .blocked_fd = blocked_fd};
    summary = (nbang_summary){0};
    cr_assert_eq(nb_window_init(&window, 8), NBANG_OK);
    nb_writer_init(&writer, &window, &sink, unordered, hold_limit_bytes, &summary);
}

static void set_up_ordered(void)
{
    set_up(false, 1000);
}

static void tear_down(void)
{
    nb_window_clear(&window);
}

TestSuite(writer, .init = set_up_ordered, .fini = tear_down, .timeout = 10);

/* A job whose result of `len` digits has been announced. */
static nb_item *announce(nb_item *item, uint64_t len)
{
    item->record.has_n = true;
    item->record.num_digits = len;
    item->text_len = len;
    item->has_result = true;
    nb_writer_result(&writer, item);
    return item;
}

static void send(nb_item *item, const char *text)
{
    cr_assert_eq(nb_writer_text(&writer, item, text, strlen(text)), NBANG_OK);
    item->finished = item->text_received == item->text_len;
}

static void drain(void)
{
    cr_assert_eq(nb_writer_drain(&writer), NBANG_OK);
}

/* ---- order ---- */

Test(writer, text_in_its_turn_passes_straight_through)
{
    nb_item *item = announce(nb_window_push(&window), 6);
    drain();
    cr_expect_str_eq(seen.log, "begin 0;");
    cr_expect(nb_writer_wants(&writer, item));
    send(item, "479");
    send(item, "001");
    cr_expect_null(item->held);
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 479;text 001;end 0 ok;");
    cr_expect(nb_window_is_empty(&window));
    cr_expect_eq(summary.ok, 1);
    cr_expect_eq(summary.digits, 6);
}

Test(writer, later_results_wait_for_earlier_ones)
{
    nb_item *first = nb_window_push(&window);
    nb_item *second = announce(nb_window_push(&window), 3);
    cr_expect_not(nb_writer_wants(&writer, second));
    send(second, "120");
    drain();
    cr_expect_str_eq(seen.log, "");
    announce(first, 2);
    drain();
    cr_expect_str_eq(seen.log, "begin 0;");
    send(first, "24");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 24;end 0 ok;begin 1;text 120;end 1 ok;");
    cr_expect_eq(summary.jobs, 2);
}

Test(writer, turn_that_comes_in_mid_text_passes_on_what_is_held_first)
{
    nb_item *first = nb_window_push(&window);
    nb_item *second = announce(nb_window_push(&window), 6);
    send(second, "479");
    announce(first, 1);
    drain();
    send(first, "6");
    drain();
    send(second, "001");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 6;end 0 ok;begin 1;text 479;text 001;end 1 ok;");
}

Test(writer, wants_the_oldest_job_even_before_its_result)
{
    nb_item *first = nb_window_push(&window);
    nb_item *second = nb_window_push(&window);
    cr_expect(nb_writer_wants(&writer, first));
    cr_expect_not(nb_writer_wants(&writer, second));
}

Test(writer, out_of_order_the_first_result_goes_first)
{
    tear_down();
    set_up(true, 1000);
    nb_item *items[3];
    for (size_t i = 0; i < 3; i++) {
        items[i] = nb_window_push(&window);
    }
    send(announce(items[2], 1), "2");
    drain();
    send(announce(items[0], 1), "1");
    drain();
    cr_expect_str_eq(seen.log, "begin 2;text 2;end 2 ok;begin 0;text 1;end 0 ok;");
    cr_expect_eq(window.first, 1, "the first place is free, the third not yet");
    send(announce(items[1], 1), "1");
    drain();
    cr_expect(nb_window_is_empty(&window));
    cr_expect_eq(summary.ok, 3);
}

Test(writer, out_of_order_texts_do_not_mix)
{
    tear_down();
    set_up(true, 1000);
    nb_item *a = announce(nb_window_push(&window), 4);
    nb_item *b = announce(nb_window_push(&window), 4);
    drain();
    send(a, "40");
    send(b, "36");
    send(b, "28");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 40;");
    send(a, "32");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 40;text 32;end 0 ok;begin 1;text 3628;end 1 ok;");
}

/* ---- failures ---- */

Test(writer, job_that_failed_has_no_text)
{
    nb_item *item = nb_window_push(&window);
    nb_item_fail(item, NBANG_JOB_REFUSED, "too large");
    nb_writer_result(&writer, item);
    drain();
    cr_expect_str_eq(seen.log, "begin 0;end 0 refused;");
    cr_expect_eq(summary.refused, 1);
    cr_expect_eq(summary.jobs, 1);
}

Test(writer, job_that_fails_in_mid_text_is_cut)
{
    nb_item *item = announce(nb_window_push(&window), 6);
    drain();
    send(item, "479");
    nb_item_fail(item, NBANG_JOB_TIMEOUT, "too slow");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 479;end 0 ok cut;");
    cr_expect_eq(summary.errors, 1);
    cr_expect_eq(summary.ok, 0);
    cr_expect_eq(summary.timeouts, 0);
    cr_expect_eq(summary.digits, 0);
}

Test(writer, every_status_is_counted_once)
{
    static const nbang_job_status statuses[] = {NBANG_JOB_ERROR, NBANG_JOB_REFUSED,
                                                NBANG_JOB_TIMEOUT, NBANG_JOB_INTERRUPTED};
    for (size_t i = 0; i < 4; i++) {
        nb_item *item = nb_window_push(&window);
        item->record.attempts = (uint32_t)(3 * i);
        nb_item_fail(item, statuses[i], "x");
        nb_writer_result(&writer, item);
    }
    drain();
    cr_expect_eq(summary.jobs, 4);
    cr_expect(summary.errors == 1 && summary.refused == 1 && summary.timeouts == 1 &&
              summary.interrupted == 1 && summary.ok == 0);
    cr_expect_eq(summary.retries, 2 + 5 + 8);
}

Test(writer, failure_of_the_sink_is_kept_and_told_as_one)
{
    for (size_t k = 1; k <= 4; k++) {
        tear_down();
        set_up(false, 1000);
        seen.fail_at = k;
        nb_item *item = announce(nb_window_push(&window), 2);
        nb_status status = nb_writer_text(&writer, item, "2", 1);
        cr_assert_eq(status, NBANG_OK, "held");
        status = nb_writer_drain(&writer);
        if (status == NBANG_OK) {
            status = nb_writer_text(&writer, item, "4", 1);
            item->finished = true;
        }
        if (status == NBANG_OK) {
            status = nb_writer_drain(&writer);
        }
        cr_expect_eq(status, NBANG_SINK_FAILED, "call %zu", k);
        cr_expect_eq(writer.failure, NBANG_SYSTEM);
        cr_expect_eq(seen.num_calls, k);
    }
}

/* ---- blocking ---- */

Test(writer, blocked_sink_is_left_alone)
{
    seen.credit = 0;
    nb_item *item = announce(nb_window_push(&window), 3);
    drain();
    send(item, "120");
    drain();
    cr_expect_str_eq(seen.log, "");
    cr_expect(nb_writer_is_blocked(&writer));
    cr_expect_eq(nb_writer_blocked_fd(&writer), 77);
    cr_expect_not(nb_writer_wants(&writer, item));
    seen.credit = SIZE_MAX;
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 120;end 0 ok;");
}

Test(writer, sink_that_blocks_in_mid_text_gets_the_rest_in_order)
{
    nb_item *item = announce(nb_window_push(&window), 6);
    drain();
    seen.credit = 2;
    send(item, "47");
    send(item, "90");
    send(item, "01");
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 47;");
    seen.credit = 3;
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 47;text 9001;", "in one, and then it is full again");
    seen.credit = SIZE_MAX;
    drain();
    cr_expect_str_eq(seen.log, "begin 0;text 47;text 9001;end 0 ok;");
}

Test(writer, held_text_is_passed_on_in_pieces_that_a_sink_expects)
{
    enum { LEN = 1000000 };
    nb_item *first = nb_window_push(&window);
    nb_item *item = announce(nb_window_push(&window), LEN);
    char *text = malloc(LEN + 1);
    cr_assert_not_null(text);
    memset(text, '7', LEN);
    text[LEN] = '\0';
    send(item, text);
    free(text);
    nb_item_fail(first, NBANG_JOB_ERROR, "x");
    drain();
    cr_expect_eq(seen.taken, LEN);
    cr_expect_leq(seen.longest, 256 * 1024);
}

/* ---- reservations ---- */

Test(writer, room_is_promised_up_to_the_limit_and_given_back_on_delivery)
{
    nb_item *items[3];
    for (size_t i = 0; i < 3; i++) {
        items[i] = nb_window_push(&window);
        items[i]->estimate.num_bytes = 400;
    }
    cr_assert(nb_writer_reserve(&writer, items[0]));
    cr_assert(nb_writer_reserve(&writer, items[1]));
    cr_expect_not(nb_writer_reserve(&writer, items[2]), "of 1000 bytes less than 400 are left");
    cr_expect_not(items[2]->reserved);
    uint64_t reserved_bytes = writer.reserved_bytes;
    cr_expect_geq(reserved_bytes, 800);

    nb_item_fail(items[0], NBANG_JOB_ERROR, "x");
    nb_item_fail(items[1], NBANG_JOB_ERROR, "x");
    drain();
    cr_expect_eq(writer.reserved_bytes, 0);
    cr_expect(nb_writer_reserve(&writer, items[2]));
}

Test(writer, text_beyond_any_limit_is_not_promised_room)
{
    nb_item *item = nb_window_push(&window);
    item->estimate.num_bytes = UINT64_MAX / 2;
    cr_expect_not(nb_writer_reserve(&writer, item));
    cr_expect_eq(writer.reserved_bytes, 0);
}

/* ---- items and window ---- */

Test(writer, item_holds_text_of_any_pieces)
{
    nb_item item = {.text_len = 5000};
    char expected[5001] = "";
    for (size_t len = 1, total = 0; total + len <= 5000; total += len, len++) {
        char piece[128];
        memset(piece, (int)('0' + len % 10), len);
        memcpy(expected + total, piece, len);
        cr_assert_eq(nb_item_hold(&item, piece, len), NBANG_OK);
        cr_assert_eq(item.held_len, total + len);
    }
    cr_expect_eq(memcmp(item.held, expected, item.held_len), 0);
    nb_item_clear(&item);
    cr_expect_null(item.held);
}

Test(writer, reserved_item_allocates_its_room_once)
{
    nb_item item = {.text_len = 100000, .reserved = true};
    cr_assert_eq(nb_item_hold(&item, "12", 2), NBANG_OK);
    cr_expect_eq(item.held_size, 100000);
    nb_item_clear(&item);
}

Test(writer, record_is_final_once_the_sink_has_seen_it)
{
    nb_item item = {.has_result = true, .text_len = 5, .text_received = 3};
    nb_item_fail(&item, NBANG_JOB_TIMEOUT, "one");
    cr_expect_eq(item.record.status, NBANG_JOB_TIMEOUT, "nobody had seen the good one");
    cr_expect_eq(item.text_len, 0);
    item.begun = true;
    nb_item_fail(&item, NBANG_JOB_ERROR, "two");
    cr_expect_str_eq(item.error, "two");
    cr_expect_eq(item.record.status, NBANG_JOB_TIMEOUT);
    nb_item_clear(&item);
}

Test(writer, window_is_a_ring)
{
    for (uint64_t index = 0; index < 100; index++) {
        cr_assert_eq(nb_window_push(&window)->record.index, index);
        if (nb_window_is_full(&window)) {
            cr_assert_eq(window.next - window.first, 8);
            cr_assert_eq(nb_window_at(&window, window.first)->record.index, index - 7);
            nb_window_pop(&window);
        }
    }
    cr_expect_eq(window.first, 93);
}
