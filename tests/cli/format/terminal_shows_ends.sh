# On a terminal a result of more than 100,000 digits is its ends and its count; --full has it all.
command -v script >/dev/null || skip "no script(1) to make a terminal with"
script -qec "$NBANG -q 25000 80000" /dev/null >shown
tr -d '\r' <shown >lines
cut -c 1-10 lines
sed -n 1p lines | tr -d '\n' | wc -c
grep -c '357,507 digits' lines
[ "$(wc -c <lines)" -lt 100000 ] || fail "too long for a terminal"
script -qec "$NBANG -q --full 80000" /dev/null | tr -d '\r' | is_golden 80000
