/* The CPU quota of this process's control group and of the groups above it. */
#ifndef NB_TOPO_QUOTA_H
#define NB_TOPO_QUOTA_H

/* CPUs that the tightest quota grants, as 1.5; 0 if there is none. `proc_cgroup` is a file like
 * /proc/self/cgroup, `mounts` one like /proc/self/mountinfo, and both default to those when NULL.
 * Reads cgroup v2 (cpu.max) and v1 (cpu.cfs_quota_us, cpu.cfs_period_us). */
double nb_quota_cpus(const char *proc_cgroup, const char *mountinfo);

#endif
