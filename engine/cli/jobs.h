/* The jobs of one run: those on the command line, in files and on standard input, in that order. */
#ifndef NB_CLI_JOBS_H
#define NB_CLI_JOBS_H

#include <stddef.h>

#include "base/status.h"
#include "nbang/batch.h"

typedef struct nb_jobs nb_jobs;

/* Large enough for every error text below, with its terminator. */
#define NB_JOBS_ERROR_SIZE 512

/* The jobs that args[0, num_args) ask for: numbers and ranges as in notation.h, "@FILE", and "-"
 * for standard input, which is descriptor `stdin_fd`. Without arguments standard input is read,
 * unless it is a terminal.
 *
 * Checks every argument, and that every file can be read, before it returns. NBANG_INVALID if
 * something is wrong, NBANG_NO_MEMORY without memory; `error` then holds one line that says what,
 * without the program's name. `args` and `stdin_fd` remain the caller's and must outlive the
 * object, which the caller destroys. Takes about 80 KiB, whatever the jobs. */
NB_MUST_CHECK nb_status nb_jobs_create(nb_jobs **jobs, const char *const *args, size_t num_args,
                                       int stdin_fd, char error[NB_JOBS_ERROR_SIZE]);
void nb_jobs_destroy(nb_jobs *jobs);

/* The jobs as nbang_run takes them; the source lives as long as `jobs`.
 *
 * Ranges are counted through as they are asked for: 1..10^18 costs nothing. A job's `input` is its
 * text, without the blanks and the comment around it; NULL for plain digits and for the members of
 * a range of several, whose records then show n itself. Of a line longer than NB_LINES_TEXT_MAX
 * bytes, which is an error, it is the start. `file` is as given after "@", or NB_JOBS_STDIN_NAME.
 * A line that cannot be read is a job with an error.
 *
 * One file is open at a time. A file that cannot be opened any more, or fails while it is read,
 * ends the jobs with NBANG_SYSTEM. */
nbang_source nb_jobs_source(nb_jobs *jobs);

/* What standard input is called in records and errors. */
#define NB_JOBS_STDIN_NAME "<stdin>"

/* One line about the NBANG_SYSTEM that the source returned, as "cannot read \"jobs.txt\":
 * Input/output error"; empty if it returned none. Valid until destroy. */
const char *nb_jobs_error(const nb_jobs *jobs);

#endif
