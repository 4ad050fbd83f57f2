/* What the files that make up the target share: target_open.c finds out how a descriptor must be
 * written, target_channel.c writes to it, target.c keeps the buffer and the promises. */
#ifndef NB_CLI_TARGET_IMPL_H
#define NB_CLI_TARGET_IMPL_H

#include <stdint.h>
#include <sys/types.h>

#include "cli/replace.h"
#include "cli/target.h"

/* How to write to a descriptor without blocking on its reader. */
typedef enum channel_kind {
    CHANNEL_NONE,        /* not open */
    CHANNEL_PLAIN,       /* it has no reader to wait for: write in full */
    CHANNEL_REGULAR,     /* the same, and the file can be cut back */
    CHANNEL_NONBLOCKING, /* our own description with O_NONBLOCK */
    CHANNEL_SOCKET,      /* shared description: send with MSG_DONTWAIT */
    CHANNEL_POLLED       /* shared description: poll, then at most PIPE_BUF bytes */
} channel_kind;

struct nb_target {
    channel_kind kind;
    int fd;
    bool owns_fd; /* close it at the end, unless it is file.fd */
    bool terminal;
    nb_replace file; /* file.fd is fd if the output is a new file */
    char *name;      /* for messages; owned */

    char *buffer; /* bytes [start, start + used) wait to be written */
    size_t capacity, start, used;
    bool would_block; /* the last write found no room, so `used` > 0 */

    uint64_t written; /* bytes that the system took … */
    uint64_t marked;  /* … and the number that it will have taken at the last mark */
    off_t position;   /* regular: file offset after the last write */
    bool shared;      /* regular: somebody else moved the offset: do not cut */

    char *error;      /* line for the user, or NULL; owned */
    int error_number; /* errno of the first error, 0 if there was none */
};

/* Writes bytes to an open target until all are gone or no more goes without blocking (sets
 * would_block), and counts them in `done`. False after an error (errno set). */
bool nb_target_push(nb_target *target, const char *data, size_t len, size_t *done);

/* Keeps the first error of a target as "cannot write to NAME: REASON". */
void nb_target_fail(nb_target *target, int error_number);

#endif
