# Outputs are tried before anything is measured.
mkdir folder
code nbang bench --runs=100000 --export=json=nowhere/out.json
code nbang bench --runs=100000 --export=json=good.json --export=csv=folder
ls -A
