#include "measure/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/import_private.h"

#define COMPARABLE "json, google-benchmark or csv"

/* ---- which format it is ---- */

static nb_status refuse_medians(const char *format, char error[NB_RECORD_ERROR_SIZE])
{
    snprintf(error, NB_RECORD_ERROR_SIZE,
             "a %s export has no samples, without which nothing can be compared; "
             "export " COMPARABLE,
             format);
    return NBANG_INVALID;
}

static nb_status refuse_unknown(char error[NB_RECORD_ERROR_SIZE])
{
    snprintf(error, NB_RECORD_ERROR_SIZE, "not an export of nbang bench (" COMPARABLE ")");
    return NBANG_INVALID;
}

/* Whether it looks like what export.h calls bencher: {"name": {"latency": {"value": ...}}}. */
static bool is_bencher(const json_t *value)
{
    const json_t *benchmark = json_object_iter_value(json_object_iter((json_t *)value));
    return json_object_get(json_object_get(benchmark, "latency"), "value") != NULL;
}

/* And like what it calls github-action: [{"name": ..., "unit": ..., "value": ...}]. */
static bool is_github_action(const json_t *value)
{
    const json_t *row = json_array_get(value, 0);
    return json_object_get(row, "unit") && json_object_get(row, "value");
}

static nb_status read_value(nb_record *record, const json_t *value,
                            char error[NB_RECORD_ERROR_SIZE])
{
    if (json_object_get(value, "schema") != NULL) {
        return nb_record_from_json(record, value, error, NB_RECORD_ERROR_SIZE);
    }
    if (json_is_array(json_object_get(value, "benchmarks"))) {
        return nb_import_google(record, value, error);
    }
    if (is_bencher(value)) {
        return refuse_medians("bencher", error);
    }
    return is_github_action(value) ? refuse_medians("github-action", error) : refuse_unknown(error);
}

static nb_status read_json(nb_record *record, const char *text, size_t len,
                           char error[NB_RECORD_ERROR_SIZE])
{
    json_error_t where;
    json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    if (value == NULL) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "line %d, column %d: no JSON: %s", where.line,
                 where.column, where.text);
        return NBANG_INVALID;
    }
    const nb_status status = read_value(record, value, error);
    json_decref(value);
    return status;
}

nb_status nb_import_text(nb_record *record, const char *text, size_t len,
                         char error[NB_RECORD_ERROR_SIZE])
{
    size_t start = 0;
    while (start < len && strchr(" \t\r\n", text[start]) != NULL && text[start] != '\0') {
        start++;
    }
    if (start == len) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "empty");
        return NBANG_INVALID;
    }
    nb_record result = {.num_points = 0};
    nb_status status;
    if (text[start] == '{' || text[start] == '[') {
        status = read_json(&result, text, len, error);
    } else if (nb_import_is_csv(text, len)) {
        status = nb_import_csv(&result, text, len, error);
    } else if (memmem(text, len, "| workers | runs |", 18) != NULL) {
        status = refuse_medians("markdown", error);
    } else {
        status = refuse_unknown(error);
    }
    if (status) {
        nb_record_clear(&result);
        if (status == NBANG_NO_MEMORY) {
            snprintf(error, NB_RECORD_ERROR_SIZE, "%s", nbang_status_string(status));
        }
        return status;
    }
    nb_record_sort_points(&result);
    *record = result;
    return NBANG_OK;
}

/* ---- files ---- */

/* Reads all that `fd` has into a new buffer that the caller frees. */
static nb_status read_all(char **text, size_t *len, int fd)
{
    size_t size = 0, filled = 0;
    char *buffer = NULL;
    for (;;) {
        if (filled == size) {
            if (size > NB_IMPORT_MAX_BYTES) {
                free(buffer);
                return NBANG_OUT_OF_RANGE;
            }
            size = size ? 2 * size : (size_t)64 << 10;
            char *larger = realloc(buffer, size);
            if (larger == NULL) {
                free(buffer);
                return NBANG_NO_MEMORY;
            }
            buffer = larger;
        }
        const ssize_t got = read(fd, buffer + filled, size - filled);
        if (got == 0) {
            break;
        }
        if (got > 0) {
            filled += (size_t)got;
        } else if (errno != EINTR) {
            const int cause = errno;
            free(buffer);
            errno = cause;
            return NBANG_SYSTEM;
        }
    }
    *text = buffer;
    *len = filled;
    return NBANG_OK;
}

nb_status nb_import_file(nb_record *record, const char *path, char error[NB_RECORD_ERROR_SIZE])
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "%s", strerror(errno));
        return NBANG_SYSTEM;
    }
    char *text = NULL;
    size_t len = 0;
    nb_status status = read_all(&text, &len, fd);
    if (status == NBANG_SYSTEM) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "%s", strerror(errno));
    } else if (status == NBANG_OUT_OF_RANGE) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "longer than %zu MiB", NB_IMPORT_MAX_BYTES >> 20);
    } else if (status) {
        snprintf(error, NB_RECORD_ERROR_SIZE, "%s", nbang_status_string(status));
    }
    close(fd);
    if (status == NBANG_OK) {
        status = nb_import_text(record, text, len, error);
        free(text);
    }
    return status;
}
