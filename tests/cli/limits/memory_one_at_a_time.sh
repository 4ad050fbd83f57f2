# Jobs that fit one by one wait for room, and none is refused.
needed=$(nbang --plan -j 4 --max-memory=1M 1000000 | sed -nE 's/.*needs about ([0-9]+)(\.[0-9]+)? MiB .*/\1/p') || true
nbang -q -j 4 --max-memory="$((needed + 1))M" 1000000 1000000 1000000 >out
[ "$(wc -l <out)" -eq 3 ]
sort -u out | is_golden 1000000
