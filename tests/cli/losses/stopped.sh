# A worker that is stopped is replaced after the time limit.
jobs=20000..60000:100
start nbang -j 2 --timeout=1s $jobs $jobs $jobs $jobs >out 2>errors &
master=$!
stopped=$(busy_worker "$master")
kill -STOP "$stopped"
status_of "$master"
is_golden_times 4 $jobs <out
grep -c "process $stopped) exceeded the time limit; its job is given out again" errors
