/* Where a path that the user gave really leads. */
#ifndef NB_CLI_LINKS_H
#define NB_CLI_LINKS_H

#include "base/status.h"

/* Where to write what was asked to go to a path. */
typedef struct nb_links_end {
    int fd;     /* an already open descriptor, if the path is another name for one; else -1 */
    char *path; /* else a path that is no symbolic link; the caller frees it */
} nb_links_end;

/* Follows the symbolic links of the last component of `path`, also to a file that does not exist
 * yet, so that a file put in that place leaves the links as they are. /dev/stdout, /dev/stderr,
 * /dev/fd/N and /proc/self/fd/N stand for descriptors, as in the shell: opening what they name
 * anew would lose its offset and append mode. NBANG_SYSTEM (errno ELOOP, ENAMETOOLONG …) or
 * NBANG_NO_MEMORY. */
NB_MUST_CHECK nb_status nb_links_resolve(nb_links_end *end, const char *path);

#endif
