# One JSON object, whatever became of the jobs, and with -q as well.
printf '5\n-5\n10\n1000\n' | code nbang -q -j 1 --max-digits=100 --summary=summary.json >/dev/null
sed -E 's/"wall_ns":[0-9]+/"wall_ns":T/; s/"version":"[0-9.]+"/"version":V/' summary.json
wc -l <summary.json
