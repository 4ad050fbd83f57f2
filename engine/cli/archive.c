#include "cli/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/quote.h"
#include "measure/import.h"

static nb_status fail_memory(char error[NB_ARCHIVE_ERROR_SIZE])
{
    snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s", nbang_status_string(NBANG_NO_MEMORY));
    return NBANG_NO_MEMORY;
}

nb_status nb_archive_init(nb_archive *archive, const char *path)
{
    *archive = (nb_archive){.path = NULL};
    if (path) {
        archive->path = strdup(path);
        return archive->path ? NBANG_OK : NBANG_NO_MEMORY;
    }
    return NBANG_OK;
}

void nb_archive_clear(nb_archive *archive)
{
    nb_history_close(archive->history);
    free(archive->path);
    *archive = (nb_archive){.path = NULL};
}

/* Writes the name of a file and what is wrong with it. */
static void name_file(char error[NB_ARCHIVE_ERROR_SIZE], const char *path, const char *reason)
{
    char quoted[NB_QUOTE_FILE_SIZE];
    const size_t len = strlen(path);
    snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s: %s",
             nb_quote(quoted, sizeof(quoted), path, len, len), reason);
}

void nb_archive_explain(const nb_archive *archive, const char *reason,
                        char error[NB_ARCHIVE_ERROR_SIZE])
{
    name_file(error, archive->path, reason);
}

/* Finds out where the history usually is, with its folders for writing. */
static nb_status find_usual_place(nb_archive *archive, nb_history_use use,
                                  char error[NB_ARCHIVE_ERROR_SIZE])
{
    nb_status status = nb_history_default_path(&archive->path);
    if (status == NBANG_INVALID) {
        snprintf(error, NB_ARCHIVE_ERROR_SIZE,
                 "neither XDG_DATA_HOME nor HOME says where the history is; use --db");
        return status;
    }
    if (status == NBANG_OK && use == NB_HISTORY_WRITE) {
        status = nb_history_make_folders(archive->path);
        if (status == NBANG_SYSTEM) {
            name_file(error, archive->path, strerror(errno));
        }
    }
    return status == NBANG_NO_MEMORY ? fail_memory(error) : status;
}

nb_status nb_archive_open(nb_archive *archive, nb_history_use use,
                          char error[NB_ARCHIVE_ERROR_SIZE])
{
    if (archive->history) {
        return NBANG_OK;
    }
    nb_status status = archive->path ? NBANG_OK : find_usual_place(archive, use, error);
    if (status) {
        return status;
    }
    char reason[NB_HISTORY_ERROR_SIZE];
    status = nb_history_open(&archive->history, archive->path, use, reason);
    if (status == NBANG_END) {
        name_file(error, archive->path,
                  "there is no history yet; \"nbang bench --record\" begins one");
        return NBANG_INVALID;
    }
    if (status) {
        name_file(error, archive->path, reason);
    }
    return status;
}

nb_status nb_archive_get_kept(nb_archive *archive, const char *name, nb_record *record,
                              char origin[NB_ARCHIVE_ORIGIN_SIZE],
                              char error[NB_ARCHIVE_ERROR_SIZE])
{
    char quoted[NB_QUOTE_SIZE], reason[NB_HISTORY_ERROR_SIZE];
    const size_t len = strlen(name);
    int64_t id = 0;
    nb_status status = nb_archive_open(archive, NB_HISTORY_READ, error);
    if (status) {
        return status;
    }
    status = nb_history_find(archive->history, name, &id, reason);
    if (status) {
        char line[NB_HISTORY_ERROR_SIZE + NB_QUOTE_SIZE + 16];
        snprintf(line, sizeof(line), "record %s: %s",
                 nb_quote(quoted, sizeof(quoted), name, len, len), reason);
        name_file(error, archive->path, line);
        return status;
    }
    status = nb_history_get(archive->history, id, record, reason);
    if (status) {
        name_file(error, archive->path, reason);
    } else {
        snprintf(origin, NB_ARCHIVE_ORIGIN_SIZE, "#%" PRId64 " of the history", id);
    }
    return status;
}

/* Whether it is a record's name that hardly anybody gives to a file: 12, #12, last, last~1. */
static bool can_only_be_kept(const char *name)
{
    const size_t digits = strspn(name + (*name == '#'), "0123456789");
    return (digits > 0 && name[(*name == '#') + digits] == '\0') || strcmp(name, "last") == 0 ||
           strncmp(name, "last~", strlen("last~")) == 0;
}

nb_status nb_archive_get(nb_archive *archive, const char *name, nb_record *record,
                         char origin[NB_ARCHIVE_ORIGIN_SIZE], char error[NB_ARCHIVE_ERROR_SIZE])
{
    if (access(name, F_OK) == 0) {
        char quoted[NB_QUOTE_FILE_SIZE], reason[NB_RECORD_ERROR_SIZE];
        const size_t len = strlen(name);
        const nb_status status = nb_import_file(record, name, reason);
        if (status) {
            name_file(error, name, reason);
        } else {
            snprintf(origin, NB_ARCHIVE_ORIGIN_SIZE, "file %s",
                     nb_quote(quoted, sizeof(quoted), name, len, len));
        }
        return status;
    }
    /* What looks like a path was meant as one. */
    if (strchr(name, '/') || strchr(name, '.')) {
        name_file(error, name, "No such file or directory");
        return NBANG_SYSTEM;
    }
    char reason[NB_ARCHIVE_ERROR_SIZE];
    const nb_status status = nb_archive_get_kept(archive, name, record, origin, reason);
    if (status && (status == NBANG_NO_MEMORY || can_only_be_kept(name))) {
        snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s", reason);
    } else if (status) {
        char quoted[NB_QUOTE_SIZE];
        const size_t len = strlen(name);
        snprintf(error, NB_ARCHIVE_ERROR_SIZE, "%s is neither a file nor a record: %.*s",
                 nb_quote(quoted, sizeof(quoted), name, len, len),
                 NB_ARCHIVE_ERROR_SIZE - NB_QUOTE_SIZE - 40, reason);
    }
    return status;
}
