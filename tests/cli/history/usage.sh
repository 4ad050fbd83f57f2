code nbang history x
code nbang history --since=yesterday
code nbang history --plot --format=json
code nbang history --machine=a --all-machines
code nbang history --workers=0
code nbang history --db=none.db
code nbang bench --db=none/h.db --quick
nbang history --help | head -n 1
