# Nor does where they run.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
for placement in --bind={core,pu,numa,none} --order={close,spread} --cpu-list="$(taskset -cp $$ | sed 's/.*[ ,-]//')"; do
    # shellcheck disable=SC2086 # a list of jobs
    nbang -q "$placement" $batch | is_golden "$batch"
done
