# 2: the command line does not mean anything. The message names what, and nothing is computed.
for arguments in --frobnicate --formt=json --digest=yes '-j 0' '-j x' '-j 1e3' --format=xml \
    --bind=here --split=maybe --max-digits=many --max-memory=2X --timeout=5x --timeout=0s \
    --cpu-list=99999 --cpu-list=a '-o a --output-dir=b' \
    '--format=raw --digest' '--format=raw --unordered' -x; do
    # shellcheck disable=SC2086 # a list of arguments
    code nbang $arguments 5
done | sort | uniq -c | tr -s ' '
code nbang 5 -j
ls -A
