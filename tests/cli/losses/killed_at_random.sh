# Busy workers are killed at random moments, until 20 of them had a job: the digits are the same,
# the exit code is 0, and each loss is one line.
jobs=20000..60000:100
start nbang --no-reuse -j 2 $jobs $jobs $jobs $jobs $jobs $jobs >out 2>errors &
master=$!
killed=()
await has_workers "$master" 2
while [ "$(grep -c 'given out again' errors)" -lt 20 ]; do
    sleep "0.0$((RANDOM % 3))$((RANDOM % 10))"
    victim=$(busy_worker "$master") || fail "the batch ended after ${#killed[@]} kills: make it longer"
    [[ " ${killed[*]} " == *" $victim "* ]] && continue
    kill -KILL "$victim"
    killed+=("$victim")
done
status_of "$master"
is_golden_times 6 $jobs <out

sed -nE 's/^nbang: warning: worker [01] \(process ([0-9]+)\) was killed by signal 9 \(Killed\); it.*/\1/p' errors |
    sort >reported
printf '%s\n' "${killed[@]}" | sort | cmp - reported
grep -v ' was killed by ' errors >&2
