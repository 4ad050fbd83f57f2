/* The form `json`. */
#include <inttypes.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/format.h"
#include "cli/printable.h"

/* A record without its input and error is about half as long. */
enum { USUAL_BYTES = 1024 };

/* Each of these makes a value, null where there is nothing to say; NULL without memory. */

static json_t *integer(bool known, uint64_t value)
{
    return known && value <= INT64_MAX ? json_integer((json_int_t)value) : json_null();
}

static json_t *text(const char *bytes, size_t len)
{
    json_t *value = json_stringn(bytes, len);
    if (value) {
        return value;
    }
    char *escaped = malloc(NB_PRINTABLE_GROWTH * len + 1); /* it was not UTF-8, then */
    if (escaped) {
        value = json_stringn(escaped, nb_printable_escape(escaped, bytes, len, false));
        free(escaped);
    }
    return value;
}

static json_t *text_or_null(const char *string)
{
    return string ? text(string, strlen(string)) : json_null();
}

static json_t *place(const char *file, uint64_t line)
{
    if (!file || line == 0) {
        return text_or_null(file);
    }
    char *string;
    int len = asprintf(&string, "%s:%" PRIu64, file, line);
    if (len < 0) {
        return NULL;
    }
    json_t *value = text(string, (size_t)len);
    free(string);
    return value;
}

/* True or false once there was a result to look at. */
static json_t *verdict(const nbang_record *record)
{
    bool known = record->status == NBANG_JOB_OK || record->failed_verification;
    return known ? json_boolean(record->verified) : json_null();
}

/* Appends a member and takes over `value`, which may be NULL for want of memory: false, then. */
static bool add(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new_nocheck(object, key, value) == 0;
}

/* The record without its value; NULL without memory. */
static json_t *record_object(const nbang_record *record, bool digest)
{
    json_t *object = json_object();
    bool ok = object && add(object, "index", integer(true, record->index)) &&
              add(object, "input", text(record->input, record->input_len)) &&
              add(object, "source", place(record->file, record->line)) &&
              add(object, "n", integer(record->has_n, record->n)) &&
              add(object, "status", json_string(nbang_job_status_string(record->status))) &&
              add(object, "error", text_or_null(record->error)) &&
              add(object, "num_digits", integer(record->has_n, record->num_digits)) &&
              add(object, "trailing_zeros", integer(record->has_n, record->trailing_zeros)) &&
              add(object, "verified", verdict(record)) &&
              (!digest || add(object, "sha256", text_or_null(record->sha256))) &&
              add(object, "wall_ns", integer(record->wall_ns > 0, record->wall_ns)) &&
              add(object, "cpu_ns", integer(record->cpu_ns > 0, record->cpu_ns)) &&
              add(object, "attempts", integer(true, record->attempts));
    if (!ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Writes `object` without its closing brace. */
static nb_status write_open_object(nb_target *target, const json_t *object)
{
    char usual[USUAL_BYTES];
    char *longer = NULL;
    size_t len = json_dumpb(object, usual, sizeof(usual), JSON_COMPACT);
    if (len > sizeof(usual)) {
        longer = malloc(len);
        if (!longer) {
            return NBANG_NO_MEMORY;
        }
        (void)json_dumpb(object, longer, len, JSON_COMPACT);
    }
    nb_status status = NBANG_NO_MEMORY; /* json_dumpb has no other reason to answer 0 */
    if (len > 0) {
        status = nb_target_write(target, longer ? longer : usual, len - 1);
    }
    free(longer);
    return status;
}

static nb_status json_head(nb_target *target, const nbang_record *record, bool digest, bool *open)
{
    json_t *object = record_object(record, digest);
    if (!object) {
        return NBANG_NO_MEMORY;
    }
    nb_status status = write_open_object(target, object);
    json_decref(object);
    *open = record->status == NBANG_JOB_OK && !digest;
    if (status == NBANG_OK && !digest) {
        const char *value = *open ? ",\"value\":\"" : ",\"value\":null";
        status = nb_target_write(target, value, strlen(value));
    }
    return status;
}

const nb_format *nb_format_json(void)
{
    static const nb_format format = {.suffix = ".json",
                                     .explains = true,
                                     .head = json_head,
                                     .tail_open = "\"}\n",
                                     .tail_closed = "}\n"};
    return &format;
}
