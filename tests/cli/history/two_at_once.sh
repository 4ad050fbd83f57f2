# Two that record at once, each from a new database on, lose nothing.
record() {
    local _
    for _ in 1 2 3 4 5; do
        nbang bench -q --runs=3 --workload=strong-1e6-v1 --workers="$1" --db=h.db
    done
}
record 1 &
first=$!
record 2 &
second=$!
status_of "$first"
status_of "$second"
nbang history --db=h.db | awk 'NR > 1 { count[$5]++ } END { for (i in count) print i, count[i] }' | sort
ls
