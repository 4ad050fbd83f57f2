# A master that is killed takes its workers along, even those that would never look at their pipes.
start env NBANG_FAULT=stall:20000,stall:30000 "${NBANG_HOOKS-}" -j 3 20000 30000 40000..60000 >/dev/null &
master=$!
await has_workers "$master" 3
# shellcheck disable=SC2046 # a list of processes
set -- $(workers "$master")
kill -KILL "$master"
status_of "$master"
await_soon are_gone "$@" || fail "workers are left"
