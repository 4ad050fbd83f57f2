# Nor whether numbers are made of others: ranges up and down, with steps, far and near neighbours,
# the same number again, in turn and out of it.
small="0..700 4990..5130 $(seq -s ' ' 9000 -7 8000) 5000 5000 4999 5000 12345 12346 12400 16999..17004"
shuffled=$(seq 1 13 3000 | sort -R --random-source="$NBANG" | tr '\n' ' ')
large="100000 100001 5 100000 100003 99999 100000 100500 400000 30000..30040:4 400000 400010 150000"
for batch in "$small" "$shuffled" "$large"; do
    # shellcheck disable=SC2086 # lists of arguments
    nbang -q -j1 --no-reuse $batch >expected
    for arguments in -j{1,2,7} '-j2 --split=always' '-j3 --max-memory=64M' '-j2 --no-verify'; do
        # shellcheck disable=SC2086
        nbang -q $arguments $batch | cmp - expected || fail "$arguments $batch"
    done
    # shellcheck disable=SC2086
    nbang -q --unordered -j3 $batch | sort | cmp - <(sort expected) || fail "--unordered $batch"
done
