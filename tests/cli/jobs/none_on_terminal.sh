# Nobody means to type jobs: on a terminal, no JOB is a usage error.
command -v script >/dev/null || skip "no script(1) to make a terminal with"
code script -qec "$NBANG" /dev/null | tr -d '\r' | sed 's/^nbang: no job .*/told/i'
