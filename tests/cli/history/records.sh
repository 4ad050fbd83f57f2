# What was recorded is listed, filtered and shown again.
export XDG_DATA_HOME=$PWD/data
small=(-q --runs=6 --workload=strong-1e6-v1)
nbang bench "${small[@]}" --workers=1 --record
nbang bench "${small[@]}" --workers=1,2 --record
ls -a data/nbang
nbang history | awk 'NR == 1 { print $1, $2, $4, $5; next } { print (NF > 9 ? $1 " " $5 : "- " $1) }'
printf -- '-- two workers\n'
nbang history --workers=2 | awk 'NR > 1 { print $1, $5 }'
printf -- '-- the newest\n'
nbang history --limit=1 | awk 'NR == 2 { print $1, $5 } END { print }'
printf -- '-- none\n'
nbang history --since=2999
nbang history --workload=batch-64-v1
nbang history --commit=0123456789
printf -- '-- other machines\n'
nbang history --machine=0123456789abcdef
printf -- '-- one\n'
nbang history --show=1 | grep -c 'strong-1e6-v1: one factorial'
nbang history --show=1 --format=json | grep -o '"schema": "[^"]*"'
