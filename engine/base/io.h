/* Reading and writing whole buffers on blocking descriptors, whatever signals arrive meanwhile. */
#ifndef NB_BASE_IO_H
#define NB_BASE_IO_H

#include <stddef.h>
#include <sys/uio.h>

#include "base/status.h"

/* Reads exactly `len` bytes. NBANG_END if the stream ends before the first byte, NBANG_CORRUPT if
 * it ends after it, NBANG_SYSTEM on error. */
NB_MUST_CHECK nb_status nb_io_read_full(int fd, void *buffer, size_t len);

/* Writes all parts in order. `parts` is used up: its entries are changed. NBANG_SYSTEM on error
 * (EPIPE among them, if SIGPIPE is ignored). */
NB_MUST_CHECK nb_status nb_io_write_full(int fd, struct iovec *parts, int num_parts);

/* Reads a small text file, as those in /proc and /sys, into `out` as a string of at most size - 1
 * bytes. NBANG_SYSTEM if it cannot be opened or read, NBANG_OUT_OF_RANGE if it is longer. */
NB_MUST_CHECK nb_status nb_io_read_text(const char *path, char *out, size_t size);

#endif
