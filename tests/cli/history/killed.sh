# What a benchmark has measured when it is killed is in the history, marked as interrupted.
number=0
has_record() {
    nbang history --db=h.db 2>/dev/null | grep -q "^ *$1 "
}
for signal in KILL TERM; do
    start nbang bench -q --runs=100000 --time-limit=10m --workload=strong-1e6-v1 --workers=1 --db=h.db &
    pid=$!
    await has_record $((++number))
    kill -s "$signal" "$pid"
    status_of "$pid"
done
nbang history --db=h.db | awk 'NR > 1 { print $1, $5, $NF }'
nbang bench -q --runs=3 --workload=strong-1e6-v1 --workers=1 --db=h.db
nbang history --db=h.db --limit=1 | awk 'NR == 2 { print $1, $5, $6 }'
nbang compare --db=h.db --fail-above=9900% 1 last | grep warning
ls
