# What is said of each point and of both files. The medians are 1.05 times 40 ms and 24 ms.
csv_record 1 >old.csv
csv_record 1.5 | sed 's/,0\.1\.0,/,0.2.0,/' >new.csv
csv_record 1 0123456789abcdef batch-64-v1 | tail -n +2 | sed 's/,0\.1\.0,/,0.2.0,/' >>new.csv
nbang compare old.csv new.csv >out || [ $? -eq 3 ]
grep -E '^(OLD|NEW|differs|warning|only)' out
awk '/workers:/ && !/only/ { print $1, $2, $3, $4, $5, $6, $NF }' out
awk '/geometric mean/ { print $3; exit }' out
nbang compare -q old.csv new.csv || printf 'quiet: code %d\n' $?
