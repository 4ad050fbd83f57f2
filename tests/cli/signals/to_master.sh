# INT, TERM and HUP in the middle of a batch: the status that a shell expects, no worker left
# when the master has gone, and no more to say than which number is cut in the middle.
for signal in INT TERM HUP; do
    start nbang -j 2 20000..60000 >"out.$signal" 2>>errors &
    master=$!
    await has_bytes "out.$signal" 100000
    kill -"$signal" "$master"
    await_soon are_gone "$master" || fail "$signal: still running"
    status_of "$master"
    leftovers
done
grep -v ' was interrupted (its digits are incomplete)' errors >&2 || true
