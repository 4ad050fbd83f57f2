# A memory limit of the control group: the same.
in_memory_group 200M code nbang -q 1000 50000000 1000
