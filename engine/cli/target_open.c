/* Opening a target: how a descriptor can be written without blocking, and what a path stands for.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/links.h"
#include "cli/target_impl.h"

enum {
    PIPE_BYTES = 1 << 20, /* what an unprivileged user may have (pipe(7)) */
    FIFO_RETRY_MS = 20,   /* a reader that comes is noticed this much later at most */
    PROC_PATH_BYTES = 40, /* "/proc/self/fd/" and an int */
    OPEN_FLAGS = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
};

/* Fewer wake-ups for both sides. Limits and privileges may forbid it, and it does not matter. */
static void enlarge_pipe(int fd)
{
    int size = fcntl(fd, F_GETPIPE_SZ);
    if (size > 0 && size < PIPE_BYTES) {
        (void)fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
    }
}

/* A new non-blocking description of the pipe or terminal `fd`, or -1 if it cannot be had: /proc is
 * not there, the pipe belongs to another user, a FIFO has no reader left. */
static int reopen(int fd)
{
    unsigned number;
    if (ioctl(fd, TIOCGPTN, &number) == 0) {
        return -1; /* a pseudo-terminal's master: opening that makes another terminal */
    }
    char path[PROC_PATH_BYTES];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, OPEN_FLAGS);
}

/* Prepares `target` to write to `fd`, whose flags nothing here changes. False: errno tells why. */
static bool attach(nb_target *target, int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0) {
        return false;
    }
    int flags = fcntl(fd, F_GETFL);
    target->fd = fd;
    target->terminal = isatty(fd) == 1;
    if ((flags & O_ACCMODE) == O_RDONLY) {
        target->kind = CHANNEL_PLAIN; /* write will say so; opened anew it might work, wrongly */
    } else if (S_ISREG(info.st_mode)) {
        target->kind = CHANNEL_REGULAR;
        target->position = flags & O_APPEND ? info.st_size : lseek(fd, 0, SEEK_CUR);
    } else if (S_ISSOCK(info.st_mode)) {
        target->kind = CHANNEL_SOCKET;
    } else if (S_ISFIFO(info.st_mode) || target->terminal) {
        int own = reopen(fd);
        target->kind = own >= 0 ? CHANNEL_NONBLOCKING : CHANNEL_POLLED;
        target->fd = own >= 0 ? own : fd;
        target->owns_fd = own >= 0;
        enlarge_pipe(target->fd);
    } else {
        target->kind = CHANNEL_PLAIN;
    }
    return true;
}

/* Forgets the last output; `name` is what messages will call the new one. */
static nb_status reset(nb_target *target, const char *name)
{
    assert(target->kind == CHANNEL_NONE);
    char *copy = strdup(name);
    free(target->name);
    free(target->error);
    *target =
        (nb_target){.fd = -1, .name = copy, .buffer = target->buffer, .capacity = target->capacity};
    nb_replace_init(&target->file);
    if (!copy) {
        nb_target_fail(target, ENOMEM);
        return NBANG_NO_MEMORY;
    }
    return NBANG_OK;
}

nb_status nb_target_open_fd(nb_target *target, int fd, const char *name)
{
    nb_status status = reset(target, name);
    if (status != NBANG_OK) {
        return status;
    }
    if (!attach(target, fd)) {
        nb_target_fail(target, errno);
        return NBANG_SYSTEM;
    }
    return NBANG_OK;
}

nb_status nb_target_open_stdout(nb_target *target)
{
    nb_status status = nb_target_open_fd(target, STDOUT_FILENO, "standard output");
    /* A program that finds the number free at its start takes it with something read-only. */
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (status == NBANG_OK && flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) {
        nb_target_fail(target, EBADF);
        nb_target_abort(target);
        status = NBANG_SYSTEM;
    }
    if (status == NBANG_SYSTEM && target->error_number == EBADF) {
        free(target->error);
        target->error = strdup("standard output is closed");
    }
    return status;
}

/* Sleeps until a reader may have come to a FIFO. False (errno EINTR): cancelled. */
static bool wait_for_reader(int cancel_fd)
{
    struct pollfd cancel = {.fd = cancel_fd, .events = POLLIN};
    if (poll(&cancel, 1, FIFO_RETRY_MS) > 0) {
        errno = EINTR;
        return false;
    }
    return true;
}

/* Opens what is neither absent nor a regular file. */
static int open_in_place(const char *path, mode_t type, int cancel_fd)
{
    int fd = open(path, OPEN_FLAGS);
    while (fd < 0 && errno == ENXIO && S_ISFIFO(type) && wait_for_reader(cancel_fd)) {
        fd = open(path, OPEN_FLAGS);
    }
    return fd;
}

/* Opens `path`, which is not a symbolic link. */
static nb_status open_path(nb_target *target, const char *path, int cancel_fd)
{
    struct stat info;
    bool exists = stat(path, &info) == 0;
    if (!exists && (errno != ENOENT || *path == '\0')) {
        return NBANG_SYSTEM;
    }
    if (exists && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return NBANG_SYSTEM;
    }
    if (!exists || S_ISREG(info.st_mode)) {
        nb_status status = nb_replace_open(&target->file, path);
        if (status == NBANG_OK) {
            target->fd = target->file.fd;
            target->kind = CHANNEL_PLAIN;
        }
        return status;
    }
    int fd = open_in_place(path, info.st_mode & S_IFMT, cancel_fd);
    if (fd < 0) {
        return NBANG_SYSTEM;
    }
    target->fd = fd;
    target->owns_fd = true;
    target->kind = CHANNEL_NONBLOCKING; /* harmless where the device knows no such thing */
    target->terminal = isatty(fd) == 1;
    enlarge_pipe(fd);
    return NBANG_OK;
}

nb_status nb_target_open_file(nb_target *target, const char *path, int cancel_fd)
{
    nb_status status = reset(target, path);
    nb_links_end end = {.fd = -1};
    if (status == NBANG_OK) {
        status = nb_links_resolve(&end, path);
    }
    if (status == NBANG_OK && end.fd >= 0) {
        return nb_target_open_fd(target, end.fd, path);
    }
    if (status == NBANG_OK) {
        status = open_path(target, end.path, cancel_fd);
    }
    if (status != NBANG_OK) {
        nb_target_fail(target, status == NBANG_SYSTEM ? errno : ENOMEM);
    }
    free(end.path);
    return status;
}
