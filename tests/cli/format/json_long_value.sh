# The value is all digits, in one line.
nbang -q --format=json 80000 >record
wc -l <record
sed -E 's/.*"value":"([0-9]*)"\}$/\1/' record | is_golden 80000
