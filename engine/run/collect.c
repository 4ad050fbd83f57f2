#include "run/collect.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "run/digest.h"
#include "run/lend.h"

/* Attempts at a job whose worker fails or falls silent: the first and two more. */
#define MAX_FAULTS 3

/* A SIGKILL comes from outside (an operator, the out-of-memory killer) and says little about the
 * job, so it may happen to one more often before it is given up. */
#define MAX_KILLS 16

/* ---- the end of a task or of a job ---- */

static void end_task(nb_batch *batch, unsigned worker)
{
    batch->assignments[worker].busy = false;
    nb_lend_return(batch, worker);
    if (nb_pool_is_alive(batch->pool, worker)) {
        nb_pool_limit(batch->pool, worker, 0);
        nb_pool_pause(batch->pool, worker, false);
    }
}

static void fail_item(nb_batch *batch, nb_item *item, nbang_job_status status, const char *error)
{
    nb_schedule_finish(&batch->schedule, item);
    nb_writer_fail(&batch->writer, item, status, error);
}

/* The present item of the task is complete. */
static void finish_item(nb_batch *batch, unsigned worker)
{
    nb_assignment *assignment = &batch->assignments[worker];
    nb_item *item = assignment->items[assignment->num_done++];
    assert(item->active);
    item->active = false;
    item->finished = true;
    nb_schedule_finish(&batch->schedule, item);
    assignment->in_text = false;
    if (assignment->num_done == assignment->num_items) {
        end_task(batch, worker);
    }
}

/* ---- results ---- */

static bool is_within_one(uint64_t found, uint64_t expected)
{
    return found <= expected + 1 && found + 1 >= expected;
}

/* Whether the result can be that of the item. Estimates of numbers of digits and bytes may be off
 * by one, but never by more. */
static bool is_plausible(const nb_batch *batch, const nb_item *item, const nb_result *result)
{
    if (result->failed_verification) {
        return result->text_len == 0;
    }
    bool digest = batch->options->digest;
    if (!is_within_one(result->num_digits, item->estimate.num_digits) ||
        result->has_sha256 != digest) {
        return false;
    }
    if (digest) {
        return result->text_len == 0;
    }
    return batch->options->content == NBANG_CONTENT_RAW
               ? is_within_one(result->text_len, item->estimate.num_bytes)
               : result->text_len == result->num_digits;
}

/* Makes the record final. */
static nb_status record_result(nb_batch *batch, nb_item *item, const nb_result *result)
{
    nbang_record *record = &item->record;
    if (result->failed_verification) {
        record->status = NBANG_JOB_ERROR;
        record->failed_verification = true;
        item->error =
            strdup(batch->options->content == NBANG_CONTENT_RAW
                       ? "failed verification: the number is not n! modulo 2^61 - 1"
                       : "failed verification: the digits do not match n! modulo 2^61 - 1");
    } else {
        record->status = NBANG_JOB_OK;
        record->num_digits = result->num_digits;
        record->verified = result->verified;
    }
    if (result->has_sha256) {
        item->sha256 = malloc(2 * NB_SHA256_BYTES + 1);
        if (item->sha256 == NULL) {
            return NBANG_NO_MEMORY;
        }
        nb_digest_hex(item->sha256, result->sha256);
    }
    record->wall_ns = result->wall_ns;
    record->cpu_ns = result->cpu_ns;
    item->text_len = result->text_len;
    item->has_result = true;
    nb_writer_result(&batch->writer, item);
    /* If it is this item's turn, its text need not be held. */
    return nb_writer_drain(&batch->writer);
}

/* The header of a result has come, and its text follows. */
static nb_status take_result(nb_batch *batch, unsigned worker, const nb_result *result)
{
    nb_assignment *assignment = &batch->assignments[worker];
    if (!assignment->busy || assignment->in_text || result->position != assignment->num_done) {
        return NBANG_CORRUPT;
    }
    nb_item *item = assignment->items[assignment->num_done];
    if (!is_plausible(batch, item, result) ||
        (item->has_result && result->text_len != item->text_len)) {
        return NBANG_CORRUPT;
    }
    assignment->in_text = true;
    assignment->text_left = result->text_len;
    nb_lend_return(batch, worker); /* the team ended when the number was there */
    if (item->has_result) {
        /* An earlier attempt died while it was sending; the digits are the same. */
        item->text_skip = item->text_received;
        return NBANG_OK;
    }
    return record_result(batch, item, result);
}

/* More text of the item whose header came last; finishes it when it is complete. */
static nb_status take_text(nb_batch *batch, unsigned worker, const char *text, size_t len)
{
    nb_assignment *assignment = &batch->assignments[worker];
    if (!assignment->in_text || len > assignment->text_left) {
        return NBANG_CORRUPT;
    }
    nb_item *item = assignment->items[assignment->num_done];
    assignment->text_left -= len;
    size_t skipped = len < item->text_skip ? len : (size_t)item->text_skip;
    item->text_skip -= skipped;
    nb_status status = NBANG_OK;
    if (len > skipped) {
        status = nb_writer_text(&batch->writer, item, text + skipped, len - skipped);
    }
    if (status == NBANG_OK && assignment->text_left == 0) {
        finish_item(batch, worker);
    }
    return status;
}

/* A frame of whole results. */
static nb_status take_results(nb_batch *batch, unsigned worker, const nb_frame *frame)
{
    nb_result result;
    const char *text;
    size_t offset = 0;
    nb_status status;
    while ((status = nb_codec_next_result(&result, &text, &offset, frame)) == NBANG_OK) {
        status = take_result(batch, worker, &result);
        if (status == NBANG_OK) {
            status = take_text(batch, worker, text, (size_t)result.text_len);
        }
        if (status != NBANG_OK) {
            return status;
        }
    }
    return status == NBANG_END ? NBANG_OK : status;
}

static nb_status take_header(nb_batch *batch, unsigned worker, const nb_frame *frame)
{
    nb_result result;
    nb_status status = nb_codec_struct(&result, sizeof(result), frame);
    return status == NBANG_OK ? take_result(batch, worker, &result) : status;
}

/* What a worker says that it did: since the batch began, and on a slot that there is. */
static nb_status take_spans(const nb_batch *batch, unsigned worker, const nb_frame *frame)
{
    size_t num_spans;
    nb_status status = nb_codec_num_spans(&num_spans, frame);
    if (batch->trace == NULL) {
        return NBANG_CORRUPT;
    }
    for (size_t i = 0; status == NBANG_OK && i < num_spans; i++) {
        nbang_span span;
        status = nb_codec_span(&span, frame, i);
        if (status == NBANG_OK &&
            (span.worker != worker || span.place >= nbang_machine_slots(batch->machine) ||
             span.start_ns < batch->started_ns)) {
            status = NBANG_CORRUPT;
        }
        if (status == NBANG_OK) {
            nb_batch_span(batch, span);
        }
    }
    return status;
}

nb_status nb_collect_frame(void *ctx, unsigned worker, const nb_frame *frame)
{
    nb_batch *batch = ctx;
    const nb_assignment *assignment = &batch->assignments[worker];
    if (!assignment->busy || frame->task != assignment->task ||
        frame->attempt != assignment->attempt) {
        return NBANG_CORRUPT;
    }
    const nbang_phase before = nb_trace_enter(batch->trace, NBANG_PHASE_READ);
    nb_status status;
    switch (frame->type) {
    case NB_MESSAGE_RESULTS:
        status = take_results(batch, worker, frame);
        break;
    case NB_MESSAGE_RESULT:
        status = take_header(batch, worker, frame);
        break;
    case NB_MESSAGE_TEXT:
        status = take_text(batch, worker, frame->payload, frame->len);
        break;
    case NB_MESSAGE_SPANS:
        status = take_spans(batch, worker, frame);
        break;
    default:
        status = NBANG_CORRUPT;
    }
    nb_batch_update_pause(batch, worker);
    nb_trace_enter(batch->trace, before);
    return status;
}

/* ---- losses ---- */

/* Counts a loss. After too many the job has failed for good: false, then. */
static bool may_try_again(nb_batch *batch, nb_item *item, const nb_loss *loss)
{
    bool killed = loss->cause == NB_LOSS_SIGNAL && loss->detail == SIGKILL;
    unsigned count = killed ? ++item->losses.kills : ++item->losses.faults;
    if (count < (killed ? MAX_KILLS : MAX_FAULTS)) {
        return true;
    }
    char error[192];
    char what[NB_LOSS_TEXT_SIZE];
    char limit[NB_NUMBER_TEXT_SIZE];
    if (loss->cause == NB_LOSS_TIMEOUT) {
        snprintf(error, sizeof(error), "exceeded the time limit of %s in each of %u attempts",
                 nb_number_duration(limit, batch->options->timeout_ns), count);
        fail_item(batch, item, NBANG_JOB_TIMEOUT, error);
    } else {
        snprintf(error, sizeof(error), "failed: its worker %s in each of %u attempts",
                 nb_pool_describe_loss(what, loss), count);
        fail_item(batch, item, NBANG_JOB_ERROR, error);
    }
    return false;
}

/* Gives the jobs that are left of a task out again, each alone, or gives one up. Returns the number
 * of those that go on. */
static size_t retry_jobs(nb_batch *batch, const nb_assignment *assignment, const nb_loss *loss)
{
    /* In a group nobody knows whose fault the loss was: alone it will show. */
    bool was_alone = assignment->num_items == 1;
    size_t num_again = 0;
    for (size_t i = assignment->num_done; i < assignment->num_items; i++) {
        nb_item *item = assignment->items[i];
        item->active = false;
        if (!was_alone || may_try_again(batch, item, loss)) {
            nb_schedule_add_again(&batch->schedule, item);
            num_again++;
        }
    }
    return num_again;
}

static void tell_loss(const nb_batch *batch, unsigned worker, const nb_loss *loss, bool was_busy,
                      size_t num_again)
{
    char fate[64] = "it had nothing to do";
    if (num_again == 1) {
        snprintf(fate, sizeof(fate), "its job is given out again");
    } else if (num_again > 1) {
        snprintf(fate, sizeof(fate), "its %zu jobs are given out again", num_again);
    } else if (was_busy) {
        snprintf(fate, sizeof(fate), "this was the last attempt at its job");
    }
    char what[NB_LOSS_TEXT_SIZE];
    char message[256];
    snprintf(message, sizeof(message), "worker %u (process %ld) %s; %s", worker, (long)loss->pid,
             nb_pool_describe_loss(what, loss), fate);
    nb_batch_event(batch, NBANG_EVENT_WORKER_LOST, message);
}

void nb_collect_loss(void *ctx, unsigned worker, const nb_loss *loss)
{
    nb_batch *batch = ctx;
    nb_assignment *assignment = &batch->assignments[worker];
    bool was_busy = assignment->busy;
    end_task(batch, worker);
    nb_schedule_lose(&batch->schedule, worker);
    size_t num_again = was_busy ? retry_jobs(batch, assignment, loss) : 0;
    batch->summary->workers_lost++;
    tell_loss(batch, worker, loss, was_busy, num_again);
}
