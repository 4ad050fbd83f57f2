# The result as JSON takes the place of the table on standard output, or goes to a file that is
# opened before anything is run.
nbang ab --export json=- --time-limit 20ms 'sleep 0.02' 'sleep 0.02' 2>/dev/null >text
jq -r '.schema, .verdict, (.pairs | length), (.pairs[0] | length), .ratio.low' text
nbang ab -q --inconclusive 5 --export json=result --time-limit 20ms 'sleep 0.02' 'sleep 0.03' 2>/dev/null || echo "code $?"
jq -r '.commands[1]' result
code nbang ab --export json=no/such/directory 'touch ran' 'touch ran'
ls
# What commands print goes to standard error then, so that the JSON is whole.
nbang ab --show-output --export json=- --fail-above 10000% --runs 6 'echo A' 'echo B' 2>said | jq '.pairs | length'
grep -c '^[AB]$' said
# Bytes that are not UTF-8 are written as elsewhere.
nbang ab --export json=- --time-limit 20ms $'sleep 0.02 # \xff\xc3\xa4' 'sleep 0.02' 2>/dev/null | jq -r '.commands[0], .interrupted'
