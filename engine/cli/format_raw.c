/* The form `raw`. */
#include "cli/format.h"

/* What the worker sends is what is written. */
static nb_status raw_head(nb_target *target, const nbang_record *record, bool digest, bool *open)
{
    (void)target;
    (void)digest;
    *open = record->status == NBANG_JOB_OK;
    return NBANG_OK;
}

const nb_format *nb_format_raw(void)
{
    static const nb_format format = {
        .suffix = ".raw", .binary = true, .head = raw_head, .tail_open = "", .tail_closed = ""};
    return &format;
}
