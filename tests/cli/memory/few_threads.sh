# Too few processes and threads for a team: it is smaller, without a word.
[ "$(id -u)" -eq 0 ] || skip "only root can become a user who runs nothing else"
as_user bash -c 'ulimit -u 3; HWLOC_SYNTHETIC="core:8 pu:1" exec nbang --split=always 1000000' |
    is_golden 1000000
