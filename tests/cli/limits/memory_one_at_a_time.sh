# Jobs that fit one by one wait for room, and none is refused.
nbang -q -j 4 --max-memory=100M 1000000 1000000 >out
[ "$(wc -l <out)" -eq 2 ]
sort -u out | is_golden 1000000
