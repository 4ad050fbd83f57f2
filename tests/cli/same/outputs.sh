# Nor where the results go to.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
tr ' ' '\n' <<<"$batch" >jobs.txt
nbang -q @jobs.txt >redirected
is_golden "$batch" <redirected
nbang -q -o named @jobs.txt
cmp redirected named
ln -s /proc/self/fd/1 link
nbang -q -o link @jobs.txt | cmp redirected -
