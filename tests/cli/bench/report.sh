# The report has the figures of the record, a chart for each workload and a run that was traced; what
# is measured so far is there before the end, marked as interrupted.
nbang bench -q --workload=strong-1e6-v1 --workers=1,2 --runs=6 --seed=7 --report=a.html \
    --report=a.svg --export=json=a.json
ls
export PYTHONDONTWRITEBYTECODE=1
python3 "$GOLDEN/../report/check.py" .
grep -o '<title id="timeline-title">[^<]*' a.html
grep -o '[^>]*: big products of 1,000,000!' a.html | sort -u | sed 's/.*: //'
grep -c '<b>Interrupted:</b>' a.html || true

has_samples() {
    grep -qs ', run 3 of ' b.html
}
start nbang bench -q --workload=strong-1e6-v1 --workers=1 --runs=100000 --report=b.html \
    --export=json=b.json &
bench=$!
await has_samples
kill -KILL "$bench"
status_of "$bench"
await_soon are_gone "$bench"
grep -o '<b>Interrupted:</b>' b.html
