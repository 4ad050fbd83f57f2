#include "cli/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void nb_replace_init(nb_replace *file)
{
    *file = (nb_replace){.fd = -1};
}

/* Permissions for the new file at `path`. False (errno set): it is there and may not be written. */
static bool choose_mode(const char *path, mode_t *mode)
{
    struct stat old;
    if (stat(path, &old) == 0) {
        *mode = old.st_mode & 0777; /* a set-uid bit does not pass to new contents */
        return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
    }
    mode_t mask = umask(0); /* can only be read by setting it; nobody else is running */
    umask(mask);
    *mode = 0666 & ~mask;
    return errno == ENOENT;
}

/* The mkostemp template for a temporary file in the directory of `path`; NULL without memory. Its
 * name does not contain the final one, which may be as long as names can be. */
static char *temporary_template(const char *path)
{
    const char *slash = strrchr(path, '/');
    int dir_len = slash ? (int)(slash + 1 - path) : 0;
    char *name;
    return asprintf(&name, "%.*s.nbang-XXXXXX", dir_len, path) < 0 ? NULL : name;
}

nb_status nb_replace_open(nb_replace *file, const char *path)
{
    mode_t mode;
    if (!choose_mode(path, &mode)) {
        return NBANG_SYSTEM;
    }
    nb_replace made = {.fd = -1, .path = strdup(path), .temporary = temporary_template(path)};
    if (!made.path || !made.temporary) {
        free(made.path);
        free(made.temporary);
        return NBANG_NO_MEMORY;
    }
    made.fd = mkostemp(made.temporary, O_CLOEXEC);
    if (made.fd < 0) {
        int error = errno;
        free(made.path);
        free(made.temporary);
        errno = error;
        return NBANG_SYSTEM;
    }
    if (fchmod(made.fd, mode) != 0) {
        int error = errno;
        nb_replace_discard(&made);
        errno = error;
        return NBANG_SYSTEM;
    }
    *file = made;
    return NBANG_OK;
}

static void release(nb_replace *file)
{
    free(file->path);
    free(file->temporary);
    nb_replace_init(file);
}

nb_status nb_replace_commit(nb_replace *file)
{
    /* Linux closes the descriptor even where close reports an error, so there is no second try. */
    int error = close(file->fd) == 0 ? 0 : errno;
    if (error == 0 && rename(file->temporary, file->path) != 0) {
        error = errno;
    }
    if (error != 0) {
        unlink(file->temporary);
    }
    release(file);
    errno = error;
    return error == 0 ? NBANG_OK : NBANG_SYSTEM;
}

void nb_replace_discard(nb_replace *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        unlink(file->temporary);
    }
    release(file);
}
