# All samples are of the program that was started, also when a new build takes its place meanwhile.
cp "$NBANG" program
printf '#!/bin/sh\nexit 1\n' >other
chmod +x other
start ./program bench -q --workload=strong-1e6-v1 --workers=1 --runs=9 --export=csv=out.csv &
await has_bytes out.csv 100
mv -f other program
status_of $!
wc -l <out.csv
