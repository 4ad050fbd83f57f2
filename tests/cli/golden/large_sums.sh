# Large results, each by its sum and its counts.
for n in 5000 6000 7000 80000 200000 1000000; do
    nbang -q --format=json "$n" >record
    sed -E 's/.*"value":"([0-9]*)"\}$/\1/' record | is_golden "$n"
    counts=$(sed -E 's/.*"num_digits":([0-9]+),"trailing_zeros":([0-9]+),.*/\1 \2/' record)
    [ "$counts" = "$(golden "$n" digits) $(golden "$n" zeros)" ] || fail "counts of $n: $counts"
done
