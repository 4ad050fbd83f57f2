# Or when it waits for somebody to read what it would write.
mkfifo pipe
start nbang -o pipe 5 &
master=$!
is_nbang() {
    [ "$(cat "/proc/$master/comm")" = nbang ]
}
await is_nbang
kill -HUP "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
