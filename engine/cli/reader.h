/* Reading the lines of a file, pipe, socket or terminal without ever waiting for it. */
#ifndef NB_CLI_READER_H
#define NB_CLI_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "cli/lines.h"

#define NB_READER_BUFFER_SIZE ((size_t)64 * 1024)

/* One descriptor being read. About 70 KiB, so better not on the stack. */
typedef struct nb_reader {
    int fd;       /* -1: nothing is open */
    bool owns_fd; /* opened here, so closed here */
    bool ended;   /* end of file was read */
    size_t begin; /* buffer[begin, end) is still to be looked at */
    size_t end;
    nb_lines lines;
    char buffer[NB_READER_BUFFER_SIZE];
} nb_reader;

/* Whether `path` can be opened and read, as far as that shows beforehand; nothing stays open. A
 * FIFO is not opened, since its writer would notice. NBANG_SYSTEM and errno if not, EISDIR for a
 * directory. */
NB_MUST_CHECK nb_status nb_reader_check_path(const char *path);

/* The same for an open descriptor: EBADF if it is closed or not open for reading. */
NB_MUST_CHECK nb_status nb_reader_check_fd(int fd);

/* A reader with nothing open. */
void nb_reader_init(nb_reader *reader);

/* Starts to read `path`, or a descriptor that remains the caller's and keeps its mode: it may be
 * shared with other processes, so it does not become non-blocking. `reader` has nothing open.
 * NBANG_SYSTEM and errno if the file cannot be opened. */
NB_MUST_CHECK nb_status nb_reader_open(nb_reader *reader, const char *path);
void nb_reader_attach(nb_reader *reader, int fd);

/* Finds the next line with a job, into reader->lines. NBANG_END after the last one; NBANG_AGAIN
 * when none has arrived, or when a good deal of other bytes has been read and the caller should
 * have its turn: continue when `fd` is readable (a regular file always is). NBANG_SYSTEM and errno
 * if the descriptor cannot be read. */
NB_MUST_CHECK nb_status nb_reader_next(nb_reader *reader);

/* Closes what is open. */
void nb_reader_close(nb_reader *reader);

#endif
