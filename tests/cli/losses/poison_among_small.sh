# A poison job among many that travel together: none but it fails.
seq 0 100 >jobs.txt
code faulty exit:50 -q -j 2 @jobs.txt >out
tail -n 1 out
sed '$d' out | cmp - <(sed 51s/.*// "$GOLDEN/first_101.txt")
