# Nor the order in which results are printed, but for that order.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
# shellcheck disable=SC2086 # a list of jobs
nbang -q -j 3 --unordered --format=text $batch | sort >unordered
# shellcheck disable=SC2086
nbang -q -j 1 --format=text $batch >ordered
sed 's/.* = //' ordered | is_golden "$batch"
sort ordered | cmp - unordered
