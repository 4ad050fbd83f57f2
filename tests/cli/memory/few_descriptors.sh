# Too few file descriptors for the pool: fewer workers, a warning, all results.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
ulimit -n 16
# shellcheck disable=SC2086 # a list of jobs
nbang -j 40 $batch | is_golden "$batch"
