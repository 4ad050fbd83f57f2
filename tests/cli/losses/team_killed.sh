# A worker is killed while it computes a number with a team: its threads are gone with it, another
# one starts again, and the digits are the same.
start nbang -j 2 --split=always 10000000 >out 2>errors &
master=$!
await has_workers "$master"
kill -KILL "$(busy_worker "$master")"
status_of "$master"
is_golden 10000000 <out
grep -c 'was killed by signal 9 (Killed); its job is given out again' errors
