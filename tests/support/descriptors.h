/* The open file descriptors of a process, as it sees them itself. */
#ifndef NB_TEST_DESCRIPTORS_H
#define NB_TEST_DESCRIPTORS_H

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct descriptor {
    int fd;
    char target[64]; /* what it stands for, as "pipe:[1234]" */
} descriptor;

/* Lists the open descriptors, at most `max`, without any order. Those beyond the process's limit
 * are not its own but valgrind's. Returns their number, SIZE_MAX if it cannot be known. */
static inline size_t list_descriptors(descriptor *list, size_t max)
{
    struct rlimit limit;
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL || getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return (size_t)-1;
    }
    size_t num = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL && num < max; entry = readdir(dir)) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || fd == dirfd(dir) || (rlim_t)fd >= limit.rlim_cur) {
            continue;
        }
        list[num].fd = fd;
        ssize_t len =
            readlinkat(dirfd(dir), entry->d_name, list[num].target, sizeof(list[num].target) - 1);
        list[num].target[len > 0 ? len : 0] = '\0';
        num++;
    }
    closedir(dir);
    return num;
}

/* The number of open descriptors below 2000; takes none itself. */
static inline size_t count_descriptors(void)
{
    size_t num = 0;
    for (int fd = 0; fd < 2000; fd++) {
        num += fcntl(fd, F_GETFD) >= 0;
    }
    return num;
}

/* Limits the process to `max` descriptors, for good. False if that has no effect, as under
 * valgrind. */
static inline bool limit_descriptors(rlim_t max)
{
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){max, max});
    int fd = fcntl(STDERR_FILENO, F_DUPFD, (int)max);
    if (fd >= 0) {
        close(fd);
    }
    return fd < 0;
}

#endif
