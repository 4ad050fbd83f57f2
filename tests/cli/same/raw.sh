# Nor does any of this change a byte of binary numbers.
batch="30000 0 20 6000..9000:100 1 80000 30000 0..40 12345 2"
for arguments in -j{1,2,7} '-j3 --split=always' --no-verify; do
    # shellcheck disable=SC2086 # lists of arguments
    nbang -q --format=raw $arguments $batch | is_golden "$batch" raw_sha256
done
