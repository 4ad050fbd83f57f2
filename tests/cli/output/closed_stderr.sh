# Without standard error, results are printed all the same.
nbang 5 2>&-
printf '5\n-5\n' | code nbang 2>&-
