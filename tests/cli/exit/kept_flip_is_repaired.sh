# A flipped bit in a number that was kept is found in what is made of it, and that is computed again.
for batch in 5000..5010 '100000 100001 100001'; do
    faults=flip-kept:5003,flip-kept:100000,flip-kept:100001
    # shellcheck disable=SC2086 # lists of arguments
    nbang -q --no-reuse $batch >expected
    # shellcheck disable=SC2086
    faulty $faults -q -j1 $batch | cmp - expected
    # shellcheck disable=SC2086
    faulty $faults -q -j2 $batch | cmp - expected
    # Unless nobody looks.
    # shellcheck disable=SC2086
    faulty $faults -q -j1 --no-verify $batch | cmp -s - expected && fail "$batch is right"
done
true
