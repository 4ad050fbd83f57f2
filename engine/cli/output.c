#include "cli/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/target.h"

struct nb_output {
    nb_output_options options;
    nb_formatter formatter; /* its target is ours */
    bool record_open;       /* between begin and end */
    bool target_open;
    bool cut; /* a result has broken off that nothing may follow */
};

/* ---- progress and results on one terminal ---- */

/* Before anything may be written: the progress line must not stand where results go. */
static void before_writing(nb_output *output)
{
    if (output->options.progress && nb_target_is_terminal(output->formatter.target)) {
        nb_progress_hold(output->options.progress, true);
    }
}

/* Afterwards: progress may come back when the terminal's cursor is at the start of a line. */
static void after_writing(nb_output *output)
{
    if (output->options.progress && !output->record_open &&
        nb_target_buffered(output->formatter.target) == 0) {
        nb_progress_hold(output->options.progress, false);
    }
}

/* ---- a file per result ---- */

static nb_status open_result(nb_output *output, const nbang_record *record)
{
    char *path;
    if (asprintf(&path, "%s/%" PRIu64 "%s", output->options.directory, record->n,
                 output->options.format->suffix) < 0) {
        return NBANG_NO_MEMORY;
    }
    nb_target *target = output->formatter.target;
    nb_status status = nb_target_open_file(target, path, output->options.cancel_fd);
    free(path);
    output->target_open = status == NBANG_OK;
    output->formatter.abbreviate = !output->options.full && nb_target_is_terminal(target);
    return status == NBANG_SYSTEM ? NBANG_SINK_FAILED : status;
}

static nb_status close_result(nb_output *output, bool keep)
{
    output->target_open = false;
    if (!keep) {
        nb_target_abort(output->formatter.target);
        return NBANG_OK;
    }
    return nb_target_finish(output->formatter.target, output->options.cancel_fd);
}

/* ---- the sink ---- */

static nb_status sink_begin(void *ctx, const nbang_record *record)
{
    nb_output *output = ctx;
    nb_status status = NBANG_OK;
    output->record_open = true;
    if (output->options.directory) {
        if (record->status != NBANG_JOB_OK) {
            return NBANG_OK;
        }
        status = open_result(output, record);
    }
    if (status != NBANG_OK) {
        return status;
    }
    before_writing(output);
    return nb_formatter_begin(&output->formatter, record);
}

static nb_status sink_text(void *ctx, const char *digits, size_t len)
{
    nb_output *output = ctx;
    return nb_formatter_text(&output->formatter, digits, len);
}

static nb_status sink_end(void *ctx, const nbang_record *record, bool complete)
{
    nb_output *output = ctx;
    nb_status status = NBANG_OK;
    output->record_open = false;
    if (output->target_open) {
        status = nb_formatter_end(&output->formatter, record, complete);
    }
    if (status != NBANG_OK || !output->target_open) {
        return status;
    }
    if (output->options.directory) {
        return close_result(output, complete);
    }
    output->cut = output->options.format->binary && record->status == NBANG_JOB_OK && !complete;
    return output->cut ? NBANG_SINK_FAILED : NBANG_OK;
}

static nb_status sink_flush(void *ctx)
{
    nb_output *output = ctx;
    if (!output->target_open) {
        return NBANG_OK;
    }
    nb_status status = nb_target_flush(output->formatter.target);
    after_writing(output);
    return status;
}

static int sink_reader_fd(void *ctx)
{
    nb_output *output = ctx;
    return nb_target_reader_fd(output->formatter.target);
}

static int sink_blocked_fd(void *ctx)
{
    const nb_output *output = ctx;
    return nb_target_blocked_fd(output->formatter.target);
}

nbang_sink nb_output_sink(nb_output *output)
{
    return (nbang_sink){.ctx = output,
                        .begin = sink_begin,
                        .text = sink_text,
                        .end = sink_end,
                        .flush = sink_flush,
                        .blocked_fd = sink_blocked_fd,
                        .reader_fd = sink_reader_fd};
}

/* ---- opening and ending ---- */

/* Makes sure that the directory is there. */
static nb_status open_directory(const char *path, char *error, size_t error_size)
{
    struct stat info;
    int failure = 0;
    if (mkdir(path, 0777) != 0) {
        failure = errno;
        if (failure == EEXIST && stat(path, &info) == 0) {
            failure = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
        }
    }
    if (failure != 0) {
        snprintf(error, error_size, "cannot write to %s: %s", path, strerror(failure));
        return NBANG_SYSTEM;
    }
    return NBANG_OK;
}

/* Opens the one target of all results. */
static nb_status open_target(nb_output *output, char *error, size_t error_size)
{
    const char *file = output->options.file;
    nb_target *target = output->formatter.target;
    nb_status status = !file || strcmp(file, "-") == 0
                           ? nb_target_open_stdout(target)
                           : nb_target_open_file(target, file, output->options.cancel_fd);
    if (status != NBANG_OK) {
        snprintf(error, error_size, "%s", nb_target_error(target));
        return status;
    }
    output->target_open = true;
    output->formatter.abbreviate = !output->options.full && nb_target_is_terminal(target);
    return NBANG_OK;
}

nb_status nb_output_open(nb_output **output, const nb_output_options *options, char *error,
                         size_t error_size)
{
    nb_output *made = calloc(1, sizeof(*made));
    if (!made || nb_target_create(&made->formatter.target) != NBANG_OK) {
        free(made);
        snprintf(error, error_size, "cannot open the output: out of memory");
        return NBANG_NO_MEMORY;
    }
    made->options = *options;
    made->formatter.format = options->format;
    made->formatter.digest = options->digest;
    nb_status status = options->directory ? open_directory(options->directory, error, error_size)
                                          : open_target(made, error, error_size);
    if (status != NBANG_OK) {
        nb_output_close(made);
        return status;
    }
    *output = made;
    return NBANG_OK;
}

nb_status nb_output_finish(nb_output *output, bool interrupted)
{
    nb_target *target = output->formatter.target;
    nb_status status = NBANG_OK;
    if (output->target_open && (interrupted || output->record_open || nb_output_error(output))) {
        nb_target_abort(target);
    } else if (output->target_open) {
        status = nb_target_finish(target, output->options.cancel_fd);
    }
    output->target_open = false;
    if (output->options.progress) {
        nb_progress_hold(output->options.progress, false);
    }
    return nb_output_error(output) ? NBANG_SINK_FAILED : status;
}

const char *nb_output_error(const nb_output *output)
{
    const char *error = nb_target_error(output->formatter.target);
    return !error && output->cut ? "nothing can follow an incomplete number in raw output" : error;
}

bool nb_output_reader_gone(const nb_output *output)
{
    return nb_target_reader_gone(output->formatter.target);
}

void nb_output_close(nb_output *output)
{
    if (output) {
        nb_target_destroy(output->formatter.target);
        free(output);
    }
}
