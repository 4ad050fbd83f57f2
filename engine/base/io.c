#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* read() until it says something else than "interrupted". */
static ssize_t read_retrying(int fd, void *buffer, size_t len)
{
    ssize_t got;
    do {
        got = read(fd, buffer, len);
    } while (got < 0 && errno == EINTR);
    return got;
}

nb_status nb_io_read_full(int fd, void *buffer, size_t len)
{
    char *at = buffer;
    size_t missing = len;
    while (missing > 0) {
        ssize_t got = read_retrying(fd, at, missing);
        if (got < 0) {
            return NBANG_SYSTEM;
        }
        if (got == 0) {
            return missing == len ? NBANG_END : NBANG_CORRUPT;
        }
        at += got;
        missing -= (size_t)got;
    }
    return NBANG_OK;
}

nb_status nb_io_write_full(int fd, struct iovec *parts, int num_parts)
{
    while (num_parts > 0) {
        if (parts->iov_len == 0) {
            parts++;
            num_parts--;
            continue;
        }
        ssize_t put = writev(fd, parts, num_parts);
        if (put < 0) {
            if (errno == EINTR) {
                continue;
            }
            return NBANG_SYSTEM;
        }
        for (size_t done = (size_t)put; done > 0;) {
            size_t step = done < parts->iov_len ? done : parts->iov_len;
            parts->iov_base = (char *)parts->iov_base + step;
            parts->iov_len -= step;
            done -= step;
            if (parts->iov_len == 0) {
                parts++;
                num_parts--;
            }
        }
    }
    return NBANG_OK;
}

nb_status nb_io_read_text(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NBANG_SYSTEM;
    }
    size_t len = 0;
    ssize_t got = 1;
    while (len < size && got > 0) {
        got = read_retrying(fd, out + len, size - len);
        len += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (got < 0) {
        return NBANG_SYSTEM;
    }
    if (len == size) {
        return NBANG_OUT_OF_RANGE;
    }
    out[len] = '\0';
    return NBANG_OK;
}
