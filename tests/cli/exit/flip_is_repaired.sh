# A flipped bit is found before the first digit leaves, and the number computed on another path.
faulty flip:5000,flip:80000 -q -j 1 5000 6000 7000 80000 | is_golden "5000 6000 7000 80000"
# That path is another one above 2,000,000!, too.
faulty flip:2000001 -q --digest 2000001 >repaired
nbang -q --digest 2000001 | cmp - repaired
