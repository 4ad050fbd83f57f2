# An output that fails at the end is an error, but neither the others nor the table are lost for it.
device full 7
code nbang bench --workload=strong-1e6-v1 --workers=1 --runs=2 --export=json=full \
    --export=csv=good.csv --db=history.db >out.txt
wc -l <good.csv
grep -c '^strong-1e6-v1: ' out.txt
grep '^code' out.txt
nbang history --db=history.db --format=json | grep '"interrupted"'
