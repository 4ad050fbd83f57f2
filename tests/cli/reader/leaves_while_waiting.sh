# And one that leaves while nbang waits for jobs.
mkfifo jobs pipe
exec 3<>"./jobs"
echo 5 >&3
start nbang <&3 >pipe &
master=$!
head -n 1 pipe
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
