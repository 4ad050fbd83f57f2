/* A file for one test, with given contents, that needs no place in the file system. */
#ifndef NB_TEST_TEXT_FILE_H
#define NB_TEST_TEXT_FILE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Room for a path in /proc. */
enum { TEXT_FILE_PATH_SIZE = 64 };

/* Makes a file that holds `text`; `path` is a name to open it by. It lives as long as the test. */
static inline void text_file(char path[TEXT_FILE_PATH_SIZE], const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    snprintf(path, TEXT_FILE_PATH_SIZE, "/proc/self/fd/%d", fd);
}

#endif
