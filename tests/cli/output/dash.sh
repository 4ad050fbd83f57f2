# "-" is standard output.
nbang -q -o - 5
ls -A
