#include "run/intake.h"

#include <stdlib.h>
#include <string.h>

#include "run/refuse.h"

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

/* One job into the window. */
static nb_status take_job(nb_batch *batch, const nbang_job *job)
{
    nb_item *item = nb_window_push(&batch->window);
    nb_status status = copy_job(batch, item, job);
    if (status != NBANG_OK) {
        return status;
    }
    if (job->error != NULL) {
        nb_writer_fail(&batch->writer, item, NBANG_JOB_ERROR, job->error);
        return NBANG_OK;
    }
    item->estimate = nbang_estimate_content(job->n, batch->options->content);
    item->record.num_digits = item->estimate.num_digits;
    item->record.trailing_zeros = item->estimate.trailing_zeros;
    char reason[256];
    if (nb_refuses(batch->machine, batch->options, job->n, &item->estimate, reason,
                   sizeof(reason))) {
        nb_writer_fail(&batch->writer, item, NBANG_JOB_REFUSED, reason);
        return NBANG_OK;
    }
    nb_schedule_add(&batch->schedule, item);
    batch->known_ns += item->time_ns;
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
