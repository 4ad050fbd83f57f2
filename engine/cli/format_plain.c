/* The forms `digits` and `text`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/format.h"
#include "cli/printable.h"

/* The digest where it takes the place of the digits. */
static nb_status write_digest(nb_target *target, const nbang_record *record, bool digest)
{
    if (!digest || !record->sha256) {
        return NBANG_OK;
    }
    return nb_target_write(target, record->sha256, strlen(record->sha256));
}

static nb_status digits_head(nb_target *target, const nbang_record *record, bool digest, bool *open)
{
    *open = record->status == NBANG_JOB_OK;
    return *open ? write_digest(target, record, digest) : NBANG_OK;
}

/* Writes any bytes as part of a line. */
static nb_status write_printable(nb_target *target, const char *bytes, size_t len)
{
    char *text = malloc(NB_PRINTABLE_GROWTH * len + 1);
    if (!text) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = nb_target_write(target, text, nb_printable_escape(text, bytes, len, true));
    free(text);
    return status;
}

/* As "12x: error: "12x" is not a number". */
static nb_status write_failure(nb_target *target, const nbang_record *record)
{
    char middle[32];
    int len = snprintf(middle, sizeof(middle), ": %s", nbang_job_status_string(record->status));
    nb_status status = write_printable(target, record->input, record->input_len);
    if (status == NBANG_OK) {
        status = nb_target_write(target, middle, (size_t)len);
    }
    if (status == NBANG_OK && record->error) {
        status = nb_target_write(target, ": ", 2);
    }
    if (status == NBANG_OK && record->error) {
        status = write_printable(target, record->error, strlen(record->error));
    }
    return status;
}

static nb_status text_head(nb_target *target, const nbang_record *record, bool digest, bool *open)
{
    *open = record->status == NBANG_JOB_OK;
    if (!*open) {
        return write_failure(target, record);
    }
    char left[48];
    int len = snprintf(left, sizeof(left), "%" PRIu64 "!%s = ", record->n, digest ? " sha256" : "");
    nb_status status = nb_target_write(target, left, (size_t)len);
    return status == NBANG_OK ? write_digest(target, record, digest) : status;
}

const nb_format *nb_format_digits(void)
{
    static const nb_format format = {.suffix = ".txt",
                                     .for_people = true,
                                     .head = digits_head,
                                     .tail_open = "\n",
                                     .tail_closed = "\n"};
    return &format;
}

const nb_format *nb_format_text(void)
{
    static const nb_format format = {.suffix = ".txt",
                                     .for_people = true,
                                     .explains = true,
                                     .head = text_head,
                                     .tail_open = "\n",
                                     .tail_closed = "\n"};
    return &format;
}
