# One job that does not end holds back many short ones: what they have to say, 570 MB, does not pile
# up meanwhile: an eighth of the budget at most.
has_sanitizer address && skip "AddressSanitizer takes memory of its own"
printf '2000\n%.0s' {1..100000} >jobs.txt
start env NBANG_FAULT=stall:20000 "$NBANG_HOOKS" -q -j 3 --max-memory 128M 20000 @jobs.txt >out &
master=$!
await has_workers "$master" 3
is_stuck() {
    [ -z "$(workers "$master" R)" ]
}
await is_stuck
# shellcheck disable=SC2046 # a list of processes
most=$(memory_kib VmHWM "$master" $(workers "$master"))
[ "$most" -gt 1000 ] || fail "no memory at all: $most KiB"
[ "$most" -lt $((64 * 1024)) ] || fail "$most KiB"
[ ! -s out ] || fail "a result came before its turn"
kill "$master"
status_of "$master"
