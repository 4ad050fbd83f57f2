# After one run of each to warm up the order is A B B A, with nothing to read and output that goes
# nowhere unless it is asked for.
nbang ab -q --fail-above 10000% --show-output --runs 7 'cat; echo A' 'cat; echo B' 2>/dev/null | tr -d '\n'
echo
nbang ab -q --fail-above 10000% --runs 6 'echo A' 'echo B' 2>/dev/null
