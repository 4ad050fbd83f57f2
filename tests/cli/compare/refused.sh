# Records that cannot be compared: exit code 2, one line, and nothing on standard output.
csv_record 1 >old.csv
csv_record 1 fedcba9876543210 >other.csv
csv_record 1 0123456789abcdef batch-64-v1 >batch.csv
printf '[{"name": "a", "unit": "ms", "value": 1}]' >action.json
printf '{"a/workers:1": {"latency": {"value": 1}}}' >bencher.json
printf '\033[31m{' >hostile.json
head -c 700 old.csv >short.csv
for file in missing.csv . action.json bencher.json hostile.json short.csv; do
    code nbang compare old.csv "$file"
done
code nbang compare old.csv other.csv
code nbang compare old.csv batch.csv
code nbang compare --db none.db last old.csv
code nbang compare --db old.csv last old.csv
code env -u HOME -u XDG_DATA_HOME "$NBANG" compare last old.csv
nbang bench -q --runs=1 --workload=strong-1e6-v1 --workers=1 --db=h.db
code nbang compare --db h.db nosuch old.csv
