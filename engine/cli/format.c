#include "cli/format.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

static nb_status write_string(nb_target *target, const char *string)
{
    return nb_target_write(target, string, strlen(string));
}

nb_status nb_formatter_begin(nb_formatter *formatter, const nbang_record *record)
{
    formatter->by_ends = formatter->abbreviate && formatter->format->for_people &&
                         record->status == NBANG_JOB_OK && !formatter->digest &&
                         record->num_digits > NB_FORMAT_SHOWN_DIGITS;
    if (formatter->by_ends) {
        nb_ends_init(&formatter->ends);
    }
    return formatter->format->head(formatter->target, record, formatter->digest, &formatter->open);
}

nb_status nb_formatter_text(nb_formatter *formatter, const char *digits, size_t len)
{
    if (formatter->by_ends) {
        nb_ends_add(&formatter->ends, digits, len);
        return NBANG_OK;
    }
    return nb_target_write(formatter->target, digits, len);
}

/* The value that was kept back. */
static nb_status write_ends(nb_target *target, const nb_ends *ends, bool complete)
{
    char line[NB_ENDS_HEAD + NB_ENDS_TAIL + NB_NUMBER_TEXT_SIZE + 32];
    if (!complete || ends->len < NB_ENDS_HEAD + NB_ENDS_TAIL) {
        size_t head_len = ends->len < NB_ENDS_HEAD ? (size_t)ends->len : NB_ENDS_HEAD;
        snprintf(line, sizeof(line), "%.*s…", (int)head_len, ends->head);
    } else {
        char count[NB_NUMBER_TEXT_SIZE];
        snprintf(line, sizeof(line), "%.*s…(%s digits)…%.*s", NB_ENDS_HEAD, ends->head,
                 nb_number_group(count, ends->len), NB_ENDS_TAIL, ends->tail);
    }
    return write_string(target, line);
}

nb_status nb_formatter_end(nb_formatter *formatter, const nbang_record *record, bool complete)
{
    const nb_format *format = formatter->format;
    nb_target *target = formatter->target;
    nb_status status = NBANG_OK;
    if (formatter->by_ends) {
        status = write_ends(target, &formatter->ends, complete);
    }
    if (status == NBANG_OK && formatter->open && !complete && !format->binary) {
        status = write_string(target, "!incomplete");
    }
    if (status == NBANG_OK) {
        status = write_string(target, formatter->open ? format->tail_open : format->tail_closed);
    }
    bool is_cut = record->status == NBANG_JOB_OK && !complete;
    bool is_gap = record->status == NBANG_JOB_INTERRUPTED && !format->explains;
    if (status == NBANG_OK && !is_cut && !is_gap) {
        nb_target_mark(target);
    }
    return status;
}
