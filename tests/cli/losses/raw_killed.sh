# Busy workers are killed in the middle of a batch: the binary numbers are the same.
reported() {
    [ "$(grep -c 'killed by signal 9' errors)" -ge "$1" ]
}
start nbang -j 2 --format=raw 20000..60000:100 >out 2>errors &
master=$!
await has_workers "$master" 2
for kills in 1 2 3 4 5; do
    victim=$(busy_worker "$master") || fail "the batch ended before kill $kills: make it longer"
    kill -KILL "$victim"
    await reported "$kills"
done
status_of "$master"
is_golden 20000..60000:100 raw_sha256 <out
