# So does one that leaves in the middle of a long computation, when nothing is written.
mkfifo pipe
start nbang 5 10000000 >pipe &
master=$!
head -n 1 pipe
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
