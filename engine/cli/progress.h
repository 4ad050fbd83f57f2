/* One line on the terminal that tells how far the batch is, rewritten in place. */
#ifndef NB_CLI_PROGRESS_H
#define NB_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nbang/batch.h"

/* ---- pure parts ---- */

/* When the batch will be done, as far as that can be foretold. Starts as {0}. */
typedef struct nb_eta {
    uint64_t work_done_ns; /* at the last look */
    double end_ns;         /* predicted elapsed time at the end; 0: none yet */
} nb_eta;

#define NB_ETA_UNKNOWN UINT64_MAX

/* The remaining time in nanoseconds after this news, or NB_ETA_UNKNOWN: before the input has ended,
 * before anything is done, and when nothing sensible comes out. The prediction is the elapsed time
 * over the share of the predicted work that is done. It only moves when more work is done, a part
 * of the way each time, and counts down in between, so that one long job does not push it away. */
uint64_t nb_eta_update(nb_eta *eta, const nbang_progress *progress);

/* Enough for any line and its terminator. */
#define NB_PROGRESS_LINE_SIZE 256

/* The line for a terminal of `columns` columns (0: not cut), as
 * "12/24 jobs  48%  ETA 0:13  elapsed 0:12  1,234,567 digits  2 busy". One column stays free, since
 * some terminals wrap after the last. The percentage is of predicted work and, like the ETA, left
 * out while the input goes on ("12/24+ jobs"). ASCII only. Returns the length, which is less than
 * `size`. */
size_t nb_progress_line(char *out, size_t size, const nbang_progress *progress, uint64_t eta_ns,
                        unsigned columns);

/* ---- the line on the screen ---- */

typedef enum nb_progress_mode {
    NB_PROGRESS_AUTO, /* on a terminal only */
    NB_PROGRESS_ALWAYS,
    NB_PROGRESS_NEVER
} nb_progress_mode;

typedef struct nb_progress {
    int fd; /* where the line goes; -1: nowhere */
    bool held;
    size_t shown; /* columns that the line takes on the screen now; 0: it is not there */
    nb_eta eta;
} nb_progress;

/* Nothing on the screen yet. `fd` (standard error) stays the caller's. */
void nb_progress_init(nb_progress *progress, nb_progress_mode mode, int fd);

/* Shows the news: fits nbang_hooks.progress with an nb_progress as ctx. Does nothing when not
 * wanted or held, or when the terminal is stopped, for which the master must not wait. Errors are
 * ignored: this is decoration. */
void nb_progress_show(void *progress, const nbang_progress *news);

/* Shows `text` in place of the line, cut to the terminal's width: for commands whose progress is
 * not that of a batch. Otherwise like nb_progress_show. */
void nb_progress_show_text(nb_progress *progress, const char *text);

/* Takes the line away, before something else is printed and at the end. The next news brings it
 * back. */
void nb_progress_clear(nb_progress *progress);

/* With `held` takes the line away until called without: while a result is on its way to the same
 * terminal and its line is not yet at an end. */
void nb_progress_hold(nb_progress *progress, bool held);

#endif
