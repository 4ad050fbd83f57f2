# A reader that leaves, as `| head -c 100`, ends the run quietly and at once, by SIGPIPE.
mkfifo pipe
start nbang 20000..60000 >pipe &
master=$!
head -c 10 pipe
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
