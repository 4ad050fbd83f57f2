# Failed jobs do not keep the results of the others from being written.
printf '5\n-5\n6\n' | code nbang -q -o out.txt
cat out.txt
