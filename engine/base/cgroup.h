/* The control groups (cgroups(7)) that limit this process: its own and all above it. */
#ifndef NB_BASE_CGROUP_H
#define NB_BASE_CGROUP_H

/* Called with the directory of a group, as "/sys/fs/cgroup/user.slice", and the version of the
 * hierarchy, 1 or 2. */
typedef void nb_cgroup_visitor(void *ctx, const char *dir, int version);

/* Calls `visit` for this process's group and each of its ancestors that is mounted, in the version
 * 1 hierarchy of `controller` ("cpu", "memory") and in the version 2 hierarchy, as far as they
 * exist. If the group lies outside of what is mounted, as in some containers, the root of what is
 * mounted is visited in its place.
 *
 * `proc_cgroup` is a file in the format of /proc/self/cgroup, `mountinfo` one in that of
 * /proc/self/mountinfo (see cgroups(7) and proc(5)); NULL stands for those two. */
void nb_cgroup_visit(const char *controller, const char *proc_cgroup, const char *mountinfo,
                     nb_cgroup_visitor *visit, void *ctx);

#endif
