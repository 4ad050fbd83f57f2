# A worker that is stopped is replaced after the time limit.
start nbang -j 2 --timeout=1s 20000..60000:100 >out 2>errors &
master=$!
stopped=$(busy_worker "$master")
kill -STOP "$stopped"
status_of "$master"
is_golden 20000..60000:100 <out
grep -c "process $stopped) exceeded the time limit; its job is given out again" errors
