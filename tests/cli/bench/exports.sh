# Each export goes to its file, or to standard output while the table goes to standard error; with
# -q there is none.
nbang bench -q --workload=strong-1e6-v1 --workers=1 --runs=9 --seed=7 --export=json=a.json \
    --export=google-benchmark=b.json --export=github-action=c.json --export=bencher=d.json \
    --export=csv=e.csv --export=markdown=f.md
ls
for file in a.json b.json c.json d.json; do
    python3 -m json.tool --no-ensure-ascii "$file" >/dev/null || fail "$file"
done
grep -c '"interrupted": false' a.json
grep -c '"wall_ns"' a.json
grep -c '"run_type": "iteration"' b.json
wc -l <e.csv

nbang bench --workload=strong-1e6-v1 --workers=1 --runs=1 --export=csv=- 2>table.txt | wc -l
grep -c '^strong-1e6-v1' table.txt
