# At once, too, when all that there is to interrupt is one long computation.
start nbang 10000000 &
master=$!
await has_workers "$master"
kill -INT "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
