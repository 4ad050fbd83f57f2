# A signal ends the command that runs, with all that it has started, and then nbang.
cp "$(command -v sleep)" sleeper
start nbang ab true './sleeper 1000 & ./sleeper 1000' &
pid=$!
busy() { processes | grep -q ' sleeper$'; }
await busy
kill -INT "$pid"
await_soon are_gone "$pid" || fail "still running"
status_of "$pid"
calm() { ! busy; }
await_soon calm || fail "the command is still running"
# What had been measured is shown, without a verdict: here the sixth run of B asks for the end.
start nbang ab --runs 1000 --export json=result true 'printf x >>runs; [ "$(wc -c <runs)" -lt 6 ] || kill -TERM $PPID' >text &
status_of $!
grep -c '^B takes' text
tail -n 1 text
jq -c '[.interrupted, .verdict]' result
