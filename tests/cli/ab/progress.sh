# Progress is shown on a terminal, and taken away before the result.
command -v script >/dev/null || skip "no script(1) to make a terminal with"
script -qec "$NBANG ab --runs 8 'sleep 0.03' 'sleep 0.03'" /dev/null >shown </dev/null
tr '\r' '\n' <shown | grep -oE '^[0-9]+/8 pairs' | head -n 1 | tr '[:digit:]' N
tr '\r' '\n' <shown | grep -cE '^(pass|REGRESSION|CANNOT TELL)'
{ nbang ab --runs 8 'sleep 0.03' 'sleep 0.03' >/dev/null; } 2>&1
