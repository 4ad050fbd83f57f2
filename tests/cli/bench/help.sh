# It fits a terminal of 80 columns and 50 rows, and names every workload that there is.
nbang bench --help >help.txt
head -n 1 help.txt
awk 'length > 80 { print "too wide: " $0 }  END { if (NR > 50) print "too long: " NR " lines" }' \
    help.txt
code nbang bench --workload=none 2>error.txt
sed -E 's/.*one of //; s/ \(try.*//; s/, /\n/g' error.txt >workloads.txt
while read -r workload; do
    grep -cF -- "$workload" help.txt
done <workloads.txt
