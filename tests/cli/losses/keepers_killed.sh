# Workers that keep large numbers are killed, with jobs that wait for those: the others go on from
# nothing, and the digests are the same.
batch="400000..400030 500000 500000 5 500000 400000..400030"
# shellcheck disable=SC2086 # a list of arguments
nbang -q --no-reuse --digest $batch >expected
# shellcheck disable=SC2086
start nbang -j 2 --digest $batch $batch $batch $batch >out 2>errors &
master=$!
await has_workers "$master" 2
for _ in 1 2 3 4 5; do
    sleep "0.0$((RANDOM % 5))"
    victim=$(busy_worker "$master") || break
    kill -KILL "$victim"
done
status_of "$master"
cat expected expected expected expected | cmp - out
