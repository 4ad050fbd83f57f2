/* A record as JSON, and back. What is read may come from anywhere: each member is checked, and what
 * is wrong is named as "points[2].samples[0].wall_ns". */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "measure/record.h"

/* More than anybody reads; they are searched one by one. */
#define MAX_WARNINGS 1000

/* ---- writing ---- */

/* A count of 64 bits. JSON's integers have 63 with jansson, as with most; what is larger becomes a
 * string of digits, and what is not known null. */
static json_t *count_to_json(uint64_t count)
{
    if (count <= INT64_MAX) {
        return json_integer((json_int_t)count);
    }
    if (count == NB_COUNT_UNKNOWN) {
        return json_null();
    }
    return json_sprintf("%" PRIu64, count);
}

static json_t *sample_to_json(const nb_sample *sample)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "turn", count_to_json(sample->turn), "wall_ns",
                     count_to_json(sample->wall_ns), "cpu_ns", count_to_json(sample->cpu_ns),
                     "cycles", count_to_json(sample->cycles), "instructions",
                     count_to_json(sample->instructions));
}

static json_t *point_to_json(const nb_point *point)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < point->num_samples; i++) {
        if (json_array_append_new(samples, sample_to_json(&point->samples[i])) != 0) {
            json_decref(samples);
            return NULL;
        }
    }
    return json_pack("{s:s, s:i, s:s, s:s, s:o}", "workload", point->workload, "workers",
                     (int)point->workers, "bind", nb_point_bind_name(point), "order",
                     nb_point_order_name(point), "samples", samples);
}

json_t *nb_record_to_json(const nb_record *record)
{
    json_t *points = json_array();
    for (size_t i = 0; i < record->num_points; i++) {
        if (json_array_append_new(points, point_to_json(&record->points[i])) != 0) {
            json_decref(points);
            return NULL;
        }
    }
    /* The seed is a string if need be; all ones is a seed like any other. */
    json_t *seed = record->seed <= INT64_MAX ? json_integer((json_int_t)record->seed)
                                             : json_sprintf("%" PRIu64, record->seed);
    return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "schema", NB_RECORD_SCHEMA, "command",
                     record->command ? record->command : "", "interrupted", record->interrupted,
                     "seed", seed, "metadata", json_deep_copy(record->metadata), "warnings",
                     json_deep_copy(record->warnings), "points", points);
}

/* ---- reading ---- */

/* Where we are in the object, and where to complain. */
typedef struct reader {
    size_t point, sample; /* positions, counted when `depth` says so */
    int depth;            /* 0: the record's own members, 1: a point's, 2: a sample's */
    char *error;
    size_t error_size;
} reader;

/* Writes "MEMBER is ..." with the member's place in front. Returns NBANG_INVALID. */
__attribute__((format(printf, 3, 4))) static nb_status refuse(const reader *in, const char *member,
                                                              const char *format, ...)
{
    char place[64] = "";
    if (in->depth == 1) {
        snprintf(place, sizeof(place), "points[%zu].", in->point);
    } else if (in->depth == 2) {
        snprintf(place, sizeof(place), "points[%zu].samples[%zu].", in->point, in->sample);
    }
    char reason[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    snprintf(in->error, in->error_size, "%s%s %s", place, member, reason);
    return NBANG_INVALID;
}

/* A member of `object` that must be there and of this type. */
static nb_status get_member(const json_t **value, const reader *in, const json_t *object,
                            const char *name, json_type type)
{
    static const char *const types[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",     [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_TRUE] = "true or false",
    };
    const json_t *member = json_object_get(object, name);
    if (member == NULL) {
        return refuse(in, name, "is missing");
    }
    const json_type got = json_is_false(member) ? JSON_TRUE : json_typeof(member);
    if (got != type) {
        return refuse(in, name, "is not %s", types[type]);
    }
    *value = member;
    return NBANG_OK;
}

/* A count: an integer, or a string of digits for one of 64 bits. */
static nb_status read_count(uint64_t *count, const reader *in, const json_t *object,
                            const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (value == NULL) {
        return refuse(in, name, "is missing");
    }
    uint64_t read = 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        read = (uint64_t)json_integer_value(value);
    } else if (!json_is_string(value) || nb_number_parse(&read, json_string_value(value),
                                                         json_string_length(value)) != NBANG_OK) {
        return refuse(in, name, "is not a count");
    }
    *count = read;
    return NBANG_OK;
}

/* A count from `min` to `max`. */
static nb_status read_count_between(uint64_t *count, const reader *in, const json_t *object,
                                    const char *name, uint64_t min, uint64_t max)
{
    uint64_t read = 0;
    const nb_status status = read_count(&read, in, object, name);
    if (status) {
        return status;
    }
    if (read < min) {
        return refuse(in, name, "is below %" PRIu64, min);
    }
    if (read > max) {
        return refuse(in, name, "is above %" PRIu64, max);
    }
    *count = read;
    return NBANG_OK;
}

/* A count that may be null. */
static nb_status read_known_count(uint64_t *count, const reader *in, const json_t *object,
                                  const char *name)
{
    if (json_is_null(json_object_get(object, name))) {
        *count = NB_COUNT_UNKNOWN;
        return NBANG_OK;
    }
    return read_count(count, in, object, name);
}

static nb_status read_sample(nb_sample *sample, const reader *in, const json_t *object)
{
    nb_status status = read_count(&sample->turn, in, object, "turn");
    if (status == NBANG_OK) {
        status = read_count_between(&sample->wall_ns, in, object, "wall_ns", 1, INT64_MAX);
    }
    if (status == NBANG_OK) {
        status = read_count_between(&sample->cpu_ns, in, object, "cpu_ns", 0, INT64_MAX);
    }
    if (status == NBANG_OK) {
        status = read_known_count(&sample->cycles, in, object, "cycles");
    }
    return status ? status : read_known_count(&sample->instructions, in, object, "instructions");
}

static nb_status read_samples(nb_point *point, reader *in, const json_t *object)
{
    const json_t *samples = NULL;
    nb_status status = get_member(&samples, in, object, "samples", JSON_ARRAY);
    if (status) {
        return status;
    }
    in->depth = 2;
    for (in->sample = 0; in->sample < json_array_size(samples) && status == NBANG_OK;
         in->sample++) {
        nb_sample sample;
        status = read_sample(&sample, in, json_array_get(samples, in->sample));
        if (status == NBANG_OK) {
            status = nb_point_add_sample(point, &sample);
        }
    }
    in->depth = 1;
    return status;
}

/* What a point is called, in the members "workload", "workers", "bind" and "order". */
static nb_status read_point_name(nb_point *point, const reader *in, const json_t *object)
{
    const json_t *workload = NULL, *bind = NULL, *order = NULL;
    uint64_t workers = 0;
    nb_status status = get_member(&workload, in, object, "workload", JSON_STRING);
    if (status == NBANG_OK) {
        status = read_count_between(&workers, in, object, "workers", 1, NB_POINT_MAX_WORKERS);
    }
    if (status == NBANG_OK) {
        status = get_member(&bind, in, object, "bind", JSON_STRING);
    }
    if (status == NBANG_OK) {
        status = get_member(&order, in, object, "order", JSON_STRING);
    }
    if (status) {
        return status;
    }
    nb_point named = {.workers = (unsigned)workers};
    if (nb_point_set_workload(&named, json_string_value(workload)) != NBANG_OK) {
        return refuse(in, "workload", "is not the name of one");
    }
    if (nb_point_place(&named, json_string_value(bind), json_string_value(order)) != NBANG_OK) {
        return refuse(in, "bind", "and order name no placement");
    }
    *point = named;
    return NBANG_OK;
}

static nb_status read_point(nb_record *record, reader *in, const json_t *object)
{
    nb_point named;
    nb_status status = read_point_name(&named, in, object);
    if (status) {
        return status;
    }
    if (nb_record_find_point(record, &named) != NULL) {
        char name[NB_POINT_NAME_SIZE];
        return refuse(in, "workload", "repeats the point %s", nb_point_name(name, &named));
    }
    status = nb_record_add_point(record, named.workload, named.workers, named.bind, named.order);
    return status ? status : read_samples(&record->points[record->num_points - 1], in, object);
}

static nb_status read_points(nb_record *record, reader *in, const json_t *object)
{
    const json_t *points = NULL;
    nb_status status = get_member(&points, in, object, "points", JSON_ARRAY);
    if (status) {
        return status;
    }
    if (json_array_size(points) > NB_RECORD_MAX_POINTS) {
        return refuse(in, "points", "are more than %d", NB_RECORD_MAX_POINTS);
    }
    in->depth = 1;
    for (in->point = 0; in->point < json_array_size(points) && status == NBANG_OK; in->point++) {
        status = read_point(record, in, json_array_get(points, in->point));
    }
    in->depth = 0;
    nb_record_sort_points(record);
    return status;
}

static nb_status read_warnings(nb_record *record, const reader *in, const json_t *object)
{
    const json_t *warnings = NULL;
    nb_status status = get_member(&warnings, in, object, "warnings", JSON_ARRAY);
    if (json_array_size(warnings) > MAX_WARNINGS) {
        return refuse(in, "warnings", "are more than %d", MAX_WARNINGS);
    }
    for (size_t i = 0; status == NBANG_OK && i < json_array_size(warnings); i++) {
        const json_t *warning = json_array_get(warnings, i);
        status = json_is_string(warning) ? nb_record_warn(record, json_string_value(warning))
                                         : refuse(in, "warnings", "are not all strings");
    }
    return status;
}

/* All but the points. */
static nb_status read_head(nb_record *record, const reader *in, const json_t *object)
{
    const json_t *command = NULL, *interrupted = NULL, *metadata = NULL;
    nb_status status = get_member(&command, in, object, "command", JSON_STRING);
    if (status == NBANG_OK) {
        status = get_member(&interrupted, in, object, "interrupted", JSON_TRUE);
    }
    if (status == NBANG_OK) {
        status = get_member(&metadata, in, object, "metadata", JSON_OBJECT);
    }
    if (status == NBANG_OK) {
        status = read_count(&record->seed, in, object, "seed");
    }
    if (status) {
        return status;
    }
    record->interrupted = json_is_true(interrupted);
    record->command = strdup(json_string_value(command));
    json_t *copy = json_deep_copy(metadata);
    if (record->command == NULL || copy == NULL) {
        json_decref(copy);
        return NBANG_NO_MEMORY;
    }
    json_decref(record->metadata);
    record->metadata = copy;
    return read_warnings(record, in, object);
}

/* Whether it is a record at all, and not a newer one. */
static nb_status check_schema(const reader *in, const json_t *object)
{
    const char *schema = json_string_value(json_object_get(object, "schema"));
    if (schema == NULL || strncmp(schema, "nbang-bench-", 12) != 0) {
        snprintf(in->error, in->error_size, "not a record of nbang bench");
        return NBANG_INVALID;
    }
    if (strcmp(schema, NB_RECORD_SCHEMA) != 0) {
        return refuse(in, "schema", "is not \"" NB_RECORD_SCHEMA "\": a newer nbang can read it");
    }
    return NBANG_OK;
}

nb_status nb_record_from_json(nb_record *record, const json_t *object, char *error,
                              size_t error_size)
{
    reader in = {.error = error, .error_size = error_size};
    nb_record result;
    nb_status status = nb_record_init(&result);
    if (status) {
        snprintf(error, error_size, "%s", nbang_status_string(status));
        return status;
    }
    status = check_schema(&in, object);
    if (status == NBANG_OK) {
        status = read_head(&result, &in, object);
    }
    if (status == NBANG_OK) {
        status = read_points(&result, &in, object);
    }
    if (status) {
        nb_record_clear(&result);
        if (status == NBANG_NO_MEMORY) {
            snprintf(error, error_size, "%s", nbang_status_string(status));
        }
        return status;
    }
    *record = result;
    return NBANG_OK;
}
