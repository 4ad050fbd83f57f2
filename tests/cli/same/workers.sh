# The number of workers changes nothing.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
for workers in 1 2 7; do
    # shellcheck disable=SC2086 # a list of jobs
    nbang -q -j "$workers" $batch | is_golden "$batch"
done
