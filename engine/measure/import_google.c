/* Google Benchmark's JSON, as nbang writes it or a tool has filtered it; see export.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/import_private.h"

/* Says what is wrong with row `index`. Returns NBANG_INVALID. */
static nb_status refuse(char error[NB_RECORD_ERROR_SIZE], size_t index, const char *reason)
{
    snprintf(error, NB_RECORD_ERROR_SIZE, "benchmarks[%zu]%s", index, reason);
    return NBANG_INVALID;
}

/* Nanoseconds of a time unit; 0 if it is none. */
static double unit_ns(const char *unit)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(unit, units[i].name) == 0) {
            return units[i].ns;
        }
    }
    return 0;
}

/* A number of at least `min` that a count can hold, times `factor`. */
static bool read_number(uint64_t *count, const json_t *row, const char *name, double factor,
                        double min)
{
    const json_t *number = json_object_get(row, name);
    const double value = json_number_value(number) * factor;
    if (!json_is_number(number) || !(value >= min && value < 9e18)) {
        return false;
    }
    *count = (uint64_t)llround(value);
    return true;
}

static bool read_counter(uint64_t *count, const json_t *row, const char *name)
{
    *count = NB_COUNT_UNKNOWN;
    return json_object_get(row, name) == NULL || read_number(count, row, name, 1, 0);
}

static nb_status read_row(nb_record *record, const json_t *row, size_t index,
                          char error[NB_RECORD_ERROR_SIZE])
{
    const char *type = json_string_value(json_object_get(row, "run_type"));
    if (type && strcmp(type, "aggregate") == 0) {
        return NBANG_OK;
    }
    const char *name = json_string_value(json_object_get(row, "name"));
    nb_point like;
    if (name == NULL || nb_point_parse_name(&like, name) != NBANG_OK) {
        return refuse(error, index, ".name names no point of nbang bench");
    }
    if (json_is_true(json_object_get(row, "error_occurred"))) {
        return refuse(error, index, " is a run that failed");
    }
    const double unit = unit_ns(json_string_value(json_object_get(row, "time_unit")));
    nb_sample sample = {.turn = index};
    if (unit == 0) {
        return refuse(error, index, ".time_unit is not ns, us, ms or s");
    }
    if (!read_number(&sample.wall_ns, row, "real_time", unit, 1)) {
        return refuse(error, index, ".real_time is no time");
    }
    if (!read_number(&sample.cpu_ns, row, "cpu_time", unit, 0)) {
        return refuse(error, index, ".cpu_time is no time");
    }
    if (json_object_get(row, "turn") && !read_number(&sample.turn, row, "turn", 1, 0)) {
        return refuse(error, index, ".turn is not a count");
    }
    if (!read_counter(&sample.cycles, row, "CYCLES")) {
        return refuse(error, index, ".CYCLES is not a count");
    }
    if (!read_counter(&sample.instructions, row, "INSTRUCTIONS")) {
        return refuse(error, index, ".INSTRUCTIONS is not a count");
    }
    const nb_status status = nb_record_add_sample(record, &like, &sample);
    return status == NBANG_OUT_OF_RANGE ? refuse(error, index, " is of one point too many")
                                        : status;
}

/* All but the points: what the context has under "nbang", or else nothing but the date. */
static nb_status read_context(nb_record *record, const json_t *context,
                              char error[NB_RECORD_ERROR_SIZE])
{
    const json_t *ours = json_object_get(context, "nbang");
    json_t *head = NULL;
    if (ours) {
        head = json_deep_copy(ours);
        json_object_set_new(head, "points", json_array());
    } else {
        const char *date = json_string_value(json_object_get(context, "date"));
        head = json_pack("{s:s, s:s, s:b, s:i, s:{s:s?}, s:[], s:[]}", "schema", NB_RECORD_SCHEMA,
                         "command", "", "interrupted", 0, "seed", 0, "metadata", "date", date,
                         "warnings", "points");
    }
    if (head == NULL) {
        return NBANG_NO_MEMORY;
    }
    char reason[NB_RECORD_ERROR_SIZE / 2];
    const nb_status status = nb_record_from_json(record, head, reason, sizeof(reason));
    json_decref(head);
    if (status == NBANG_INVALID) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "context.nbang: %s", reason);
    }
    return status;
}

nb_status nb_import_google(nb_record *record, const json_t *object,
                           char error[NB_RECORD_ERROR_SIZE])
{
    nb_status status = read_context(record, json_object_get(object, "context"), error);
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(object, "benchmarks"), i, row)
    {
        if (status == NBANG_OK) {
            status = read_row(record, row, i, error);
        }
    }
    return status;
}
