#include "cli/links.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"

enum { MAX_LINKS = 40 }; /* as many as Linux follows in one path (path_resolution(7)) */

/* The descriptor that `path` is another name for, or -1. */
static int named_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    if (strcmp(path, "/dev/stdout") == 0) {
        return STDOUT_FILENO;
    }
    if (strcmp(path, "/dev/stderr") == 0) {
        return STDERR_FILENO;
    }
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        size_t len = strlen(folders[i]);
        uint64_t number;
        if (strncmp(path, folders[i], len) == 0 &&
            nb_number_parse(&number, path + len, strlen(path + len)) == NBANG_OK &&
            number <= INT_MAX) {
            return (int)number;
        }
    }
    return -1;
}

/* What the link `path` with the text `link` leads to, as a new string; NULL without memory. */
static char *link_target(const char *path, const char *link)
{
    const char *slash = strrchr(path, '/');
    int dir_len = (link[0] == '/' || !slash) ? 0 : (int)(slash + 1 - path);
    char *target;
    return asprintf(&target, "%.*s%s", dir_len, path, link) < 0 ? NULL : target;
}

nb_status nb_links_resolve(nb_links_end *end, const char *path)
{
    char *here = strdup(path);
    for (int links = 0; here && links <= MAX_LINKS; links++) {
        int fd = named_descriptor(here);
        if (fd >= 0) {
            free(here);
            *end = (nb_links_end){.fd = fd};
            return NBANG_OK;
        }
        char link[PATH_MAX];
        ssize_t len = readlink(here, link, sizeof(link) - 1);
        if (len < 0) { /* not a link, or nothing there: opening it will tell */
            *end = (nb_links_end){.fd = -1, .path = here};
            return NBANG_OK;
        }
        link[len] = '\0';
        char *next = link_target(here, link);
        free(here);
        here = next;
    }
    if (!here) {
        return NBANG_NO_MEMORY;
    }
    free(here);
    errno = ELOOP;
    return NBANG_SYSTEM;
}
