/* The csv of export.h (RFC 4180): a sample a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "measure/export.h"
#include "measure/import_private.h"

/* Columns in the order of the header; later versions may have more behind them. */
enum {
    DATE,
    FINGERPRINT,
    VERSION,
    GIT_COMMIT,
    WORKLOAD,
    WORKERS,
    BIND,
    ORDER,
    RUN,
    TURN,
    WALL_NS,
    CPU_NS,
    CYCLES,
    INSTRUCTIONS,
    NUM_COLUMNS
};
static const char *const columns[NUM_COLUMNS] = {
    "date",  "fingerprint", "version", "git_commit", "workload", "workers", "bind",
    "order", "run",         "turn",    "wall_ns",    "cpu_ns",   "cycles",  "instructions",
};

typedef struct csv {
    char *next; /* what has not been read; the text ends in '\0' */
    size_t line;
    char *fields[NUM_COLUMNS]; /* of the line that was read, terminated */
    size_t num_fields;         /* may be more */
    char *error;
} csv;

static nb_status refuse(const csv *in, const char *what, const char *reason)
{
    snprintf(in->error, NB_RECORD_ERROR_SIZE, "line %zu: %s %s", in->line, what, reason);
    return NBANG_INVALID;
}

/* Reads one field, unquoting it in place, and leaves `next` on what ended it. */
static nb_status read_field(csv *in, char **field)
{
    char *from = in->next;
    if (*from != '"') {
        *field = from;
        in->next = from + strcspn(from, ",\r\n");
        return NBANG_OK;
    }
    char *to = *field = ++from;
    while (*from && (*from != '"' || from[1] == '"')) {
        from += *from == '"';
        *to++ = *from++;
    }
    if (*from != '"') {
        return refuse(in, "a quoted field", "does not end");
    }
    in->next = from + 1;
    if (*in->next && strchr(",\r\n", *in->next) == NULL) {
        return refuse(in, "a quoted field", "goes on behind its end");
    }
    *to = '\0'; /* at the closing quote at the latest, which has been passed */
    return NBANG_OK;
}

/* Reads a line into `fields`. NBANG_END if there is none. */
static nb_status read_line(csv *in)
{
    if (*in->next == '\0') {
        return NBANG_END;
    }
    in->line++;
    in->num_fields = 0;
    for (;;) {
        char *field;
        const nb_status status = read_field(in, &field);
        if (status) {
            return status;
        }
        if (in->num_fields < NUM_COLUMNS) {
            in->fields[in->num_fields] = field;
        }
        in->num_fields++;
        char *end = in->next;
        const bool goes_on = *end == ',';
        in->next += strncmp(end, "\r\n", 2) == 0 ? 2 : *end != '\0';
        *end = '\0';
        if (!goes_on) {
            return NBANG_OK;
        }
    }
}

static nb_status read_count(uint64_t *count, const csv *in, int column, uint64_t min)
{
    const char *text = in->fields[column];
    if (nb_number_parse(count, text, strlen(text)) != NBANG_OK || *count < min ||
        *count > INT64_MAX) {
        return refuse(in, columns[column], "is not a count that it can be");
    }
    return NBANG_OK;
}

static nb_status read_counter(uint64_t *count, const csv *in, int column)
{
    *count = NB_COUNT_UNKNOWN;
    return in->fields[column][0] ? read_count(count, in, column, 0) : NBANG_OK;
}

static nb_status read_point(nb_point *point, const csv *in)
{
    uint64_t workers;
    nb_status status = read_count(&workers, in, WORKERS, 1);
    if (status) {
        return status;
    }
    nb_point named = {.workers = (unsigned)workers};
    if (workers > NB_POINT_MAX_WORKERS ||
        nb_point_set_workload(&named, in->fields[WORKLOAD]) != NBANG_OK ||
        nb_point_place(&named, in->fields[BIND], in->fields[ORDER]) != NBANG_OK) {
        return refuse(in, "the point", "is none of nbang bench");
    }
    *point = named;
    return NBANG_OK;
}

/* The metadata of a line: that of the first is the record's, and all others must have the same. */
static nb_status read_metadata(nb_record *record, const csv *in)
{
    for (int i = DATE; i <= GIT_COMMIT; i++) {
        const char *known = json_string_value(json_object_get(record->metadata, columns[i]));
        if (record->num_points > 0 && strcmp(known ? known : "", in->fields[i]) != 0) {
            return refuse(in, columns[i], "differs: there is more than one record in this file");
        }
        if (record->num_points == 0 && in->fields[i][0] &&
            json_object_set_new(record->metadata, columns[i], json_string(in->fields[i])) != 0) {
            return refuse(in, columns[i], "is not UTF-8");
        }
    }
    return NBANG_OK;
}

static nb_status read_sample(nb_record *record, const csv *in)
{
    nb_point like;
    nb_sample sample;
    if (in->num_fields < NUM_COLUMNS) {
        return refuse(in, "the line", "has too few fields");
    }
    nb_status status = read_metadata(record, in);
    if (status == NBANG_OK) {
        status = read_point(&like, in);
    }
    if (status == NBANG_OK) {
        status = read_count(&sample.turn, in, TURN, 0);
    }
    if (status == NBANG_OK) {
        status = read_count(&sample.wall_ns, in, WALL_NS, 1);
    }
    if (status == NBANG_OK) {
        status = read_count(&sample.cpu_ns, in, CPU_NS, 0);
    }
    if (status == NBANG_OK) {
        status = read_counter(&sample.cycles, in, CYCLES);
    }
    if (status == NBANG_OK) {
        status = read_counter(&sample.instructions, in, INSTRUCTIONS);
    }
    if (status == NBANG_OK) {
        status = nb_record_add_sample(record, &like, &sample);
    }
    return status == NBANG_OUT_OF_RANGE ? refuse(in, "the point", "is one too many") : status;
}

bool nb_import_is_csv(const char *text, size_t len)
{
    const size_t header_len = strcspn(nb_export_csv_header, "\n");
    return len > header_len && memcmp(text, nb_export_csv_header, header_len) == 0 &&
           strchr(",\r\n", text[header_len]) != NULL;
}

nb_status nb_import_csv(nb_record *record, const char *text, size_t len,
                        char error[NB_RECORD_ERROR_SIZE])
{
    nb_status status = nb_record_init(record);
    char *copy = malloc(len + 1);
    if (status || copy == NULL) {
        free(copy);
        return NBANG_NO_MEMORY;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    csv in = {.next = copy, .line = 0, .error = error};
    record->command = strdup("");
    status = record->command ? NBANG_OK : NBANG_NO_MEMORY;
    if (strlen(copy) != len) {
        status = refuse(&in, "the text", "has a NUL byte");
    }
    if (status == NBANG_OK) {
        status = read_line(&in); /* the header, which is right */
    }
    while (status == NBANG_OK) {
        status = read_line(&in);
        if (status == NBANG_OK) {
            status = read_sample(record, &in);
        }
    }
    free(copy);
    return status == NBANG_END ? NBANG_OK : status;
}
