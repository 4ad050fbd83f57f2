# One line for the batch: jobs, digits, time, workers.
nbang -j 2 20000..20003 >/dev/null
printf '5\n-5\n' | code nbang
