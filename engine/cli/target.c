#include "cli/target.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/target_impl.h"

/* Room for small writes, one chunk behind them, and what a record has around its digits. */
#define BUFFER_BYTES (NB_TARGET_GATHER_BYTES + NB_TARGET_CHUNK_BYTES + 4096)

nb_status nb_target_create(nb_target **target)
{
    nb_target *made = calloc(1, sizeof(*made));
    char *buffer = malloc(BUFFER_BYTES); /* the system gives the pages when they are used */
    if (!made || !buffer) {
        free(made);
        free(buffer);
        return NBANG_NO_MEMORY;
    }
    *made = (nb_target){.fd = -1, .buffer = buffer, .capacity = BUFFER_BYTES};
    nb_replace_init(&made->file);
    *target = made;
    return NBANG_OK;
}

void nb_target_destroy(nb_target *target)
{
    if (target) {
        nb_target_abort(target);
        free(target->buffer);
        free(target->name);
        free(target->error);
        free(target);
    }
}

void nb_target_fail(nb_target *target, int error_number)
{
    if (target->error_number != 0) {
        return;
    }
    target->error_number = error_number;
    const char *name = target->name ? target->name : "the output";
    if (asprintf(&target->error, "cannot write to %s: %s", name, strerror(error_number)) < 0) {
        target->error = NULL; /* nb_target_error has a line for that */
    }
}

/* ---- writing ---- */

/* Writes to the system, or reports the failure and keeps it. */
static nb_status push(nb_target *target, const char *data, size_t len, size_t *done)
{
    if (nb_target_push(target, data, len, done)) {
        return NBANG_OK;
    }
    nb_target_fail(target, errno);
    return NBANG_SINK_FAILED;
}

/* Makes the free end of the buffer at least `len` bytes long. It grows only for what is written in
 * spite of a full target, such as a record about a very long line of input. */
static nb_status make_room(nb_target *target, size_t len)
{
    if (target->start > 0) {
        memmove(target->buffer, target->buffer + target->start, target->used);
        target->start = 0;
    }
    if (target->capacity - target->used < len) {
        size_t capacity = target->used + len;
        char *larger = realloc(target->buffer, capacity);
        if (!larger) {
            nb_target_fail(target, ENOMEM);
            return NBANG_SINK_FAILED;
        }
        target->buffer = larger;
        target->capacity = capacity;
    }
    return NBANG_OK;
}

static nb_status append(nb_target *target, const char *data, size_t len)
{
    size_t tail = target->start + target->used;
    if (target->capacity - tail < len) {
        nb_status status = make_room(target, len);
        if (status != NBANG_OK) {
            return status;
        }
        tail = target->used;
    }
    memcpy(target->buffer + tail, data, len);
    target->used += len;
    return NBANG_OK;
}

nb_status nb_target_write(nb_target *target, const void *data, size_t len)
{
    if (target->error_number != 0) {
        return NBANG_SINK_FAILED;
    }
    if (target->used + len <= NB_TARGET_GATHER_BYTES) {
        return append(target, data, len);
    }
    if (!target->would_block) {
        nb_status status = nb_target_flush(target);
        if (status != NBANG_OK) {
            return status;
        }
    }
    size_t done = 0;
    if (!target->would_block && len > NB_TARGET_GATHER_BYTES) {
        nb_status status = push(target, data, len, &done);
        if (status != NBANG_OK) {
            return status;
        }
    }
    return append(target, (const char *)data + done, len - done);
}

nb_status nb_target_flush(nb_target *target)
{
    if (target->error_number != 0) {
        return NBANG_SINK_FAILED;
    }
    if (target->used == 0) {
        return NBANG_OK;
    }
    size_t done;
    nb_status status = push(target, target->buffer + target->start, target->used, &done);
    target->used -= done;
    target->start = target->used > 0 ? target->start + done : 0;
    return status;
}

int nb_target_reader_fd(const nb_target *target)
{
    bool has_reader = target->kind == CHANNEL_NONBLOCKING || target->kind == CHANNEL_POLLED ||
                      target->kind == CHANNEL_SOCKET;
    return has_reader ? target->fd : -1;
}

int nb_target_blocked_fd(const nb_target *target)
{
    return target->would_block && target->error_number == 0 ? target->fd : -1;
}

size_t nb_target_buffered(const nb_target *target)
{
    return target->used;
}

void nb_target_mark(nb_target *target)
{
    target->marked = target->written + target->used;
}

/* ---- ending ---- */

/* Cuts a regular file back to the last mark, if what would go is ours and the end of the file. */
static void cut_back(nb_target *target)
{
    off_t keep = target->position - (off_t)(target->written - target->marked);
    struct stat info;
    if (!target->shared && fstat(target->fd, &info) == 0 && info.st_size == target->position &&
        lseek(target->fd, 0, SEEK_CUR) == target->position && ftruncate(target->fd, keep) == 0) {
        /* The offset is shared: whoever writes next must not leave a hole. */
        (void)lseek(target->fd, keep, SEEK_SET);
    }
}

/* The error that closing `fd` would give, or 0, without closing it: some file systems report a full
 * disk only then, and they do so for every duplicate of a descriptor. */
static int try_close(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 || close(copy) == 0 ? 0 : errno;
}

/* Closes what is ours, and forgets what is not. 0 or an errno. */
static int release_fd(nb_target *target)
{
    int error = 0;
    if (target->owns_fd) {
        error = close(target->fd) == 0 ? 0 : errno;
    } else if (target->fd >= 0) {
        error = try_close(target->fd);
    }
    nb_replace_discard(&target->file);
    target->kind = CHANNEL_NONE;
    target->fd = -1;
    target->owns_fd = false;
    target->terminal = false;
    target->would_block = false;
    target->start = 0;
    target->used = 0;
    return error;
}

void nb_target_abort(nb_target *target)
{
    if (target->kind == CHANNEL_NONE) {
        return;
    }
    if (target->file.fd < 0) {
        if (target->marked > target->written && target->error_number == 0) {
            size_t done; /* a failure is kept, and a reader that is not ready goes without */
            (void)push(target, target->buffer + target->start,
                       (size_t)(target->marked - target->written), &done);
        }
        if (target->kind == CHANNEL_REGULAR && target->written > target->marked) {
            cut_back(target);
        }
    }
    (void)release_fd(target);
}

/* Sleeps until the target takes more, or until `cancel_fd` becomes readable. */
static nb_status wait_writable(const nb_target *target, int cancel_fd)
{
    struct pollfd fds[] = {{.fd = target->fd, .events = POLLOUT},
                           {.fd = cancel_fd, .events = POLLIN}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) {
        return NBANG_SYSTEM;
    }
    return fds[1].revents != 0 ? NBANG_INTERRUPTED : NBANG_OK;
}

/* Writes the whole buffer. */
static nb_status drain(nb_target *target, int cancel_fd)
{
    nb_status status = nb_target_flush(target);
    while (status == NBANG_OK && target->used > 0) {
        status = wait_writable(target, cancel_fd);
        if (status == NBANG_SYSTEM) {
            nb_target_fail(target, errno);
            status = NBANG_SINK_FAILED;
        } else if (status == NBANG_OK) {
            status = nb_target_flush(target);
        }
    }
    return status;
}

nb_status nb_target_finish(nb_target *target, int cancel_fd)
{
    assert(target->kind != CHANNEL_NONE);
    nb_status status = drain(target, cancel_fd);
    if (status != NBANG_OK) {
        nb_target_abort(target);
        return status;
    }
    if (target->file.fd >= 0) {
        target->fd = -1;
        if (nb_replace_commit(&target->file) != NBANG_OK) {
            nb_target_fail(target, errno);
        }
    }
    int error = release_fd(target);
    if (error != 0) {
        nb_target_fail(target, error);
    }
    return target->error_number == 0 ? NBANG_OK : NBANG_SINK_FAILED;
}

/* ---- looking ---- */

const char *nb_target_error(const nb_target *target)
{
    if (target->error_number == 0) {
        return NULL;
    }
    return target->error ? target->error : "cannot write the output, nor say why: out of memory";
}

bool nb_target_reader_gone(const nb_target *target)
{
    return target->error_number == EPIPE;
}

bool nb_target_is_terminal(const nb_target *target)
{
    return target->terminal;
}
