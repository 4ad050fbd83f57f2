/* All results of a run: the sink that nbang_run writes to, from options to exit code.
 *
 * In order: nb_output_open, nbang_run with nb_output_sink, nb_output_finish, nb_output_close.
 * SIGPIPE must be ignored from the first to the last (see target.h). */
#ifndef NB_CLI_OUTPUT_H
#define NB_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "cli/format.h"
#include "cli/progress.h"
#include "nbang/batch.h"

typedef struct nb_output_options {
    const nb_format *format; /* nb_format_digits() and so on */
    const char *file;        /* one file for all; NULL or "-": standard output */
    const char *directory;   /* not NULL: a file per result, and `file` is not looked at */
    bool digest;             /* as in nbang_options */
    bool full;               /* show long results whole on a terminal too */
    int cancel_fd;           /* readable: stop waiting for slow readers; -1: none */
    nb_progress *progress;   /* cleared before results reach a terminal; may be NULL */
} nb_output_options;

typedef struct nb_output nb_output;

/* Opens the output. With `directory`, that is made unless it exists (its parents are not), and each
 * result goes to N.txt, N.json or N.raw there once it is complete; a job without a complete result
 * leaves no file, and of two results for one n the last stays. The options and the strings in them
 * stay the caller's until nb_output_close. On failure (NBANG_SYSTEM, NBANG_NO_MEMORY) `error` holds
 * one line of at most error_size bytes, such as "cannot write to x/y: No such file or directory" or
 * "standard output is closed". */
NB_MUST_CHECK nb_status nb_output_open(nb_output **output, const nb_output_options *options,
                                       char *error, size_t error_size);

/* Callbacks on `output`, valid until it is closed. With a binary format and one target for all, the
 * end of an incomplete result fails (NBANG_SINK_FAILED). */
nbang_sink nb_output_sink(nb_output *output);

/* Writes out what is left, closes and renames. With `interrupted`, or after an error, nothing is
 * waited for: a file that would have been renamed is removed, and a regular file that standard
 * output leads to is cut back to the end of its last whole line. NBANG_SINK_FAILED if anything
 * could not be written, now or earlier, and NBANG_INTERRUPTED if cancel_fd became readable while a
 * slow reader was waited for. Called once. */
NB_MUST_CHECK nb_status nb_output_finish(nb_output *output, bool interrupted);

/* The first error, as one line for the user; NULL if there was none. Valid until close. */
const char *nb_output_error(const nb_output *output);

/* The error is that the reader went away: end quietly, as by SIGPIPE. */
bool nb_output_reader_gone(const nb_output *output);

/* Ends as if interrupted unless nb_output_finish was called, and frees. Takes NULL. */
void nb_output_close(nb_output *output);

#endif
