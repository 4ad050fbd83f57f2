# Too few processes for the pool: fewer workers, a warning, all results.
[ "$(id -u)" -eq 0 ] || skip "only root can become a user who runs nothing else"
as_user bash -c 'ulimit -u 3; exec nbang -j 40 20000..60000:100' | is_golden 20000..60000:100
