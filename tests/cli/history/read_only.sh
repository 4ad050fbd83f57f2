# A history that may only be read is found out before anything is measured.
nbang bench -q --workload=strong-1e6-v1 --workers=1 --runs=1 --db=history.db
chmod 444 history.db
code as_user nbang bench --runs=100000 --db=history.db
as_user nbang history --db=history.db --all-machines | wc -l
