/* A directory for the files of one test. */
#ifndef NB_TEST_SCRATCH_H
#define NB_TEST_SCRATCH_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct scratch {
    char dir[64];
} scratch;

static inline scratch scratch_create(void)
{
    scratch made = {.dir = "/tmp/nbang-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(made.dir));
    return made;
}

/* DIR/name. */
static inline const char *scratch_path(const scratch *self, char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", self->dir, name);
    return path;
}

/* Number of entries of a directory. */
static inline int scratch_count(const char *path)
{
    int count = 0;
    DIR *dir = opendir(path);
    cr_assert_not_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(dir);
    return count;
}

static inline int scratch_remove_entry(const char *path, const struct stat *info, int type,
                                       struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

/* Removes it with all that is in it. */
static inline void scratch_remove(const scratch *self)
{
    cr_assert_eq(nftw(self->dir, scratch_remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* All of a file, with a NUL byte behind; the caller frees it. `len` may be NULL. */
static inline char *scratch_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s is not there", path);
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(size + 1);
    cr_assert_not_null(bytes);
    cr_assert_eq(fread(bytes, 1, size, file), size);
    bytes[size] = '\0';
    fclose(file);
    if (len) {
        *len = size;
    }
    return bytes;
}

static inline void scratch_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static inline bool scratch_holds(const char *path, const char *text)
{
    char *bytes = scratch_read(path, NULL);
    bool same = strcmp(bytes, text) == 0;
    free(bytes);
    return same;
}

/* Writes `text` to a file below the directory, and makes the folders on the way to it. */
static inline void scratch_put(const scratch *dir, const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", dir->dir, path);
    for (char *slash = full + strlen(dir->dir) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(full, 0700);
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file, "cannot write %s", full);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

#endif
