# A line a record under each point; lines fit 80 columns, and without UTF-8 they are ASCII.
nbang bench -q --runs=3 --workload=strong-1e6-v1 --workers=1,2 --db=h.db
nbang bench -q --runs=3 --workload=strong-1e6-v1 --workers=1,2 --db=h.db
LC_ALL=C nbang history --db=h.db --plot >ascii
LC_ALL=C.UTF-8 nbang history --db=h.db --plot >utf8
awk '{ print /workers/ ? $0 : /^ +[0-9]+  / ? "record " $1 : NF == 0 ? "" : "scale" }' ascii
awk 'length > 80' ascii
LC_ALL=C grep -c '[^ -~]' ascii || true
grep -cF '*' ascii
grep -c '●' utf8
