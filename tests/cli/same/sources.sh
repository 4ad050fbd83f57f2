# Nor where the jobs come from.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
tr ' ' '\n' <<<"$batch" >jobs.txt
nbang -q @jobs.txt | is_golden "$batch"
nbang -q <jobs.txt | is_golden "$batch"
# shellcheck disable=SC2002 # a pipe is the point
cat jobs.txt | nbang -q - | is_golden "$batch"
