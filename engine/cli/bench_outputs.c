#include "cli/bench_outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/target.h"

/* Whether both paths name the same file, as far as that can be seen before it is there. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    if (strcmp(a, b) == 0) {
        return true;
    }
    return strcmp(a, "-") != 0 && strcmp(b, "-") != 0 && stat(a, &first) == 0 &&
           stat(b, &second) == 0 && S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

nb_status nb_bench_outputs_add(nb_bench_outputs *outputs, nb_bench_output_kind kind,
                               nb_export_format format, const char *path)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (is_same_file(outputs->items[i].path, path)) {
            return NBANG_INVALID;
        }
    }
    const size_t count = outputs->count + 1;
    nb_bench_output *items = realloc(outputs->items, count * sizeof(*items));
    if (items == NULL) {
        return NBANG_NO_MEMORY;
    }
    outputs->items = items;
    char *copy = strdup(path);
    if (copy == NULL) {
        return NBANG_NO_MEMORY;
    }
    items[outputs->count++] = (nb_bench_output){.kind = kind, .format = format, .path = copy};
    return NBANG_OK;
}

void nb_bench_outputs_clear(nb_bench_outputs *outputs)
{
    for (size_t i = 0; i < outputs->count; i++) {
        free(outputs->items[i].path);
    }
    free(outputs->items);
    *outputs = (nb_bench_outputs){.count = 0};
}

static bool is_stdout(const nb_bench_output *output)
{
    return strcmp(output->path, "-") == 0;
}

bool nb_bench_outputs_use_stdout(const nb_bench_outputs *outputs)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (is_stdout(&outputs->items[i])) {
            return true;
        }
    }
    return false;
}

bool nb_bench_outputs_have_report(const nb_bench_outputs *outputs)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->items[i].kind == NB_BENCH_REPORT) {
            return true;
        }
    }
    return false;
}

bool nb_bench_outputs_have_format(const nb_bench_outputs *outputs, nb_export_format format)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->items[i].kind == NB_BENCH_EXPORT && outputs->items[i].format == format) {
            return true;
        }
    }
    return false;
}

/* Whether it can be written several times: pipes and devices would get every version. */
static bool is_replaceable(const nb_bench_output *output)
{
    struct stat info;
    return !is_stdout(output) && (stat(output->path, &info) != 0 || S_ISREG(info.st_mode));
}

/* Whether opening it would tell its reader something. */
static bool is_pipe(const nb_bench_output *output)
{
    struct stat info;
    return is_stdout(output) || (stat(output->path, &info) == 0 && S_ISFIFO(info.st_mode));
}

/* ---- writing one ---- */

static nb_status open_output(nb_target *target, const nb_bench_output *output, int cancel_fd)
{
    return is_stdout(output) ? nb_target_open_stdout(target)
                             : nb_target_open_file(target, output->path, cancel_fd);
}

/* Passes on the status of a target, with its error as NBANG_SINK_FAILED. */
static nb_status report(const nb_target *target, nb_status status, char *error, size_t error_size)
{
    if (status == NBANG_OK || status == NBANG_NO_MEMORY) {
        return status;
    }
    const char *line = nb_target_error(target);
    snprintf(error, error_size, "%s", line != NULL ? line : nbang_status_string(status));
    return NBANG_SINK_FAILED;
}

static nb_status render(char **text, const nb_bench_output *output, const nb_bench_report *results)
{
    switch (output->kind) {
    case NB_BENCH_REPORT:
        return nb_bench_report_html(text, results);
    case NB_BENCH_CHART:
        return nb_bench_report_svg(text, results);
    default:
        return nb_export_render(text, output->format, results->record, results->analysis);
    }
}

static nb_status write_text(const nb_bench_output *output, const char *text, int cancel_fd,
                            char *error, size_t error_size)
{
    nb_target *target;
    nb_status status = nb_target_create(&target);
    if (status != NBANG_OK) {
        return status;
    }
    status = open_output(target, output, cancel_fd);
    if (status == NBANG_OK) {
        status = nb_target_write(target, text, strlen(text));
        const nb_status finished = nb_target_finish(target, cancel_fd);
        status = status != NBANG_OK ? status : finished;
    }
    status = report(target, status, error, error_size);
    nb_target_destroy(target);
    return status;
}

static nb_status write_output(const nb_bench_output *output, const nb_bench_report *results,
                              int cancel_fd, char *error, size_t error_size)
{
    char *text;
    nb_status status = render(&text, output, results);
    if (status != NBANG_OK) {
        return status == NBANG_END ? NBANG_OK : status; /* nothing that this format could say */
    }
    status = write_text(output, text, cancel_fd, error, error_size);
    free(text);
    return status;
}

/* ---- all of them ---- */

nb_status nb_bench_outputs_try(const nb_bench_outputs *outputs, int cancel_fd, char *error,
                               size_t error_size)
{
    nb_target *target;
    nb_status status = nb_target_create(&target);
    if (status != NBANG_OK) {
        return status;
    }
    for (size_t i = 0; status == NBANG_OK && i < outputs->count; i++) {
        if (!is_pipe(&outputs->items[i])) {
            status = open_output(target, &outputs->items[i], cancel_fd);
            status = report(target, status, error, error_size);
            nb_target_abort(target);
        }
    }
    nb_target_destroy(target);
    return status;
}

/* Writes those that follow one that fails, too; the first failure is the one that is told. */
static nb_status write_all(const nb_bench_outputs *outputs, bool replaceable_only,
                           const nb_bench_report *results, int cancel_fd, char *error,
                           size_t error_size)
{
    nb_status status = NBANG_OK;
    for (size_t i = 0; i < outputs->count; i++) {
        if (!replaceable_only || is_replaceable(&outputs->items[i])) {
            const nb_status written = write_output(&outputs->items[i], results, cancel_fd, error,
                                                   status == NBANG_OK ? error_size : 0);
            status = status != NBANG_OK ? status : written;
        }
    }
    return status;
}

nb_status nb_bench_outputs_update(const nb_bench_outputs *outputs, const nb_bench_report *results,
                                  int cancel_fd, char *error, size_t error_size)
{
    return write_all(outputs, true, results, cancel_fd, error, error_size);
}

nb_status nb_bench_outputs_finish(const nb_bench_outputs *outputs, const nb_bench_report *results,
                                  int cancel_fd, char *error, size_t error_size)
{
    return write_all(outputs, false, results, cancel_fd, error, error_size);
}
