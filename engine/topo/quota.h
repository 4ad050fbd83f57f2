/* The CPU quota of this process's control group and of the groups above it. */
#ifndef NB_TOPO_QUOTA_H
#define NB_TOPO_QUOTA_H

/* CPUs that the tightest quota grants, as 1.5; 0 if there is none or none can be read.
 *
 * Reads cgroup v2 (cpu.max) and v1 (cpu.cfs_quota_us, cpu.cfs_period_us), both where a machine
 * mixes them, in the group and in all of its ancestors that are mounted. `proc_cgroup` is a file in
 * the format of /proc/self/cgroup, `mountinfo` one in that of /proc/self/mountinfo (see cgroups(7)
 * and proc(5)); NULL stands for those two. */
double nb_quota_cpus(const char *proc_cgroup, const char *mountinfo);

#endif
