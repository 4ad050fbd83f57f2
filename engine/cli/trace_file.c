#include "cli/trace_file.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "nbang/nbang.h"

/* Spans of a thread that are kept: half a megabyte of JSON. */
#define TRACK_SPANS 4096

#define NS_PER_US 1000.0

/* What a double has for sure: times are to the nanosecond for eleven days. */
#define TIME_DIGITS 15

/* The spans of a worker at one place. */
typedef struct track {
    uint32_t worker, place;
    uint64_t last_ns; /* the end of its last span */
    nb_trace *trace;
} track;

struct nb_trace_file {
    track *tracks;
    size_t num_tracks;
    size_t last; /* the track that was added to */
    bool no_memory;
};

nb_status nb_trace_file_create(nb_trace_file **file)
{
    nb_trace_file *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NBANG_NO_MEMORY;
    }
    *file = self;
    return NBANG_OK;
}

void nb_trace_file_destroy(nb_trace_file *file)
{
    if (file == NULL) {
        return;
    }
    for (size_t i = 0; i < file->num_tracks; i++) {
        nb_trace_destroy(file->tracks[i].trace);
    }
    free(file->tracks);
    free(file);
}

/* ---- gathering ---- */

static track *add_track(nb_trace_file *self, uint32_t worker, uint32_t place)
{
    track *tracks = realloc(self->tracks, (self->num_tracks + 1) * sizeof(*tracks));
    if (tracks == NULL) {
        return NULL;
    }
    self->tracks = tracks;
    track *added = &tracks[self->num_tracks];
    *added = (track){.worker = worker, .place = place};
    if (nb_trace_create(&added->trace, TRACK_SPANS, worker, place) != NBANG_OK) {
        return NULL;
    }
    self->last = self->num_tracks++;
    return added;
}

static bool is_of(const track *t, const nbang_span *span)
{
    return t->worker == span->worker && t->place == span->place;
}

/* The track of the span, a new one if there is none; NULL without memory. Spans of a thread mostly
 * come one after the other. */
static track *track_of(nb_trace_file *self, const nbang_span *span)
{
    if (self->num_tracks > 0 && is_of(&self->tracks[self->last], span)) {
        return &self->tracks[self->last];
    }
    for (size_t i = 0; i < self->num_tracks; i++) {
        if (is_of(&self->tracks[i], span)) {
            self->last = i;
            return &self->tracks[i];
        }
    }
    return add_track(self, span->worker, span->place);
}

void nb_trace_file_add(void *file, const nbang_span *span)
{
    nb_trace_file *self = file;
    track *t = track_of(self, span);
    if (t == NULL) {
        self->no_memory = true;
        return;
    }
    /* A worker out of its mind may send what it likes. */
    nbang_span added = *span;
    added.start_ns = added.start_ns < t->last_ns ? t->last_ns : added.start_ns;
    if (added.start_ns < added.end_ns) {
        t->last_ns = added.end_ns;
        nb_trace_add(t->trace, &added);
    }
}

/* ---- writing ---- */

/* Room for the name of a thread: what it is on may be a long list of CPUs. */
#define NAME_SIZE 512

/* Where events go, one after the other. */
typedef struct writer {
    nb_target *target;
    const nbang_machine *machine;
    bool begun; /* there is an event already */
} writer;

static nb_status write_text(const writer *w, const char *text)
{
    return nb_target_write(w->target, text, strlen(text));
}

/* Writes the object, which is consumed; NULL if there was no memory for it. */
static nb_status write_json(const writer *w, json_t *object)
{
    char *text =
        object != NULL ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(TIME_DIGITS)) : NULL;
    json_decref(object);
    nb_status status = text != NULL ? write_text(w, text) : NBANG_NO_MEMORY;
    free(text);
    return status;
}

static nb_status write_event(writer *w, json_t *event)
{
    nb_status status = write_text(w, w->begun ? ",\n" : "");
    w->begun = true;
    if (status != NBANG_OK) {
        json_decref(event);
        return status;
    }
    return write_json(w, event);
}

static bool is_master(const track *t)
{
    return t->worker == NBANG_SPAN_MASTER;
}

static json_int_t process_of(const track *t)
{
    return is_master(t) ? 1 : (json_int_t)t->worker + 2;
}

static json_int_t thread_of(const track *t)
{
    return (json_int_t)t->place + 1;
}

/* A metadata event, which says `kind` of the track's process or thread. */
static nb_status write_name(writer *w, const track *t, const char *kind, json_t *args)
{
    return write_event(w, json_pack("{s:s, s:s, s:I, s:I, s:o}", "name", kind, "ph", "M", "pid",
                                    process_of(t), "tid", thread_of(t), "args", args));
}

static nb_status write_names(writer *w, const track *t)
{
    if (is_master(t)) {
        nb_status status = write_name(w, t, "process_name", json_pack("{s:s}", "name", "master"));
        return status == NBANG_OK
                   ? write_name(w, t, "thread_name", json_pack("{s:s}", "name", "master"))
                   : status;
    }
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "worker %u", t->worker);
    nb_status status = write_name(w, t, "process_name", json_pack("{s:s}", "name", name));
    if (status != NBANG_OK) {
        return status;
    }
    snprintf(name, sizeof(name), "slot %u: %s", t->place,
             nbang_machine_slot_string(w->machine, t->place));
    return write_name(w, t, "thread_name",
                      json_pack("{s:s, s:I, s:I}", "name", name, "worker", (json_int_t)t->worker,
                                "slot", (json_int_t)t->place));
}

static nb_status write_span(writer *w, const track *t, const nbang_span *span)
{
    const bool has_n = span->n != NBANG_SPAN_NO_JOB;
    json_t *args = has_n ? json_pack("{s:I}", "n", (json_int_t)span->n) : json_object();
    return write_event(w, json_pack("{s:s, s:s, s:s, s:f, s:f, s:I, s:I, s:o}", "name",
                                    nbang_phase_name(span->phase), "cat",
                                    is_master(t) ? "master" : "worker", "ph", "X", "ts",
                                    (double)span->start_ns / NS_PER_US, "dur",
                                    (double)(span->end_ns - span->start_ns) / NS_PER_US, "pid",
                                    process_of(t), "tid", thread_of(t), "args", args));
}

static nb_status write_track(writer *w, const track *t)
{
    nb_status status = write_names(w, t);
    const nbang_span *spans;
    const size_t count = nb_trace_take(t->trace, &spans);
    for (size_t i = 0; status == NBANG_OK && i < count; i++) {
        status = write_span(w, t, &spans[i]);
    }
    return status;
}

/* The master, then by worker, then by place. */
static int compare_tracks(const void *a, const void *b)
{
    const track *first = a, *second = b;
    if (process_of(first) != process_of(second)) {
        return process_of(first) < process_of(second) ? -1 : 1;
    }
    return first->place < second->place ? -1 : first->place > second->place;
}

/* All that comes before the events. */
static nb_status write_head(const writer *w, const nbang_summary *summary)
{
    nb_status status = write_text(w, "{\"displayTimeUnit\":\"ms\",\n\"otherData\":");
    if (status == NBANG_OK) {
        const json_int_t slots = nbang_machine_slots(w->machine);
        status = write_json(w, json_pack("{s:s, s:I, s:I, s:I}", "version", nbang_version(),
                                         "wall_ns", (json_int_t)summary->wall_ns, "workers",
                                         (json_int_t)summary->workers, "slots", slots));
    }
    return status == NBANG_OK ? write_text(w, ",\n\"traceEvents\":[\n") : status;
}

nb_status nb_trace_file_write(nb_trace_file *file, nb_target *target, const nbang_machine *machine,
                              const nbang_summary *summary)
{
    if (file->no_memory) {
        return NBANG_NO_MEMORY;
    }
    if (file->num_tracks > 1) {
        qsort(file->tracks, file->num_tracks, sizeof(*file->tracks), compare_tracks);
    }
    writer w = {.target = target, .machine = machine};
    nb_status status = write_head(&w, summary);
    for (size_t i = 0; status == NBANG_OK && i < file->num_tracks; i++) {
        status = write_track(&w, &file->tracks[i]);
    }
    return status == NBANG_OK ? write_text(&w, "\n]}\n") : status;
}
