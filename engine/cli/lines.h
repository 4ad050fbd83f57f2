/* Cutting a stream of bytes into the lines that hold jobs, in memory that does not depend on it.
 *
 * Blanks (space, tab, carriage return) around the text of a line are dropped; so are comments,
 * from a "#" at the start of the line or after a blank to its end; lines with nothing else are
 * skipped but counted. A UTF-8 byte order mark at the very start is skipped. No I/O here. */
#ifndef NB_CLI_LINES_H
#define NB_CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that is kept of a line, in bytes. */
#define NB_LINES_TEXT_MAX 4096

typedef struct nb_lines {
    /* The latest line with a job in it; valid after nb_lines_feed or _finish found one, until the
     * next call of either. */
    char text[NB_LINES_TEXT_MAX + 1]; /* its start, terminated; may hold NUL bytes */
    size_t len;                       /* bytes in `text`, without the terminator */
    size_t total_len;                 /* bytes of the job in the stream: more than len if cut */
    uint64_t number;                  /* of the line, from 1, counting all lines */

    /* The line being read. */
    uint64_t num_ended; /* lines that are complete */
    size_t seen_len;    /* bytes from its first that is no blank: with blanks that may follow … */
    size_t job_len;     /* … and up to the last that is none */
    bool in_comment;    /* the rest of the line does not matter */
    bool at_file_start; /* nothing has been read but, possibly, part of a byte order mark */
} nb_lines;

/* Ready for the first byte of a stream. */
void nb_lines_init(nb_lines *lines);

/* Reads bytes[0, len) up to the end of the first line that holds a job. Returns the number of bytes
 * read, and whether there was such a line in *found; without one, that is all of them. */
size_t nb_lines_feed(nb_lines *lines, const char *bytes, size_t len, bool *found);

/* The stream has ended. Returns whether there was a job on a last line without line feed. */
bool nb_lines_finish(nb_lines *lines);

#endif
