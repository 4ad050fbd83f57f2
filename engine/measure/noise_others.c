/* Other runs of this program. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "measure/noise.h"

/* Processes that are named. */
enum { MAX_NAMED = 4 };

typedef struct process {
    long pid, parent;
    bool is_nbang;
} process;

typedef struct process_list {
    process *items; /* owned */
    size_t count;
} process_list;

/* ---- reading /proc ---- */

/* The parent and the name of a process, from /proc/PID/stat: "PID (NAME) STATE PARENT ...", where
 * the name may hold anything. */
static bool read_stat(process *found, char name[32], const char *dir)
{
    char path[600];
    char text[1024];
    snprintf(path, sizeof(path), "%s/stat", dir);
    if (nb_io_read_text(path, text, sizeof(text)) != NBANG_OK) {
        return false;
    }
    const char *open = strchr(text, '(');
    char *close = strrchr(text, ')');
    if (open == NULL || close == NULL || close < open || strlen(close) < 4) {
        return false;
    }
    found->parent = strtol(close + 4, NULL, 10);
    *close = '\0';
    snprintf(name, 32, "%s", open + 1);
    return true;
}

/* Whether a process runs this executable. That of another user's process cannot be read, but its
 * name can. */
static bool is_this_program(const char *dir, const char *name, const struct stat *own)
{
    char path[600];
    struct stat info;
    snprintf(path, sizeof(path), "%s/exe", dir);
    const bool is_same =
        stat(path, &info) == 0 && info.st_dev == own->st_dev && info.st_ino == own->st_ino;
    return is_same || strcmp(name, "nbang") == 0;
}

static nb_status add_process(process_list *list, const char *root, long pid, const struct stat *own)
{
    char dir[512];
    char name[32];
    process found = {.pid = pid};
    snprintf(dir, sizeof(dir), "%s/proc/%ld", root, pid);
    if (!read_stat(&found, name, dir)) {
        return NBANG_OK; /* it has ended meanwhile */
    }
    found.is_nbang = is_this_program(dir, name, own);
    process *items = realloc(list->items, (list->count + 1) * sizeof(*items));
    if (items == NULL) {
        return NBANG_NO_MEMORY;
    }
    items[list->count++] = found;
    list->items = items;
    return NBANG_OK;
}

static nb_status read_processes(process_list *list, const char *root)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/proc", root);
    struct stat own = {.st_ino = 0};
    DIR *dir = opendir(path);
    if (dir == NULL || stat("/proc/self/exe", &own) != 0) {
        if (dir != NULL) {
            closedir(dir);
        }
        return NBANG_OK; /* nothing can be known */
    }
    nb_status status = NBANG_OK;
    for (const struct dirent *entry; status == NBANG_OK && (entry = readdir(dir)) != NULL;) {
        char *end;
        const long pid = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && pid > 0) {
            status = add_process(list, root, pid, &own);
        }
    }
    closedir(dir);
    return status;
}

/* ---- relations ---- */

static const process *find(const process_list *list, long pid)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].pid == pid) {
            return &list->items[i];
        }
    }
    return NULL;
}

/* Whether `pid` is `ancestor` or descends from it. The number of steps is bounded, since processes
 * come and go while the list is made. */
static bool descends_from(const process_list *list, long pid, long ancestor)
{
    for (size_t steps = 0; steps <= list->count; steps++) {
        if (pid == ancestor) {
            return true;
        }
        const process *here = find(list, pid);
        if (here == NULL) {
            return false;
        }
        pid = here->parent;
    }
    return false;
}

static bool has_pid(const json_t *pids, long pid)
{
    size_t i;
    json_t *known;
    json_array_foreach(pids, i, known)
    {
        if (json_integer_value(known) == pid) {
            return true;
        }
    }
    return false;
}

nb_status nb_noise_find_others(json_t *pids, const char *root)
{
    process_list list = {.count = 0};
    nb_status status = read_processes(&list, root);
    const long self = getpid();
    for (size_t i = 0; status == NBANG_OK && i < list.count; i++) {
        const process *other = &list.items[i];
        const process *parent = find(&list, other->parent);
        if (!other->is_nbang || (parent != NULL && parent->is_nbang) ||
            descends_from(&list, other->pid, self) || descends_from(&list, self, other->pid) ||
            has_pid(pids, other->pid)) {
            continue;
        }
        if (json_array_append_new(pids, json_integer(other->pid)) != 0) {
            status = NBANG_NO_MEMORY;
        }
    }
    free(list.items);
    return status;
}

nb_status nb_noise_describe_others(json_t *sentences, const json_t *pids)
{
    const size_t count = json_array_size(pids);
    char named[MAX_NAMED * 24] = "";
    for (size_t i = 0; i < count && i < MAX_NAMED; i++) {
        const size_t len = strlen(named);
        snprintf(named + len, sizeof(named) - len, "%s%" JSON_INTEGER_FORMAT, i > 0 ? ", " : "",
                 json_integer_value(json_array_get(pids, i)));
    }
    char text[sizeof(named) + 128];
    if (count == 0) {
        return NBANG_OK;
    }
    if (count == 1) {
        snprintf(text, sizeof(text), "Another run of nbang was at work here meanwhile: process %s.",
                 named);
    } else if (count <= MAX_NAMED) {
        snprintf(text, sizeof(text),
                 "Other runs of nbang were at work here meanwhile: processes %s.", named);
    } else {
        snprintf(text, sizeof(text),
                 "Other runs of nbang were at work here meanwhile: processes %s and %zu more.",
                 named, count - MAX_NAMED);
    }
    return json_array_append_new(sentences, json_string(text)) == 0 ? NBANG_OK : NBANG_NO_MEMORY;
}
