# A reader that stops reading for a while: memory stays flat meanwhile, and nothing is lost. What
# the batch prints, 66 MB, is more than may pile up: an eighth of the budget.
has_sanitizer address && skip "AddressSanitizer takes memory of its own"
mkfifo pipe
sha256sum <pipe >sum &
reader=$!
start nbang -q -j 2 --max-memory 128M 20000..60000:100 >pipe &
master=$!
await has_workers "$master" 2
# shellcheck disable=SC2046 # a list of processes
set -- "$master" $(workers "$master")
kill -STOP "$reader"

most=0
for _ in {1..30}; do
    sleep 0.1
    now=$(memory_kib VmRSS "$@")
    most=$((now > most ? now : most))
done
[ "$most" -gt 1000 ] || fail "no memory at all: $most KiB"
[ "$most" -lt $((64 * 1024)) ] || fail "$most KiB"
are_gone "$master" && fail "did not wait for its reader"
kill -CONT "$reader"
status_of "$master"
wait "$reader"
read -r sum _ <sum
[ "$sum" = "$(golden 20000..60000:100 sha256)" ]
