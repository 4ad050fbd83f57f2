# Progress goes to standard error, on one line that is wiped in the end; results are none the worse.
# Not on a terminal, it has to be asked for.
nbang -j 1 --progress=always 80000 5000 2>progress | sed -n 2p | is_golden 5000
tr '\r' '\n' <progress | grep -c '^[0-9]*/2 jobs  .* digits' >/dev/null
tr '\r' '\n' <progress | tail -n 1 >&2
nbang 5 2>none >/dev/null
wc -l <none
