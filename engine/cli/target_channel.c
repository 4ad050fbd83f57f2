/* Writing to one descriptor, each kind in its way. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/target_impl.h"

/* One attempt, with errno EAGAIN where it would block. */
static ssize_t write_once(const nb_target *target, const char *data, size_t len)
{
    switch (target->kind) {
    case CHANNEL_SOCKET:
        return send(target->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    case CHANNEL_POLLED: {
        struct pollfd ready = {.fd = target->fd, .events = POLLOUT};
        int count = poll(&ready, 1, 0);
        if (count <= 0) {
            errno = count == 0 ? EAGAIN : errno;
            return -1;
        }
        return write(target->fd, data, len < PIPE_BUF ? len : PIPE_BUF);
    }
    default:
        return write(target->fd, data, len);
    }
}

/* Notices writes of others to the same regular file through the same offset, before ours. */
static void check_position(nb_target *target, ssize_t wrote)
{
    if (target->kind == CHANNEL_REGULAR) {
        off_t position = lseek(target->fd, 0, SEEK_CUR);
        target->shared = target->shared || position != target->position + wrote;
        target->position = position;
    }
}

bool nb_target_push(nb_target *target, const char *data, size_t len, size_t *done)
{
    assert(target->kind != CHANNEL_NONE);
    *done = 0;
    target->would_block = false;
    while (*done < len) {
        ssize_t wrote = write_once(target, data + *done, len - *done);
        if (wrote > 0) {
            *done += (size_t)wrote;
            target->written += (uint64_t)wrote;
            check_position(target, wrote);
        } else if (wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            target->would_block = true;
            return true;
        } else if (wrote == 0) {
            errno = EIO; /* no device does this; trying for ever would be a busy wait */
            return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}
