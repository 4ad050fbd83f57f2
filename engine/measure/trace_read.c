#include "measure/trace_read.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_US 1000.0
#define NS_PER_S 1e9

/* Times are written to the nanosecond, but for those of runs of weeks (cli/trace_file.c). */
#define MAX_TIME_US 1e15

/* What is being read, and where to complain about it. */
typedef struct reader {
    nb_trace_data *trace;
    unsigned num_slots; /* of the machine */
    unsigned workers;
    char *error;
    size_t error_size;
} reader;

__attribute__((format(printf, 2, 3))) static nb_status invalid(const reader *r, const char *format,
                                                               ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->error, r->error_size, format, arguments);
    va_end(arguments);
    return NBANG_INVALID;
}

void nb_trace_data_clear(nb_trace_data *trace)
{
    for (size_t i = 0; i < trace->num_tracks; i++) {
        free(trace->tracks[i].name);
        free(trace->tracks[i].spans);
    }
    free(trace->tracks);
    *trace = (nb_trace_data){0};
}

static bool is_master(const nb_trace_track *track)
{
    return track->worker == NBANG_SPAN_MASTER;
}

/* ---- tracks and spans ---- */

/* An integer from `low` on that fits into 32 bits. */
static bool get_number(uint32_t *number, const json_t *object, const char *key, json_int_t low)
{
    const json_t *value = json_object_get(object, key);
    const json_int_t found = json_integer_value(value);
    if (!json_is_integer(value) || found < low || found >= UINT32_MAX) {
        return false;
    }
    *number = (uint32_t)found;
    return true;
}

/* Worker and place of an event, from its process and thread (cli/trace_file.h). */
static bool get_thread(uint32_t *worker, uint32_t *place, const json_t *event)
{
    uint32_t process, thread;
    if (!get_number(&process, event, "pid", 1) || !get_number(&thread, event, "tid", 1)) {
        return false;
    }
    *worker = process == 1 ? NBANG_SPAN_MASTER : process - 2;
    *place = thread - 1;
    return true;
}

static nb_trace_track *find_track(const nb_trace_data *trace, uint32_t worker, uint32_t place)
{
    for (size_t i = 0; i < trace->num_tracks; i++) {
        nb_trace_track *track = &trace->tracks[i];
        if (track->worker == worker && track->place == place) {
            return track;
        }
    }
    return NULL;
}

/* A metadata event that names a thread makes its track. */
static nb_status add_track(const reader *r, size_t i, const json_t *event)
{
    nb_trace_data *trace = r->trace;
    const char *name = json_string_value(json_object_get(json_object_get(event, "args"), "name"));
    uint32_t worker, place;
    if (name == NULL || !get_thread(&worker, &place, event)) {
        return invalid(r, "traceEvents[%zu]: not the name of a thread", i);
    }
    if (find_track(trace, worker, place) != NULL) {
        return invalid(r, "traceEvents[%zu]: this thread has a name already", i);
    }
    nb_trace_track *tracks =
        realloc(trace->tracks, (trace->num_tracks + 1) * sizeof(*trace->tracks));
    if (tracks == NULL) {
        return NBANG_NO_MEMORY;
    }
    trace->tracks = tracks;
    char *copy = strdup(name);
    if (copy == NULL) {
        return NBANG_NO_MEMORY;
    }
    tracks[trace->num_tracks++] = (nb_trace_track){.worker = worker, .place = place, .name = copy};
    return NBANG_OK;
}

/* NBANG_PHASE_IDLE if it is no phase's name. */
static nbang_phase phase_named(const char *name)
{
    unsigned i = NBANG_NUM_PHASES - 1;
    while (i > 0 && strcmp(name, nbang_phase_name((nbang_phase)i)) != 0) {
        i--;
    }
    return (nbang_phase)i;
}

static bool get_time(double *us, const json_t *event, const char *key)
{
    const json_t *value = json_object_get(event, key);
    *us = json_number_value(value);
    return json_is_number(value) && *us >= 0 && *us < MAX_TIME_US;
}

static uint64_t get_n(const json_t *event)
{
    const json_t *n = json_object_get(json_object_get(event, "args"), "n");
    return json_is_integer(n) && json_integer_value(n) >= 0 ? (uint64_t)json_integer_value(n)
                                                            : NBANG_SPAN_NO_JOB;
}

/* Makes room for one more span, twice as much each time. */
static nb_status reserve_span(nb_trace_track *track)
{
    const size_t count = track->num_spans;
    if ((count & (count - 1)) != 0) {
        return NBANG_OK;
    }
    nbang_span *spans = realloc(track->spans, (count > 0 ? 2 * count : 1) * sizeof(*spans));
    if (spans == NULL) {
        return NBANG_NO_MEMORY;
    }
    track->spans = spans;
    return NBANG_OK;
}

/* A complete event is a span of its thread. */
static nb_status add_span(const reader *r, size_t i, const json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "name"));
    const nbang_phase phase = name != NULL ? phase_named(name) : NBANG_PHASE_IDLE;
    if (phase == NBANG_PHASE_IDLE) {
        return NBANG_OK; /* somebody else's */
    }
    uint32_t worker, place;
    double start_us, length_us;
    if (!get_thread(&worker, &place, event) || !get_time(&start_us, event, "ts") ||
        !get_time(&length_us, event, "dur")) {
        return invalid(r, "traceEvents[%zu]: pid, tid, ts or dur is not as it should be", i);
    }
    nb_trace_track *track = find_track(r->trace, worker, place);
    if (track == NULL) {
        return invalid(r, "traceEvents[%zu]: its thread has no name", i);
    }
    nbang_span span = {.worker = worker,
                       .place = place,
                       .phase = phase,
                       .start_ns = (uint64_t)llround(start_us * NS_PER_US),
                       .n = get_n(event)};
    span.end_ns = span.start_ns + (uint64_t)llround(length_us * NS_PER_US);
    if (track->num_spans > 0 && span.start_ns < track->spans[track->num_spans - 1].end_ns) {
        return invalid(r, "traceEvents[%zu]: it begins before the end of the one before", i);
    }
    if (span.end_ns > r->trace->wall_ns) {
        return invalid(r, "traceEvents[%zu]: it ends after the run", i);
    }
    nb_status status = reserve_span(track);
    if (status == NBANG_OK) {
        track->spans[track->num_spans++] = span;
    }
    return status;
}

/* ---- totals ---- */

/* The thread of the worker that is no member of a team; NULL if it has no spans. */
static const nb_trace_track *find_leader(const nb_trace_data *trace, uint32_t worker)
{
    for (size_t i = 0; i < trace->num_tracks; i++) {
        const nb_trace_track *track = &trace->tracks[i];
        if (track->worker == worker && track->num_spans > 0 &&
            track->spans[0].phase != NBANG_PHASE_TEAM) {
            return track;
        }
    }
    return NULL;
}

/* Adds a span of a team by what the leader did meanwhile. */
static void add_member(uint64_t phase_ns[NBANG_NUM_PHASES], const nbang_span *member,
                       const nb_trace_track *leader)
{
    uint64_t left_ns = member->end_ns - member->start_ns;
    for (size_t i = 0; leader != NULL && i < leader->num_spans; i++) {
        const nbang_span *span = &leader->spans[i];
        const uint64_t start_ns =
            span->start_ns > member->start_ns ? span->start_ns : member->start_ns;
        const uint64_t end_ns = span->end_ns < member->end_ns ? span->end_ns : member->end_ns;
        if (start_ns < end_ns) {
            phase_ns[span->phase] += end_ns - start_ns;
            left_ns -= end_ns - start_ns;
        }
    }
    phase_ns[NBANG_PHASE_TEAM] += left_ns;
}

static int compare_starts(const void *a, const void *b)
{
    const nbang_span *first = a, *second = b;
    return (first->start_ns > second->start_ns) - (first->start_ns < second->start_ns);
}

/* The time in which there is any of the spans. Sorts them. */
static uint64_t covered_ns(nbang_span *spans, size_t count)
{
    if (count > 0) {
        qsort(spans, count, sizeof(*spans), compare_starts);
    }
    uint64_t sum_ns = 0, until_ns = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t start_ns = spans[i].start_ns > until_ns ? spans[i].start_ns : until_ns;
        if (spans[i].end_ns > start_ns) {
            sum_ns += spans[i].end_ns - start_ns;
            until_ns = spans[i].end_ns;
        }
    }
    return sum_ns;
}

/* Adds the time in which there is something on a place, one place after the other, to *busy_ns, and
 * counts the places. Tracks are in order: those of a place stand together. */
static nb_status add_places(nb_trace_data *trace, uint64_t *busy_ns)
{
    size_t num_spans = 0;
    for (size_t i = 0; i < trace->num_tracks; i++) {
        num_spans += trace->tracks[i].num_spans;
    }
    nbang_span *spans = malloc((num_spans + 1) * sizeof(*spans));
    if (spans == NULL) {
        return NBANG_NO_MEMORY;
    }
    size_t count = 0;
    for (size_t i = 0; i < trace->num_tracks; i++) {
        const nb_trace_track *track = &trace->tracks[i];
        if (is_master(track)) {
            continue;
        }
        for (size_t k = 0; k < track->num_spans; k++) {
            spans[count++] = track->spans[k];
        }
        if (i + 1 == trace->num_tracks || trace->tracks[i + 1].place != track->place) {
            trace->num_places++;
            *busy_ns += covered_ns(spans, count);
            count = 0;
        }
    }
    free(spans);
    return NBANG_OK;
}

static nb_status add_up(const reader *r)
{
    nb_trace_data *trace = r->trace;
    uint64_t phase_ns[NBANG_NUM_PHASES] = {0};
    for (size_t i = 0; i < trace->num_tracks; i++) {
        const nb_trace_track *track = &trace->tracks[i];
        const nb_trace_track *leader = find_leader(trace, track->worker);
        for (size_t k = 0; !is_master(track) && k < track->num_spans; k++) {
            const nbang_span *span = &track->spans[k];
            if (span->phase == NBANG_PHASE_TEAM) {
                add_member(phase_ns, span, leader);
            } else {
                phase_ns[span->phase] += span->end_ns - span->start_ns;
            }
        }
    }
    uint64_t busy_ns = 0;
    nb_status status = add_places(trace, &busy_ns);
    if (status != NBANG_OK) {
        return status;
    }
    /* Places whose workers had nothing to do have no track. */
    const unsigned num_manned = r->workers < r->num_slots ? r->workers : r->num_slots;
    trace->num_places = trace->num_places > num_manned ? trace->num_places : num_manned;

    double sum_ns = 0;
    double total_ns[NBANG_NUM_PHASES];
    for (size_t i = 0; i < NBANG_NUM_PHASES; i++) {
        total_ns[i] = i == NBANG_PHASE_IDLE
                          ? (double)trace->num_places * (double)trace->wall_ns - (double)busy_ns
                          : (double)phase_ns[i];
        sum_ns += total_ns[i];
    }
    for (size_t i = 0; i < NBANG_NUM_PHASES; i++) {
        trace->totals[i].seconds = total_ns[i] / NS_PER_S;
        trace->totals[i].share = sum_ns > 0 ? total_ns[i] / sum_ns : 0;
    }
    return NBANG_OK;
}

/* ---- all of it ---- */

static int compare_tracks(const void *a, const void *b)
{
    const nb_trace_track *first = a, *second = b;
    if (is_master(first) != is_master(second)) {
        return is_master(first) ? -1 : 1;
    }
    if (first->place != second->place) {
        return first->place < second->place ? -1 : 1;
    }
    return (first->worker > second->worker) - (first->worker < second->worker);
}

static nb_status read_events(const reader *r, const json_t *events)
{
    nb_status status = NBANG_OK;
    size_t i;
    const json_t *event;
    json_array_foreach(events, i, event)
    {
        const char *kind = json_string_value(json_object_get(event, "ph"));
        const char *name = json_string_value(json_object_get(event, "name"));
        if (kind != NULL && strcmp(kind, "X") == 0) {
            status = add_span(r, i, event);
        } else if (kind != NULL && name != NULL && strcmp(kind, "M") == 0 &&
                   strcmp(name, "thread_name") == 0) {
            status = add_track(r, i, event);
        }
        if (status != NBANG_OK) {
            return status;
        }
    }
    return NBANG_OK;
}

static nb_status read_root(reader *r, const json_t *root)
{
    const json_t *other = json_object_get(root, "otherData");
    const json_t *wall = json_object_get(other, "wall_ns");
    const json_t *events = json_object_get(root, "traceEvents");
    if (!json_is_array(events) || !json_is_integer(wall) || json_integer_value(wall) < 0 ||
        !get_number(&r->workers, other, "workers", 0) ||
        !get_number(&r->num_slots, other, "slots", 1)) {
        return invalid(r, "not a trace that nbang has written");
    }
    r->trace->wall_ns = (uint64_t)json_integer_value(wall);
    nb_status status = read_events(r, events);
    if (status == NBANG_OK && r->trace->num_tracks > 1) {
        qsort(r->trace->tracks, r->trace->num_tracks, sizeof(*r->trace->tracks), compare_tracks);
    }
    return status == NBANG_OK ? add_up(r) : status;
}

/* Reads what jansson has parsed, and releases it; NULL: it has failed, with `parse_error`. */
static nb_status read_json(nb_trace_data *trace, json_t *root, const json_error_t *parse_error,
                           char *error, size_t error_size)
{
    nb_trace_data found = {0};
    reader r = {.trace = &found, .error = error, .error_size = error_size};
    nb_status status;
    if (root != NULL) {
        status = read_root(&r, root);
    } else if (json_error_code(parse_error) == json_error_out_of_memory) {
        status = NBANG_NO_MEMORY;
    } else {
        status = invalid(&r, "not JSON: line %d: %s", parse_error->line, parse_error->text);
    }
    json_decref(root);
    if (status == NBANG_OK) {
        *trace = found;
    } else {
        nb_trace_data_clear(&found);
    }
    return status;
}

nb_status nb_trace_read_string(nb_trace_data *trace, const char *json, size_t len, char *error,
                               size_t error_size)
{
    json_error_t parse_error;
    json_t *root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &parse_error);
    return read_json(trace, root, &parse_error, error, error_size);
}

nb_status nb_trace_read_file(nb_trace_data *trace, const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(error, error_size, "%s", strerror(errno));
        return NBANG_SYSTEM;
    }
    json_error_t parse_error;
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &parse_error);
    const bool failed = ferror(file) != 0;
    const int reason = errno;
    fclose(file);
    if (failed) {
        json_decref(root);
        snprintf(error, error_size, "%s", strerror(reason));
        return NBANG_SYSTEM;
    }
    return read_json(trace, root, &parse_error, error, error_size);
}
