# Binary numbers would spoil a terminal. That is a usage error, unless they go somewhere else.
command -v script >/dev/null || skip "no script(1) to make a terminal with"
code script -qec "$NBANG -q --format=raw 5" /dev/null | tr -d '\r'
script -qec "$NBANG -q --format=raw -o file 5" /dev/null
od -An -tx1 file
script -qec "$NBANG --format=raw --plan 5" /dev/null | grep -c ' 5! '
