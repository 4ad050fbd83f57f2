# Too few file descriptors for the pool: fewer workers, a warning, all results.
ulimit -n 16
nbang -j 40 20000..60000:100 2>errors | is_golden 20000..60000:100
cat errors >&2
