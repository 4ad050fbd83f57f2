# With a JOB, standard input is left to the next program.
printf 'untouched\n' | { nbang -q 3; cat; }
