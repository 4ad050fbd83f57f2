/* How groups are found: /proc/self/cgroup names this process's group in each hierarchy, and
 * /proc/self/mountinfo says where hierarchies are mounted, and from which group downwards: inside
 * of a container that is often the container's own group. */
#include "base/cgroup.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One hierarchy, and what is known of it so far. */
typedef struct hierarchy {
    int version;
    char *group;   /* path of the process's group in it; NULL if it is in none */
    bool visited;  /* the group lies below one of its mounts */
    char *outside; /* mount point of a mount that does not hold the group; NULL if none was seen */
} hierarchy;

typedef struct cgroup_search {
    const char *controller;
    hierarchy v1;
    hierarchy v2;
    nb_cgroup_visitor *visit;
    void *ctx;
} cgroup_search;

/* ---- visiting ---- */

/* Visits the group `below` (empty or with a leading slash) under a mount point and all between the
 * two, both ends included. */
static void visit_upwards(const cgroup_search *search, int version, const char *mount_point,
                          const char *below)
{
    char *dir;
    if (asprintf(&dir, "%s%s", mount_point, below) < 0) {
        return;
    }
    size_t root_len = strlen(mount_point);
    for (;;) {
        search->visit(search->ctx, dir, version);
        if (strlen(dir) <= root_len) {
            break;
        }
        *strrchr(dir, '/') = '\0';
    }
    free(dir);
}

/* The part of the path `group` below `root`, empty if they are the same; NULL if the group lies
 * elsewhere. Paths that climb out of a cgroup namespace ("/../other") lie elsewhere. */
static const char *path_below(const char *group, const char *root)
{
    size_t root_len = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (strncmp(group, root, root_len) != 0) {
        return NULL;
    }
    const char *below = group + root_len;
    if (strcmp(below, "/..") == 0 || strncmp(below, "/../", 4) == 0) {
        return NULL;
    }
    if (strcmp(below, "/") == 0) {
        return "";
    }
    return *below == '\0' || *below == '/' ? below : NULL;
}

static void see_mount(const cgroup_search *search, hierarchy *found, const char *root,
                      const char *mount_point)
{
    if (found->group == NULL) {
        return;
    }
    const char *below = path_below(found->group, root);
    if (below != NULL) {
        found->visited = true;
        visit_upwards(search, found->version, mount_point, below);
    } else if (found->outside == NULL) {
        found->outside = strdup(mount_point);
    }
}

/* ---- reading the two files ---- */

static bool has_word(const char *comma_list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = comma_list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* A line of /proc/self/cgroup: "ID:CONTROLLERS:GROUP", without controllers for version 2. */
static void read_group(cgroup_search *search, char *line)
{
    char *group = line;
    const char *id = strsep(&group, ":");
    const char *controllers = strsep(&group, ":");
    if (group == NULL) {
        return;
    }
    hierarchy *found = NULL;
    if (strcmp(id, "0") == 0 && *controllers == '\0') {
        found = &search->v2;
    } else if (has_word(controllers, search->controller)) {
        found = &search->v1;
    }
    if (found != NULL && found->group == NULL) {
        found->group = strdup(group);
    }
}

/* Undoes the kernel's "\040" for blanks and the like, in place. */
static void unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; out++) {
        if (in[0] == '\\' && strspn(in + 1, "01234567") >= 3) {
            *out = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
            in += 4;
        } else {
            *out = *in++;
        }
    }
    *out = '\0';
}

/* A line of /proc/self/mountinfo: "ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS [TAGS...] - TYPE
 * SOURCE SUPER_OPTIONS". */
static void read_mount(cgroup_search *search, char *line)
{
    char *tail = strstr(line, " - ");
    if (tail == NULL) {
        return;
    }
    *tail = '\0';
    tail += strlen(" - ");
    const char *type = strsep(&tail, " ");
    (void)strsep(&tail, " ");
    const char *super_options = tail != NULL ? tail : "";

    for (int i = 0; i < 3; i++) {
        (void)strsep(&line, " ");
    }
    char *root = strsep(&line, " ");
    char *mount_point = strsep(&line, " ");
    if (mount_point == NULL) {
        return;
    }
    unescape(root);
    unescape(mount_point);
    if (strcmp(type, "cgroup2") == 0) {
        see_mount(search, &search->v2, root, mount_point);
    } else if (strcmp(type, "cgroup") == 0 && has_word(super_options, search->controller)) {
        see_mount(search, &search->v1, root, mount_point);
    }
}

static void read_lines(const char *path, cgroup_search *search,
                       void (*read_line)(cgroup_search *, char *))
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_line(search, line);
    }
    free(line);
    fclose(file);
}

/* In a container whose /proc does not fit its mounts, the root of what is mounted is most likely
 * the container's own group, or one above it. */
static void conclude(const cgroup_search *search, hierarchy *found)
{
    if (!found->visited && found->outside != NULL) {
        search->visit(search->ctx, found->outside, found->version);
    }
    free(found->group);
    free(found->outside);
}

void nb_cgroup_visit(const char *controller, const char *proc_cgroup, const char *mountinfo,
                     nb_cgroup_visitor *visit, void *ctx)
{
    cgroup_search search = {
        .controller = controller,
        .v1 = {.version = 1},
        .v2 = {.version = 2},
        .visit = visit,
        .ctx = ctx,
    };
    read_lines(proc_cgroup != NULL ? proc_cgroup : "/proc/self/cgroup", &search, read_group);
    read_lines(mountinfo != NULL ? mountinfo : "/proc/self/mountinfo", &search, read_mount);
    conclude(&search, &search.v1);
    conclude(&search, &search.v2);
}
