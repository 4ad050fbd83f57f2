/* A file that takes its place only when it is whole.
 *
 * The contents go to a temporary file in the directory of the final one, which rename(2) then puts
 * in place in one step: a reader sees the old file or the new one, never a part, and an interrupted
 * run leaves the old one as it was. */
#ifndef NB_CLI_REPLACE_H
#define NB_CLI_REPLACE_H

#include "base/status.h"

typedef struct nb_replace {
    int fd;          /* open for writing, close-on-exec; -1 if there is none */
    char *path;      /* where the file will be; owned */
    char *temporary; /* where it is now; owned */
} nb_replace;

/* No file. */
void nb_replace_init(nb_replace *file);

/* Starts a file that will be `path`, which is absent or a regular file and not a symbolic link (see
 * nb_links_resolve). It gets the permissions of the file that it replaces, or those that
 * open(path, O_CREAT, 0666) would give. NBANG_SYSTEM (errno tells why) or NBANG_NO_MEMORY. A file
 * that may not be written is not replaced either, although rename(2) would allow it: EACCES. */
NB_MUST_CHECK nb_status nb_replace_open(nb_replace *file, const char *path);

/* Closes the file and puts it in its place. NBANG_SYSTEM (errno tells why): the temporary file is
 * removed and `path` is as it was. In either case `file` is as after nb_replace_init. */
NB_MUST_CHECK nb_status nb_replace_commit(nb_replace *file);

/* Closes and removes the temporary file, if there is one; `path` is as it was. */
void nb_replace_discard(nb_replace *file);

#endif
