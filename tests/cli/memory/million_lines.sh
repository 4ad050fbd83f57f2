# A million lines of tiny jobs take no more memory than a few: under 48 MiB over all processes, each
# at the largest that it ever was. Standard input, which comes last, stays open until that is known.
has_sanitizer address && skip "AddressSanitizer takes memory of its own"

# in_no_order FILE: a million lines of FILE's 101, by multiples of 38: 37 is no divisor of 101.
in_no_order() {
    awk '{ line[NR - 1] = $0 } END { for (i = 0; i < 1000000; i++) print line[i * i % 101 * 38 % 101] }' "$1"
}
seq 0 100 >all.txt
in_no_order all.txt >jobs.txt
in_no_order "$GOLDEN/first_101.txt" >expected
mkfifo pipe
exec 3<>pipe
start nbang -q -j 2 @jobs.txt - <pipe 3>&- >out &
master=$!
await has_bytes out "$(stat -c %s expected)"
cmp expected out
# shellcheck disable=SC2046 # a list of processes
most=$(memory_kib VmHWM "$master" $(workers "$master"))
[ "$most" -gt 1000 ] || fail "no memory at all: $most KiB"
[ "$most" -lt $((48 * 1024)) ] || fail "$most KiB"
kill "$master"
status_of "$master"
