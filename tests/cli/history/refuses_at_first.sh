# What the history does not take on the way is no reason to end: the benchmark goes on, tries again,
# and only what fails at the end is an error, which loses neither the table nor the other outputs.
command -v sqlite3 >/dev/null || skip "no sqlite3"
small=(nbang bench --workload=strong-1e6-v1 --workers=1 --runs=3)
"${small[@]}" -q --db=h.db
# refuse N: records of fewer than N samples, which are counted by their keys.
refuse() {
    sqlite3 h.db "DROP TRIGGER IF EXISTS refuse; CREATE TRIGGER refuse BEFORE INSERT ON runs
        WHEN length(NEW.record) - length(replace(NEW.record, '\"wall_ns\"', '\"wall_ns')) < $1
        BEGIN SELECT RAISE(FAIL, 'not now'); END"
}
samples() {
    nbang history --db=h.db --show=last --format=json | grep -c '"wall_ns"'
}
refuse 3
code "${small[@]}" --db=h.db --export=csv=a.csv >a.txt
grep '^code' a.txt
samples
refuse 4
code "${small[@]}" --db=h.db --export=csv=b.csv >b.txt
grep '^code' b.txt
grep -c '^strong-1e6-v1: ' b.txt
wc -l <b.csv
nbang history --db=h.db | tail -n +2 | wc -l
