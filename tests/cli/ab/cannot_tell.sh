# From two runs nothing can be told: that is said aloud, and is not a failure unless asked for.
nbang ab --runs 2 true true | tail -n 1 | sed -E 's/about [0-9]+ (.*) would be needed \(.*\)/about N \1 would be needed (T)/'
nbang ab --runs 2 --inconclusive=9 true true >text || echo "code $?"
grep -c '^CANNOT TELL' text
code nbang ab -q --runs 2 --inconclusive=9 true true
# A time limit that leaves time for one block only ends in the same way.
nbang ab --time-limit 20ms 'sleep 0.02' 'sleep 0.02' | grep -o '^CANNOT TELL .* A:'
# A threshold may be written in two ways.
nbang ab --runs 2 --fail-above 0.075 true true | grep -o '^CANNOT TELL .* A:'
nbang ab --runs 2 --fail-above 7.5% true true | grep -o '^CANNOT TELL .* A:'
