# A full disk: code 6, whether it shows in the middle of a long result or at the very end.
status=0
nbang -q 5 >/dev/full || status=$?
nbang -q 80000 5 >/dev/full || status=$status,$?
nbang -q -o /dev/full 5 || status=$status,$?
nbang --help >/dev/full || status=$status,$?
nbang --plan 5 >/dev/full || status=$status,$?
echo "$status"
