# Nor whether numbers are computed by one thread or by several, of whatever size.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
for split in -j{1,2,7}' --split='{always,never}; do
    # shellcheck disable=SC2086 # lists of arguments
    nbang -q $split $batch | is_golden "$batch"
done
