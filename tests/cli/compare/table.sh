# What is said of each point and of both files. The medians are 1.05 times 40 ms and 24 ms.
csv_record 1 >old.csv
csv_record 1.5 | sed 's/,0\.1\.0,/,0.2.0,/' >new.csv
csv_record 1 0123456789abcdef batch-64-v1 | tail -n +2 | sed 's/,0\.1\.0,/,0.2.0,/' >>new.csv
nbang compare old.csv new.csv >out || [ $? -eq 3 ]
grep -E '^(OLD|NEW|differs|warning|only)' out
awk '/workers:/ && !/only/ { print $1, $2, $3, $4, $5, $6, $NF }' out
awk '/geometric mean/ { print $3; exit }' out
nbang compare -q old.csv new.csv || printf 'quiet: code %d\n' $?
# What disturbed a record is said before the verdict: the first of it.
nbang bench -q --runs=6 --workload=strong-1e6-v1 --workers=1 --export=json=j
jq '.warnings = []' j >calm
jq '.warnings = ["Other \u001b[1mprograms took 40 % of the CPU time meanwhile.", "Heat."]' j >noisy
nbang compare calm noisy --fail-above=9900% | grep '^note'
nbang compare noisy calm --fail-above=9900% | tail -n 2 | cut -d : -f 1
