# Too few processes for the pool: fewer workers, a warning, all results.
[ "$(id -u)" -eq 0 ] || skip "only root can become a user who runs nothing else"
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
as_user bash -c "ulimit -u 3; exec nbang -j 40 $batch" | is_golden "$batch"
