/* Where bytes go: standard output or a file, without ever holding up the master.
 *
 * The master is a single thread that also serves the workers, so it must not sleep in write(2)
 * because a reader is slow. A target takes bytes into a bounded buffer, writes what goes without
 * blocking, and names the descriptor to poll when it has to wait.
 *
 * O_NONBLOCK belongs to the open file description, which standard output shares with the shell and
 * with other programs: setting it there would break them. So pipes and terminals are opened anew
 * through /proc/self/fd; where that is not allowed, each write is preceded by a poll and at most
 * PIPE_BUF bytes long, which a pipe that is ready takes whole (a terminal may not: one that belongs
 * to another user and is stopped can hold us up). Sockets have MSG_DONTWAIT. Regular
 * files and whatever else there is are written in full, since they make nobody wait for a reader.
 *
 * The process must ignore SIGPIPE, so that a reader that goes away is an error here and not the
 * end: see nb_target_reader_gone. */
#ifndef NB_CLI_TARGET_H
#define NB_CLI_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Longest single write that the bound on the buffer takes into account. */
#define NB_TARGET_CHUNK_BYTES ((size_t)256 << 10)
/* Small writes are gathered until there are this many bytes: 0.03 ns a byte for the copy. Writing
 * texts from where they are, by one writev(2) for each with its line end, gains nothing from 16 KB
 * on and costs 0.05 ns a byte at 5 KB (tmpfs, Linux 6.18, Intel Xeon, family 6, model 207). */
#define NB_TARGET_GATHER_BYTES ((size_t)64 << 10)

typedef struct nb_target nb_target;

/* A target that is not open. NBANG_NO_MEMORY is the only error. One target can be opened and
 * finished any number of times, and keeps its buffer. */
NB_MUST_CHECK nb_status nb_target_create(nb_target **target);

/* Aborts what is open. */
void nb_target_destroy(nb_target *target);

/* ---- opening: the target must not be open ----
 * NBANG_SYSTEM or NBANG_NO_MEMORY; nb_target_error then has a line to show. */

/* Writes to the open descriptor `fd`, which stays the caller's and is called `name` in messages. */
NB_MUST_CHECK nb_status nb_target_open_fd(nb_target *target, int fd, const char *name);

/* Writes to standard output. Fails if descriptor 1 was closed when the program started; the program
 * must not have opened anything else under that number. */
NB_MUST_CHECK nb_status nb_target_open_stdout(nb_target *target);

/* Writes to `path`. An absent or regular file is written beside its place and renamed by
 * nb_target_finish (see replace.h); symbolic links stay. Anything else is opened as it is and
 * written in place. A FIFO without a reader is waited for, as in the shell; that wait ends with an
 * error (EINTR) when `cancel_fd` becomes readable, and looks for the reader 50 times a second,
 * because only a blocking open would be told of it. cancel_fd may be -1. */
NB_MUST_CHECK nb_status nb_target_open_file(nb_target *target, const char *path, int cancel_fd);

/* ---- writing ---- */

/* Takes all `len` bytes. What does not go out at once is copied, so the buffer holds at most
 * NB_TARGET_GATHER_BYTES and what is written in spite of nb_target_blocked_fd; callers look there
 * before each chunk. Long pieces go straight from `data` to the system when nothing waits before
 * them. NBANG_SINK_FAILED after the first error, then and ever after. About 10 ns for a few bytes.
 */
NB_MUST_CHECK nb_status nb_target_write(nb_target *target, const void *data, size_t len);

/* Writes as much of the buffer as goes without blocking. Errors as above. */
NB_MUST_CHECK nb_status nb_target_flush(nb_target *target);

/* The descriptor that must become writable before nb_target_flush can get on, or -1. While it is
 * not -1 nothing but flush should be called. poll(2) may report POLLERR instead of POLLOUT when the
 * reader is gone: flush finds out. */
int nb_target_blocked_fd(const nb_target *target);

/* A descriptor on which poll(2) reports POLLERR when the reader is gone, whether or not anything is
 * written; -1 if there is no reader to watch. */
int nb_target_reader_fd(const nb_target *target);

/* Bytes taken and not yet written. */
size_t nb_target_buffered(const nb_target *target);

/* All that was written so far is worth keeping: nb_target_abort cuts off no more than what comes
 * after. */
void nb_target_mark(nb_target *target);

/* ---- ending ---- */

/* Writes out the rest, waiting as long as it takes, closes, and puts a new file in its place. The
 * target is no longer open, whatever comes back. NBANG_SINK_FAILED if this or any earlier write
 * failed; NBANG_INTERRUPTED if `cancel_fd` (may be -1) became readable while it waited. In both
 * cases the target has been aborted. */
NB_MUST_CHECK nb_status nb_target_finish(nb_target *target, int cancel_fd);

/* Ends without waiting and leaves nothing broken behind, as far as that can be had. A new file is
 * removed. Elsewhere the bytes up to the last mark are written as far as they go without blocking,
 * and a regular file is cut back to that mark if more was written, provided that nobody else has
 * written to it since. No effect on a target that is not open. */
void nb_target_abort(nb_target *target);

/* ---- looking ---- */

/* The first error since the target was opened, as "cannot write to results.txt: No space left on
 * device"; NULL if there was none. Valid until the next open or destroy. */
const char *nb_target_error(const nb_target *target);

/* The first error was EPIPE: the reader does not want more. Not worth a message: the program should
 * end as SIGPIPE would have ended it. */
bool nb_target_reader_gone(const nb_target *target);

/* The target is open and a terminal. */
bool nb_target_is_terminal(const nb_target *target);

#endif
