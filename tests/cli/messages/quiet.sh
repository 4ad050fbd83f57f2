# -q leaves errors: not the summary, not the warning of each lost worker.
printf '5\n-5\n' | code nbang -q
code faulty exit:20000 -q -j 1 20000 5
