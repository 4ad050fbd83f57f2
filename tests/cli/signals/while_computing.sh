# At once, too, when all that there is to interrupt is a computation that does not end.
start env NBANG_FAULT=stall:20000 "$NBANG_HOOKS" 20000 &
master=$!
await has_workers "$master"
kill -INT "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
