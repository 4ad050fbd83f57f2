# The exports with samples compare as equal to each other, whichever they are.
nbang bench -q --runs=9 --workload=strong-1e6-v1 --workers=1,2 --export=json=j --export=csv=c \
    --export=google-benchmark=g --export=markdown=m
for new in c g; do
    nbang compare --fail-above=9900% j "$new" >out
    awk '/geometric mean/ { print $3; exit }' out
done
code nbang compare j m
head -n 1 c | tr ',' '\n' | wc -l
