# "-" is standard input, in its place among the other jobs.
echo 4 >jobs.txt
printf '2\n3\n' | nbang -q --format=text 1 - @jobs.txt 5
