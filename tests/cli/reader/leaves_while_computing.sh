# So does one that leaves during a computation that does not end, when nothing is written.
mkfifo pipe
start env NBANG_FAULT=stall:20000 "$NBANG_HOOKS" 5 20000 >pipe &
master=$!
head -n 1 pipe
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
