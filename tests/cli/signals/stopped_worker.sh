# A worker that is stopped is no hindrance to ending, either.
start nbang -j 2 20000..60000 >/dev/null &
master=$!
kill -STOP "$(busy_worker "$master")"
kill -INT "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
