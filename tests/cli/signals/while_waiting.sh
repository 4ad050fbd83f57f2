# Or when it waits for jobs that do not come.
mkfifo pipe
exec 3<>pipe
echo 5 >&3
start nbang <pipe >out 3>&- &
master=$!
await has_bytes out 4
kill -INT "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
cat out
leftovers
