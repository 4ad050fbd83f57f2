# Ctrl-C in a shell loop around nbang ends the loop: the terminal sends INT to all of its group, and
# the shell goes on unless its child died of it.
start setsid bash -c 'for n in 1 2 3; do echo "$n"; nbang -q 10000000; done' >out &
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
