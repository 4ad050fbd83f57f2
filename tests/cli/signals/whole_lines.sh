# After a signal a redirected file ends on a whole line. A line is a job: what has no result, or only
# a part of one that is marked, comes before others that were complete.
printf '80000\n%.0s' {1..5000} >jobs.txt
for signal in INT TERM HUP; do
    start nbang -q -j 2 @jobs.txt >"$signal.txt" 2>errors &
    master=$!
    await has_bytes "$signal.txt" 2000000
    kill -"$signal" "$master"
    status_of "$master"
    tail -c 1 "$signal.txt" | cmp - <(echo)
    sed '/^$/d; /^[0-9]*!incomplete$/d' "$signal.txt" | sort -u | is_golden 80000
done
