# Ctrl-C in a shell loop around nbang ends the loop: the terminal sends INT to all of its group, and
# the shell goes on unless its child died of it.
# shellcheck disable=SC2016 # for the inner shell
start env NBANG_FAULT=stall:20000 setsid bash -c '
    for n in 1 2 3; do echo "$n"; "$NBANG_HOOKS" -q 20000; done' >out &
shell=$!
has_master() {
    [ -n "$(workers "$shell")" ] && has_workers "$(workers "$shell")"
}
await has_master
master=$(workers "$shell")
# shellcheck disable=SC2046 # a list of processes
set -- "$master" $(workers "$master")
kill -INT -- "-$shell"
status_of "$shell"
cat out
await_soon are_gone "$@" || fail "processes are left"
