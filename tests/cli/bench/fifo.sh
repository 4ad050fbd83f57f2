# A pipe gets one version, the last.
mkfifo pipe
cat pipe >got.csv &
nbang bench -q --workload=strong-1e6-v1 --workers=1 --runs=4 --export=csv=pipe
wait
wc -l <got.csv
