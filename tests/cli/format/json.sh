# One record a line, with the request as it was written and where.
printf '1e1\n12x\n' >jobs.txt
code nbang -q --format=json 5! @jobs.txt 0..1 | without_times
