# A table with a row for each number of workers, the figures of which are left out here, and what
# there is to say of the machine.
nbang bench --quick --workload=strong-1e6-v1 --workers=1,2 --runs=3 --seed=7 >table.txt
sed -n 1p table.txt
awk 'NR > 2 && $1 == NR - 2 && $2 == 3 { print "workers " $1 }' table.txt
grep -c '^too few runs: ' table.txt
grep -c '^models    none: ' table.txt
grep -c '^machine   ' table.txt
grep '^again' table.txt
