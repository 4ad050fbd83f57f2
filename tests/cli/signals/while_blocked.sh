# Or when the reader does not read.
mkfifo pipe
exec 3<>pipe
start nbang 20000..60000 >pipe 3>&- &
master=$!
await has_workers "$master"
# The master sleeps, with all that it may hold: the workers sleep, too.
is_stuck() {
    [ -z "$(workers "$master" R)" ]
}
await is_stuck
kill -TERM "$master"
await_soon are_gone "$master" || fail "still running"
status_of "$master"
leftovers
