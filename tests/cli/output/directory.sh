# A file for each result, in a directory that is made if need be; a job without a result leaves none.
printf '20\n-5\n25\n20\n' | code nbang -q --output-dir=results
printf '5\n' | nbang -q --output-dir=results --format=json
ls -A results
cmp results/20.txt "$GOLDEN/digits/20.txt"
cmp results/25.txt "$GOLDEN/digits/25.txt"
grep -o '"value":.*' results/5.json
