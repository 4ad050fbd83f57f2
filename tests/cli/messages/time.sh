# --time adds a line for each job, -q takes all but errors away.
nbang --time -j 1 5 80000 >/dev/null
nbang --time -q 5 >/dev/null
