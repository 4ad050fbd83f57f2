# Ctrl-C reaches the workers as well; they leave it to the master, and no loss is reported.
start setsid nbang -j 2 20000..60000 >out &
master=$!
await has_bytes out 100000
kill -INT -- "-$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
