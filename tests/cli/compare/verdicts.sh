# Which exit code the comparison of two files has, and that the verdict is its last line.
csv_record 1 >old.csv
csv_record 1.5 >slower.csv
csv_record 0.5 >faster.csv
csv_record 1.05 >hardly.csv
verdict() {
    local status=0
    nbang compare "$@" >out || status=$?
    printf '%s: code %d\n' "$(tail -n 1 out | cut -d : -f 1)" "$status"
}
verdict old.csv slower.csv
verdict old.csv faster.csv
verdict --fail-above=60% old.csv slower.csv
verdict --fail-above 0.2 old.csv slower.csv
verdict old.csv hardly.csv
verdict --inconclusive=5 old.csv hardly.csv
verdict --inconclusive=5 old.csv slower.csv
# Points with fewer than six runs on either side count for nothing; here there are no others.
awk -F , '$9 !~ /^[0-9]+$/ || $9 < 5' slower.csv >five.csv
awk -F , '$9 !~ /^[0-9]+$/ || $9 < 6' slower.csv >six.csv
verdict old.csv six.csv
verdict old.csv five.csv
verdict --inconclusive=5 five.csv old.csv
tail -n 1 out
grep -c 'too few runs$' out
