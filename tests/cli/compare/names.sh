# A file comes before a record of the history of that name; pipes are files, too.
small=(--runs=6 --workload=strong-1e6-v1 --workers=1 --db=h.db)
nbang bench -q "${small[@]}"
nbang bench -q "${small[@]}" --export=csv=last
csv_record 1 >old.csv
for name in 1 '#1' last last~1 2 ./last; do
    nbang compare --fail-above=1000% --db=h.db "$name" '#2' | grep '^OLD' | cut -d , -f 1
done
nbang compare --across-machines --fail-above=9900% old.csv <(csv_record 1) | tail -n 1 | cut -d : -f 1
