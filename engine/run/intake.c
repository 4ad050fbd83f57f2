#include "run/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "compute/cost.h"

/* A process also needs address space for what it allocates and does not touch: a fifth of what it
 * does, as measured with GMP's temporary numbers. */
#define UNTOUCHED_SHARE 5

/* The batch's own copy of a file name. Lines of one file come one after the other, so only the
 * last name is looked at. */
static nb_status keep_file(nb_batch *batch, const char *file, const char **kept)
{
    if (file == NULL) {
        *kept = NULL;
        return NBANG_OK;
    }
    if (batch->num_files > 0 && strcmp(batch->files[batch->num_files - 1], file) == 0) {
        *kept = batch->files[batch->num_files - 1];
        return NBANG_OK;
    }
    char **files = realloc(batch->files, (batch->num_files + 1) * sizeof(*files));
    if (files == NULL) {
        return NBANG_NO_MEMORY;
    }
    batch->files = files;
    char *copy = strdup(file);
    if (copy == NULL) {
        return NBANG_NO_MEMORY;
    }
    batch->files[batch->num_files++] = copy;
    *kept = copy;
    return NBANG_OK;
}

static nb_status copy_job(nb_batch *batch, nb_item *item, const nbang_job *job)
{
    nbang_record *record = &item->record;
    nb_status status = keep_file(batch, job->file, &record->file);
    if (status != NBANG_OK) {
        return status;
    }
    record->line = job->line;
    if (job->input != NULL) {
        item->input = malloc(job->input_len + 1);
        if (item->input == NULL) {
            return NBANG_NO_MEMORY;
        }
        memcpy(item->input, job->input, job->input_len);
        item->input[job->input_len] = '\0';
        record->input_len = job->input_len;
    }
    if (job->error == NULL) {
        record->has_n = true;
        record->n = job->n;
    }
    return NBANG_OK;
}

/* The reason why n! will not be computed, into `reason`; false if there is none. */
static bool must_refuse(const nb_batch *batch, const nb_item *item, char *reason, size_t size)
{
    const nbang_options *options = batch->options;
    const nbang_estimate *estimate = &item->estimate;
    char number[NB_NUMBER_TEXT_SIZE];
    char limit[NB_NUMBER_TEXT_SIZE];
    uint64_t budget = batch->schedule.memory_limit_bytes;
    uint64_t process = nbang_machine_process_memory(batch->machine);
    if (options->max_digits > 0 && estimate->num_digits > options->max_digits) {
        snprintf(reason, size, "would have %s digits, more than the limit of %s",
                 nb_number_group(number, estimate->num_digits),
                 nb_number_group(limit, options->max_digits));
        return true;
    }
    if (estimate->memory_bytes > budget) {
        snprintf(reason, size, "needs about %s of memory, more than the limit of %s (%s)",
                 nb_number_size(number, estimate->memory_bytes), nb_number_size(limit, budget),
                 nbang_machine_memory_reason(batch->machine));
        return true;
    }
    uint64_t address_space = estimate->memory_bytes + estimate->memory_bytes / UNTOUCHED_SHARE;
    if (address_space > process) {
        snprintf(reason, size, "needs about %s of memory, more than the %s that a process may have",
                 nb_number_size(number, address_space), nb_number_size(limit, process));
        return true;
    }
    if (item->record.n > nbang_max_n()) {
        snprintf(reason, size, "is too large: factorials up to that of %s can be computed",
                 nb_number_group(number, nbang_max_n()));
        return true;
    }
    return false;
}

/* One job into the window. */
static nb_status take_job(nb_batch *batch, const nbang_job *job)
{
    nb_item *item = nb_window_push(&batch->window);
    nb_status status = copy_job(batch, item, job);
    if (status != NBANG_OK) {
        return status;
    }
    if (job->error != NULL) {
        nb_item_fail(item, NBANG_JOB_ERROR, job->error);
        nb_writer_result(&batch->writer, item);
        return NBANG_OK;
    }
    item->estimate = nbang_estimate_job(job->n);
    item->record.num_digits = item->estimate.num_digits;
    item->record.trailing_zeros = item->estimate.trailing_zeros;
    char reason[256];
    if (must_refuse(batch, item, reason, sizeof(reason))) {
        nb_item_fail(item, NBANG_JOB_REFUSED, reason);
        nb_writer_result(&batch->writer, item);
        return NBANG_OK;
    }
    batch->known_ns += item->estimate.time_ns;
    nb_schedule_add(&batch->schedule, item);
    return NBANG_OK;
}

nb_status nb_intake_take_jobs(nb_batch *batch)
{
    if (batch->source_status == NBANG_AGAIN) {
        batch->source_status = NBANG_OK;
    }
    while (batch->source_status == NBANG_OK && !nb_window_is_full(&batch->window)) {
        nbang_job job = {0};
        batch->source_status = batch->source->next(batch->source->ctx, &job);
        if (batch->source_status == NBANG_OK) {
            nb_status status = take_job(batch, &job);
            if (status != NBANG_OK) {
                return status;
            }
        }
    }
    return NBANG_OK;
}
