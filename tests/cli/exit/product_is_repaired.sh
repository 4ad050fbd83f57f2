# A product that fails its check is never part of a result: the number is computed again on split
# digits, and if a product fails there too, by GMP.
batch="5000 6000 7000 80000"
for faults in product:0 product:0,product:1,product:2 product:0,split-product:0; do
    for options in -j1 -j2 '-j2 --split=always'; do
        [ "$faults $options" != "product:0,split-product:0 -j2 --split=always" ] || continue
        # shellcheck disable=SC2086 # lists of arguments
        faulty "$faults" -q $options $batch | is_golden "$batch"
    done
done
