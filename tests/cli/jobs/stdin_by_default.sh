# Without a JOB, standard input is read.
printf '3\n5..6\n' | nbang -q
