# A full disk: code 6, whether it shows in the middle of a long result or at the very end.
device full 7
status=0
nbang -q 5 >full || status=$?
nbang -q 80000 5 >full || status=$status,$?
nbang -q -o full 5 || status=$status,$?
nbang --help >full || status=$status,$?
nbang --plan 5 >full || status=$status,$?
echo "$status"
