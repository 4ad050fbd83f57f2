#include "cli/reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* Buffers that one call reads at most: 1 MiB, or about a millisecond. */
#define MAX_READS 16

/* O_NONBLOCK so that a FIFO without a writer opens at once; the description is ours alone. */
static int open_for_reading(const char *path)
{
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static nb_status check_not_directory(int fd)
{
    struct stat st;
    if (fstat(fd, &st)) {
        return NBANG_SYSTEM;
    }
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return NBANG_SYSTEM;
    }
    return NBANG_OK;
}

nb_status nb_reader_check_path(const char *path)
{
    struct stat st;
    if (stat(path, &st)) {
        return NBANG_SYSTEM;
    }
    if (S_ISFIFO(st.st_mode)) {
        return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) ? NBANG_SYSTEM : NBANG_OK;
    }
    int fd = open_for_reading(path);
    if (fd < 0) {
        return NBANG_SYSTEM;
    }
    nb_status status = check_not_directory(fd);
    int saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return status;
}

nb_status nb_reader_check_fd(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) {
        return NBANG_SYSTEM;
    }
    if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH)) {
        errno = EBADF;
        return NBANG_SYSTEM;
    }
    return check_not_directory(fd);
}

void nb_reader_init(nb_reader *reader)
{
    reader->fd = -1;
    reader->owns_fd = false;
    reader->ended = true;
    reader->begin = reader->end = 0;
    nb_lines_init(&reader->lines);
}

void nb_reader_attach(nb_reader *reader, int fd)
{
    assert(reader->fd < 0);
    nb_reader_init(reader);
    reader->fd = fd;
    reader->ended = false;
}

nb_status nb_reader_open(nb_reader *reader, const char *path)
{
    int fd = open_for_reading(path);
    if (fd < 0) {
        return NBANG_SYSTEM;
    }
    nb_reader_attach(reader, fd);
    reader->owns_fd = true;
    return NBANG_OK;
}

/* Reads what is there into the empty buffer, and notes the end of the file. The poll makes sure
 * that the read does not wait: a readable descriptor yields at least one byte or end-of-file. */
static nb_status fill(nb_reader *reader)
{
    struct pollfd poll_fd = {.fd = reader->fd, .events = POLLIN};
    int num_ready = poll(&poll_fd, 1, 0);
    if (num_ready == 0 || (num_ready < 0 && errno == EINTR)) {
        return NBANG_AGAIN;
    }
    if (num_ready < 0) {
        return NBANG_SYSTEM;
    }

    ssize_t len = read(reader->fd, reader->buffer, sizeof(reader->buffer));
    if (len < 0) {
        return errno == EAGAIN || errno == EINTR ? NBANG_AGAIN : NBANG_SYSTEM;
    }
    reader->begin = 0;
    reader->end = (size_t)len;
    reader->ended = len == 0;
    return NBANG_OK;
}

nb_status nb_reader_next(nb_reader *reader)
{
    for (unsigned reads = 0;;) {
        bool found;
        reader->begin += nb_lines_feed(&reader->lines, reader->buffer + reader->begin,
                                       reader->end - reader->begin, &found);
        if (found) {
            return NBANG_OK;
        }
        if (reader->ended) {
            return NBANG_END;
        }
        if (reads++ == MAX_READS) {
            return NBANG_AGAIN;
        }
        nb_status status = fill(reader);
        if (status) {
            return status;
        }
        if (reader->ended && nb_lines_finish(&reader->lines)) {
            return NBANG_OK;
        }
    }
}

void nb_reader_close(nb_reader *reader)
{
    if (reader->owns_fd) {
        close(reader->fd);
    }
    nb_reader_init(reader);
}
