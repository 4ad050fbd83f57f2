#include "measure/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nb_status nb_record_init(nb_record *record)
{
    *record = (nb_record){.metadata = json_object(), .warnings = json_array()};
    if (record->metadata == NULL || record->warnings == NULL) {
        nb_record_clear(record);
        return NBANG_NO_MEMORY;
    }
    return NBANG_OK;
}

void nb_record_clear(nb_record *record)
{
    for (size_t i = 0; i < record->num_points; i++) {
        free(record->points[i].samples);
    }
    free(record->points);
    free(record->command);
    json_decref(record->metadata);
    json_decref(record->warnings);
    *record = (nb_record){0};
}

nb_status nb_record_add_point(nb_record *record, const char *workload, unsigned workers,
                              nbang_bind bind, nbang_order order)
{
    const size_t num_points = record->num_points + 1;
    nb_point *points = realloc(record->points, num_points * sizeof(*points));
    if (points == NULL) {
        return NBANG_NO_MEMORY;
    }
    nb_point *point = &points[num_points - 1];
    *point = (nb_point){.workers = workers, .bind = bind, .order = order};
    snprintf(point->workload, sizeof(point->workload), "%s", workload);
    record->points = points;
    record->num_points = num_points;
    return NBANG_OK;
}

nb_status nb_point_add_sample(nb_point *point, const nb_sample *sample)
{
    const size_t num_samples = point->num_samples + 1;
    nb_sample *samples = realloc(point->samples, num_samples * sizeof(*samples));
    if (samples == NULL) {
        return NBANG_NO_MEMORY;
    }
    samples[num_samples - 1] = *sample;
    point->samples = samples;
    point->num_samples = num_samples;
    return NBANG_OK;
}

nb_point *nb_record_find_point(const nb_record *record, const nb_point *like)
{
    for (size_t i = 0; i < record->num_points; i++) {
        if (nb_point_same(&record->points[i], like)) {
            return &record->points[i];
        }
    }
    return NULL;
}

nb_status nb_record_add_sample(nb_record *record, const nb_point *like, const nb_sample *sample)
{
    nb_point *point = nb_record_find_point(record, like);
    if (point == NULL) {
        if (record->num_points == NB_RECORD_MAX_POINTS) {
            return NBANG_OUT_OF_RANGE;
        }
        const nb_status status =
            nb_record_add_point(record, like->workload, like->workers, like->bind, like->order);
        if (status) {
            return status;
        }
        point = &record->points[record->num_points - 1];
    }
    return nb_point_add_sample(point, sample);
}

const char *nb_record_text(const nb_record *record, const char *key, const char *unknown)
{
    const char *value = json_string_value(json_object_get(record->metadata, key));
    return value ? value : unknown;
}

size_t nb_record_slots(const nb_record *record, const nb_point *point)
{
    const json_t *topology = json_object_get(record->metadata, "topology");
    size_t i;
    json_t *placement;
    json_array_foreach(json_object_get(topology, "placements"), i, placement)
    {
        const char *bind = json_string_value(json_object_get(placement, "bind"));
        const char *order = json_string_value(json_object_get(placement, "order"));
        if (bind != NULL && order != NULL && strcmp(bind, nb_point_bind_name(point)) == 0 &&
            strcmp(order, nb_point_order_name(point)) == 0) {
            return json_array_size(json_object_get(placement, "slots"));
        }
    }
    return 0;
}

bool nb_record_has_samples(const nb_record *record)
{
    for (size_t i = 0; i < record->num_points; i++) {
        if (record->points[i].num_samples > 0) {
            return true;
        }
    }
    return false;
}

/* Where `point` goes among sorted points: behind those of its series that have fewer workers, or
 * behind all if it is the first of a series. */
static size_t find_place(const nb_point *points, size_t num_points, const nb_point *point)
{
    size_t place = num_points;
    for (size_t i = 0; i < num_points; i++) {
        if (nb_point_same_series(&points[i], point)) {
            if (points[i].workers > point->workers) {
                return i;
            }
            place = i + 1;
        }
    }
    return place;
}

void nb_record_sort_points(nb_record *record)
{
    nb_point *points = record->points;
    for (size_t i = 1; i < record->num_points; i++) {
        const nb_point point = points[i];
        const size_t place = find_place(points, i, &point);
        memmove(&points[place + 1], &points[place], (i - place) * sizeof(*points));
        points[place] = point;
    }
}

nb_status nb_record_warn(nb_record *record, const char *sentence)
{
    size_t i;
    json_t *known;
    json_array_foreach(record->warnings, i, known)
    {
        if (strcmp(json_string_value(known), sentence) == 0) {
            return NBANG_OK;
        }
    }
    json_t *warning = json_string(sentence);
    return json_array_append_new(record->warnings, warning) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}

/* ---- names ---- */

static const char *const bind_names[] = {"core", "pu", "numa", "none"};
static const char *const order_names[] = {"close", "spread"};

bool nb_point_same_series(const nb_point *a, const nb_point *b)
{
    return strcmp(a->workload, b->workload) == 0 && a->bind == b->bind && a->order == b->order;
}

bool nb_point_same(const nb_point *a, const nb_point *b)
{
    return nb_point_same_series(a, b) && a->workers == b->workers;
}

const char *nb_point_bind_name(const nb_point *point)
{
    return bind_names[point->bind];
}

const char *nb_point_order_name(const nb_point *point)
{
    return order_names[point->order];
}

const char *nb_point_name(char out[NB_POINT_NAME_SIZE], const nb_point *point)
{
    const bool is_bound = point->bind == NBANG_BIND_CORE;
    const bool is_close = point->order == NBANG_ORDER_CLOSE;
    snprintf(out, NB_POINT_NAME_SIZE, "%s/workers:%u%s%s%s%s", point->workload, point->workers,
             is_bound ? "" : "/bind:", is_bound ? "" : nb_point_bind_name(point),
             is_close ? "" : "/order:", is_close ? "" : nb_point_order_name(point));
    return out;
}

/* The position of `name` among `names`; `count` if it is none of them. */
static unsigned find_name(const char *name, const char *const *names, unsigned count)
{
    unsigned i = 0;
    while (i < count && strcmp(name, names[i]) != 0) {
        i++;
    }
    return i;
}

nb_status nb_point_set_workload(nb_point *point, const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i]) && strchr(".-_", name[i]) == NULL) {
            return NBANG_INVALID;
        }
    }
    if (len == 0 || len >= sizeof(point->workload)) {
        return NBANG_INVALID;
    }
    memcpy(point->workload, name, len + 1);
    return NBANG_OK;
}

nb_status nb_point_place(nb_point *point, const char *bind, const char *order)
{
    const unsigned bind_index = find_name(bind, bind_names, 4);
    const unsigned order_index = find_name(order, order_names, 2);
    if (bind_index == 4 || order_index == 2) {
        return NBANG_INVALID;
    }
    point->bind = (nbang_bind)bind_index;
    point->order = (nbang_order)order_index;
    return NBANG_OK;
}

/* Reads one part of a name behind the workload, as "workers:2". */
static nb_status parse_part(nb_point *point, const char *part)
{
    unsigned index;
    if (strncmp(part, "workers:", 8) == 0) {
        char *end;
        const unsigned long workers = strtoul(part + 8, &end, 10);
        const bool is_count =
            part[8] >= '1' && part[8] <= '9' && *end == '\0' && workers <= NB_POINT_MAX_WORKERS;
        point->workers = is_count ? (unsigned)workers : 0;
        return is_count ? NBANG_OK : NBANG_INVALID;
    }
    if (strncmp(part, "bind:", 5) == 0 && (index = find_name(part + 5, bind_names, 4)) < 4) {
        point->bind = (nbang_bind)index;
        return NBANG_OK;
    }
    if (strncmp(part, "order:", 6) == 0 && (index = find_name(part + 6, order_names, 2)) < 2) {
        point->order = (nbang_order)index;
        return NBANG_OK;
    }
    return NBANG_INVALID;
}

nb_status nb_point_parse_name(nb_point *point, const char *name)
{
    char copy[NB_POINT_NAME_SIZE];
    if (strlen(name) >= sizeof(copy)) {
        return NBANG_INVALID;
    }
    snprintf(copy, sizeof(copy), "%s", name);
    char *rest = NULL;
    const char *workload = strtok_r(copy, "/", &rest);
    nb_point parsed = {.workers = 0};
    if (workload == NULL || nb_point_set_workload(&parsed, workload) != NBANG_OK) {
        return NBANG_INVALID;
    }
    for (const char *part; (part = strtok_r(NULL, "/", &rest)) != NULL;) {
        if (parse_part(&parsed, part) != NBANG_OK) {
            return NBANG_INVALID;
        }
    }
    if (parsed.workers == 0) {
        return NBANG_INVALID;
    }
    *point = parsed;
    return NBANG_OK;
}
